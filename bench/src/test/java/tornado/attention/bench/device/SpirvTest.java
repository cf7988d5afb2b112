package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.engine.Sdk;

/**
 * Every portable kernel as TornadoVM's SPIR-V backend makes it, through {@code spirv-val}: valid, but for those that are known not to be.
 * Where an SDK with SPIR-V, a driver for it and {@code spirv-val} are found.
 */
class SpirvTest {
    /**
     * A maximum that goes round a loop has no definition in TornadoVM 5.2's SPIR-V. Other kernels with one are valid here because their
     * loops are short and unrolled.
     */
    private static final Set<String> INVALID = Set.of("MaxPooling.padded", "StreamedAttention.softmax");

    private static final String VALIDATOR = "spirv-val";

    /** Modules are the same; the other runtime takes a library of its own. */
    private static final String RUNTIME = "-Dtornado.spirv.runtimes=opencl";

    private static Optional<String> missing(Sdk.Found sdk) {
        return TornadoProcess.missing(sdk, "SPIRV", VALIDATOR, "SPIRV-Tools", List.of(RUNTIME));
    }

    @Test
    void modulesAreValid(@TempDir Path folder) throws IOException, InterruptedException {
        var sdk = TornadoProcess.sdkFor("Checks of SPIR-V", SpirvTest::missing);
        var outcome =
                TornadoProcess.run(sdk, List.of(RUNTIME, "-Djava.io.tmpdir=" + folder), KernelSweep.class, "compile");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        var modules = modules(folder);
        var invalid = new TreeSet<String>();
        for (var kernel : KernelCatalogue.portable()) {
            var name = KernelCatalogue.name(kernel);
            // Its task and the entry point, which has the method's name.
            var ending = "." + KernelSweep.taskName(name) + kernel.getName() + ".spv";
            var file =
                    modules.stream().filter(m -> m.toString().endsWith(ending)).toList();
            assertThat(file).as("modules of " + name).hasSize(1);
            if (!isValid(file.getFirst())) {
                invalid.add(name);
            }
        }
        assertThat(invalid)
                .as("kernels whose module is not valid; take off the list what has become so")
                .containsExactlyInAnyOrderElementsOf(INVALID);
    }

    private static List<Path> modules(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".spv")).toList();
        }
    }

    private static boolean isValid(Path module) throws IOException, InterruptedException {
        var process = new ProcessBuilder(VALIDATOR, "--target-env", "opencl2.2", module.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean valid = process.waitFor() == 0;
        if (!valid) {
            System.out.println(module.getFileName() + ": " + said.strip());
        }
        return valid;
    }
}
