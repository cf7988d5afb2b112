package tornado.attention.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.cli.DoctorCommand.Status;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.OpenCl;
import tornado.attention.bench.engine.Sdk;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.Shape;

class MachineCommandsTest {
    private static JsonNode json(Object... arguments) throws IOException {
        var outcome = Outcome.of(arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return JsonMapper.builder().build().readTree(outcome.out());
    }

    @Test
    void devicesAreListed() throws IOException {
        assertThat(Outcome.of("devices").out()).contains("0:0", "default", "not found:", "tornadovm");
        var root = json("devices", "--json");
        assertThat(root.get("engine").asText()).isEqualTo("embedded");
        assertThat(root.get("devices")).hasSameSizeAs(Devices.all());
        var first = root.get("devices").get(0);
        assertThat(first.get("id").asText()).isEqualTo("0:0");
        assertThat(first.get("kind").asText()).isEqualTo("CPU");
        assertThat(first.get("memoryBytes").asLong()).isPositive();
        assertThat(first.get("maxWorkGroup").asLong()).isPositive();
        assertThat(root.get("notFound").get(0).get("reason").asText()).isNotBlank();
    }

    @Test
    void threadsOfTheEngineCanBeSet() {
        var before = System.getProperty("tornado.embedded.threads");
        try {
            EngineOptions.applyThreads(3);
            assertThat(Devices.choose("0:0").profile().processors()).isEqualTo(3);
            assertThat(Devices.choose("0:1").profile().processors()).isEqualTo(1);
        } finally {
            if (before == null) {
                System.clearProperty("tornado.embedded.threads");
            } else {
                System.setProperty("tornado.embedded.threads", before);
            }
        }
    }

    @Test
    void theDoctorLooksAtEverything() {
        var outcome = Outcome.of("doctor");
        assertThat(outcome.out().lines()).allMatch(line -> line.matches("(OK|FIX|--) .*"));
        assertThat(outcome.out())
                .contains("JDK", "Vector API", "engine", "devices", "TornadoVM SDK", "OpenCL", "memory", "threads");
        assertThat(outcome.status()).isEqualTo(outcome.out().contains("FIX") ? 1 : 0);
    }

    private static DoctorCommand.Check sdk(String version, int jdk) {
        return DoctorCommand.sdk(new Sdk.Found(Path.of("sdk"), version, "opencl-backend"), jdk);
    }

    @Test
    void theDoctorTellsWhatToFix() {
        assertThat(DoctorCommand.jdk(17).status()).isEqualTo(Status.FIX);
        assertThat(DoctorCommand.jdk(25).status()).isEqualTo(Status.OK);
        assertThat(DoctorCommand.vector(false).text()).contains("--add-modules jdk.incubator.vector");
        assertThat(DoctorCommand.sdk(new Sdk.Missing("TORNADOVM_HOME is not set and ..."), 25)
                        .status())
                .isEqualTo(Status.OPTIONAL);
        assertThat(DoctorCommand.sdk(new Sdk.Missing("TORNADOVM_HOME is /x, ..."), 25)
                        .status())
                .isEqualTo(Status.FIX);
        assertThat(sdk("5.2.0-jdk25", 25).status()).isEqualTo(Status.OK);
        assertThat(sdk("5.2.0-jdk25", 26).text()).contains("set ATTN_JAVA_HOME to a JDK 25");
        assertThat(sdk("8.2.0-jdk22plus", 26).status()).isEqualTo(Status.OK);
        assertThat(sdk("8.2.0-jdk21", 25).text()).contains("install its build jdk22plus");
        assertThat(sdk("6.0.0-jdk22plus", 25).text()).contains("install 7.0 or later");
        assertThat(DoctorCommand.openCl(new OpenCl(null, List.of())).text())
                .contains("no loader library", "setup/opencl");
        assertThat(DoctorCommand.openCl(new OpenCl(Path.of("l"), List.of())).text())
                .contains("no driver is registered");
        assertThat(DoctorCommand.openCl(new OpenCl(Path.of("l"), List.of("pocl")))
                        .status())
                .isEqualTo(Status.OK);
    }

    @Test
    void everyModuleIsListedWithItsOptions() throws IOException {
        var names = Catalogue.types().stream().map(ModuleType::name).toList();
        assertThat(Outcome.of("modules").out().lines().toList()).containsAll(names);
        var root = json("modules", "--json");
        assertThat(root.findValuesAsText("paper")).hasSameSizeAs(names).noneMatch(String::isBlank);
        for (var module : root) {
            assertThat(module.get("options").isArray()).isTrue();
            boolean fits = module.get("reason").isNull();
            assertThat(module.has("parameters")).as(module.get("name").asText()).isEqualTo(fits);
        }
    }

    /** Worked examples of the papers' formulas. */
    @Test
    void countsAreThoseOfTheFormulas() throws IOException {
        var context = json("modules", "GlobalContext", "--json").get(0);
        assertThat(context.get("parameters").asLong()).isEqualTo(16_993);
        assertThat(context.get("macs").asLong()).isEqualTo(1_622_016);
        assertThat(context.get("settings").get("channels").asInt()).isEqualTo(256);
        var se =
                json("modules", "seattention", "--shape", "4x512x7x7", "--json").get(0);
        assertThat(se.get("parameters").asLong()).isEqualTo(32_768);
        assertThat(se.get("macs").asLong()).isEqualTo(4 * 32_768);
        assertThat(se.get("kernels").asInt()).isPositive();
        assertThat(se.get("trafficBytes").asLong()).isGreaterThan(3L * 4 * 512 * 49 * 4);
    }

    @Test
    void aModuleThatDoesNotFitSaysWhy() throws IOException {
        var module =
                json("modules", "PSAModule", "--shape", "1x8x4x4", "--json").get(0);
        assertThat(module.get("reason").asText()).contains("PSAModule", "planes");
        assertThat(module.has("parameters")).isFalse();
        assertThat(Outcome.of("modules", "PSAModule", "--shape", "1x8x4x4").out())
                .contains("does not fit 1x8x4x4: ");
    }

    @Test
    void requiredInputsAreNamed() {
        var type = Catalogue.named("ECA");
        var map = Shape.of(2, 16, 3, 5);
        assertThat(RequiredInputs.shapes(type, map, type.settingsFor(map, Map.of())))
                .containsExactlyEntriesOf(Map.of("input", map));
    }
}
