package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.engine.Sdk;

/**
 * Every kernel as TornadoVM's PTX backend makes it, through NVIDIA's assembler for a Hopper card: it is taken, and no register is
 * spilled to memory. Where an SDK with PTX, a driver for it and {@code ptxas} are found. Leaves {@code target/device/registers.csv}, as it
 * is committed in {@code results/registers-sm_90.csv}.
 */
class PtxTest {
    private static final String ARCHITECTURE = "sm_90";

    /** Local memory that a work-group has on every card. */
    private static final int LOCAL_MEMORY = 48 * 1024;

    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern STACK = Pattern.compile("(\\d+) bytes stack");
    private static final Pattern STORES = Pattern.compile("(\\d+) bytes spill stores");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    private static Sdk.Found sdk;

    @BeforeAll
    static void findAssembler() {
        sdk = TornadoProcess.sdkFor("Checks of PTX", PtxTest::missing);
    }

    private static Optional<String> missing(Sdk.Found sdk) {
        return TornadoProcess.missing(sdk, "PTX", "ptxas", "CUDA", List.of());
    }

    @Test
    void noKernelSpillsRegisters() throws IOException, InterruptedException {
        var folder = Files.createDirectories(TornadoProcess.folder().resolve("ptx"));
        var sources = new TreeMap<>(sources(KernelSweep.class));
        sources.putAll(sources(GroupVariants.class));
        var kernels = new ArrayList<>(GroupVariants.kernels());
        KernelCatalogue.portable().forEach(k -> kernels.add(KernelCatalogue.name(k)));
        assertThat(sources.keySet()).containsExactlyInAnyOrderElementsOf(kernels);

        var table = new ArrayList<>(List.of("kernel,registers,shared_bytes"));
        var faults = new ArrayList<String>();
        for (var kernel : sources.entrySet()) {
            var file = Files.writeString(folder.resolve(kernel.getKey() + ".ptx"), kernel.getValue());
            var said = assemble(file);
            if (said.isEmpty()) {
                faults.add(kernel.getKey() + " is not taken: " + file);
                continue;
            }
            if (number(STACK, said.get()) + number(STORES, said.get()) > 0
                    || number(SHARED, said.get()) > LOCAL_MEMORY) {
                faults.add(kernel.getKey() + ": " + said.get());
            }
            table.add(kernel.getKey() + "," + number(REGISTERS, said.get()) + "," + number(SHARED, said.get()));
        }
        Files.write(TornadoProcess.folder().resolve("registers.csv"), table);
        assertThat(faults).isEmpty();
    }

    /** The module of each kernel: the last one printed behind its name, since what it needs may come before. */
    private static Map<String, String> sources(Class<?> program) {
        var outcome = TornadoProcess.run(sdk, List.of("-Dtornado.printKernel=True"), program, "compile");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(outcome.after("fail ")).isEmpty();
        var found = new TreeMap<String, String>();
        String kernel = null;
        StringBuilder module = null;
        for (var line : outcome.lines()) {
            if (line.startsWith("begin ")) {
                kernel = line.substring("begin ".length());
                module = null;
            } else if (line.startsWith("pass ")) {
                module = null;
            } else if (line.startsWith(".version")) {
                module = new StringBuilder();
            }
            if (module != null) {
                module.append(line).append('\n');
                if (line.startsWith("}") && isOf(program, module)) {
                    found.put(kernel, module.toString());
                }
            }
        }
        return found;
    }

    /** Portable kernels may run beside one of a work-group; its own takes a kernel context. */
    private static boolean isOf(Class<?> program, CharSequence module) {
        return program == KernelSweep.class
                || module.toString().toLowerCase(Locale.ROOT).contains("kernelcontext");
    }

    private static Optional<String> assemble(Path file) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "ptxas",
                        "-arch=" + ARCHITECTURE,
                        "-v",
                        "-o",
                        File.separatorChar == '/' ? "/dev/null" : "NUL",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() == 0) {
            return Optional.of(said);
        }
        System.out.println(Arrays.toString(said.lines().limit(5).toArray()));
        return Optional.empty();
    }

    private static int number(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
