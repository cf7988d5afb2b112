package tornado.attention.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    @TempDir
    Path folder;

    @Test
    void exactlyOneDeviceIsTheDefault() {
        assertThat(Devices.all()).isNotEmpty();
        assertThat(Devices.all().stream().filter(Device::standard)).hasSize(1);
    }

    @Test
    void aDeviceIsChosenByIdOrKind() {
        var devices = Devices.all();
        var last = devices.getLast();
        assertThat(Devices.choose(last.id())).isEqualTo(last);
        assertThat(Devices.choose(null).standard()).isTrue();
        assertThat(Devices.choose("CPU")).isEqualTo(Devices.choose("cpu"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Devices.choose("9:9"))
                .withMessageContaining("'9:9'")
                .withMessageContaining(last.describe());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Devices.choose(List.of(), null))
                .withMessageContaining("attn doctor");
    }

    @Test
    void theSdkIsFoundByItsVariable() throws IOException {
        sdk(folder);
        assertThat(Sdk.find(Map.of("TORNADOVM_HOME", folder.toString())::get, folder))
                .isEqualTo(new Sdk.Found(folder, "5.2.0-jdk25", "opencl-backend,ptx-backend"));
    }

    @Test
    void theSdkIsFoundInTheDataFolder() throws IOException {
        var place = Files.createDirectories(folder.resolve("tornado-attention/tornadovm/current"));
        sdk(place);
        assertThat(Sdk.find(Map.of("XDG_DATA_HOME", folder.toString())::get, Path.of("/nowhere")))
                .isInstanceOf(Sdk.Found.class);
        var home = Files.createDirectories(folder.resolve("home/.local/share/tornado-attention/tornadovm/current"));
        sdk(home);
        assertThat(Sdk.find(name -> null, folder.resolve("home"))).isInstanceOf(Sdk.Found.class);
    }

    @Test
    void aMissingSdkSaysWhatToSet() {
        assertThat(Sdk.find(name -> null, folder))
                .isInstanceOfSatisfying(
                        Sdk.Missing.class,
                        missing -> assertThat(missing.reason())
                                .startsWith("TORNADOVM_HOME is not set")
                                .contains("run setup/tornadovm", "set TORNADOVM_HOME to"));
        assertThat(Sdk.find(Map.of("TORNADOVM_HOME", folder.toString())::get, folder))
                .isInstanceOfSatisfying(
                        Sdk.Missing.class,
                        missing -> assertThat(missing.reason()).contains("no tornado-argfile"));
    }

    @Test
    void openClDriversAreReadFromTheVendorsFolder() throws IOException {
        Files.writeString(folder.resolve("pocl.icd"), "libpocl.so.2\n");
        Files.writeString(folder.resolve("notes.txt"), "none");
        var found = OpenCl.find(Map.of("OCL_ICD_VENDORS", folder.toString())::get);
        assertThat(found.drivers()).containsExactly("pocl (libpocl.so.2)");
        var library = Files.createFile(folder.resolve("libOpenCL.so.1"));
        assertThat(OpenCl.find(Map.of("LD_LIBRARY_PATH", folder.toString())::get)
                        .loader())
                .isEqualTo(library);
    }

    private static void sdk(Path home) throws IOException {
        Files.createDirectories(home.resolve("etc"));
        Files.writeString(home.resolve("tornado-argfile"), "-server\n");
        Files.writeString(home.resolve("etc/tornado.release"), "version=5.2.0-jdk25\n");
        Files.writeString(home.resolve("etc/tornado.backend"), "tornado.backends=opencl-backend,ptx-backend\n");
    }
}
