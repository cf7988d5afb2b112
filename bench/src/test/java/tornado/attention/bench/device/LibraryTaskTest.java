package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.engine.Sdk;

/**
 * Networks whose products and convolutions are library tasks of a real TornadoVM, with its own descriptions of the calls, between
 * generated kernels and on their arrays. What TornadoVM calls is a double of cuBLAS and cuDNN for OpenCL, since those take an NVIDIA card.
 */
class LibraryTaskTest {
    private static final String SERVICE = "uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider";
    private static final int LIMIT_MINUTES = 10;
    private static final double TOLERANCE = 1e-4;

    private static Optional<String> missing(Sdk.Found sdk) {
        if (!sdk.has("OPENCL")) {
            return Optional.of("The SDK in " + sdk.home() + " has no OpenCL backend.");
        }
        return jars(sdk).contains("tornado-cudnn")
                ? Optional.empty()
                : Optional.of("The SDK in " + sdk.home() + " has no library tasks.");
    }

    private static String jars(Sdk.Found sdk) {
        try (var files = Files.walk(sdk.home())) {
            return files.map(Path::toString)
                    .filter(f -> f.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void networksCallLibraries(@TempDir Path folder) throws IOException {
        var sdk = TornadoProcess.sdkFor("Checks of library tasks", LibraryTaskTest::missing);
        compileDouble(sdk, folder);
        var outcome = TornadoProcess.run(
                sdk,
                Map.of(),
                LIMIT_MINUTES,
                List.of("--enable-native-access=ALL-UNNAMED"),
                List.of(folder),
                LibraryNetwork.class);

        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(outcome.after("distance "))
                .as(outcome.tail())
                .hasSize(2)
                .allSatisfy(line -> assertThat(Double.parseDouble(line.substring(line.indexOf(' '))))
                        .as(line)
                        .isLessThan(TOLERANCE));
        assertThat(outcome.after("called "))
                .as("two runs of ten convolutions and a linear layer; products of attention and layers of tokens")
                .contains("cudnnConv2d", "cublasSgemmStridedBatched")
                .hasSizeGreaterThan(40);
    }

    private static void compileDouble(Sdk.Found sdk, Path folder) throws IOException {
        var services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
        Files.writeString(services.resolve(SERVICE), "library.LibraryDouble$Blas\nlibrary.LibraryDouble$Dnn\n");
        var source = folder.resolve("LibraryDouble.java");
        try (var in = LibraryTaskTest.class.getResourceAsStream("/library-double/LibraryDouble.java")) {
            Files.copy(in, source);
        }
        var options =
                new ArrayList<>(List.of("-proc:none", "-cp", jars(sdk), "-d", folder.toString(), source.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new)))
                .as("the double is compiled against the SDK")
                .isZero();
    }
}
