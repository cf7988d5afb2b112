package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.Attn;
import tornado.attention.bench.engine.Sdk;
import tornado.attention.bench.verify.CaseFiles;

/**
 * The real TornadoVM, where an SDK is found: every kernel, the work-group kernels, reference cases, residency. {@code
 * -Dtornado.attention.device=all} takes all reference cases instead of one a module, and 1,000 cycles instead of 50.
 */
class OnDeviceTest {
    private static final boolean ALL =
            System.getProperty("tornado.attention.device", "").equals("all");

    /** Header of a native array, which TornadoVM 5.2 copies with its elements. */
    private static final long ARRAY_HEADER = 16;

    /** What TornadoVM 5.2 copies up for each launch of a kernel: its own stack frame. */
    private static final long LAUNCH_FRAME = 24;

    /**
     * Heap that TornadoVM 5.2 keeps of a closed plan (30 KB were seen): its compiler's graph of a kernel. Anything of ours, such as an
     * input or a weight, would come on top.
     */
    private static final long KEPT_A_PLAN = 64 * 1024;

    /** The process may grow by what the compiler threads and the driver's caches take. */
    private static final long NATIVE_SLACK = 256L << 20;

    /**
     * A local array indexed by a byte address: what TornadoVM 5.2 makes of one that a helper method was given. It runs beyond the
     * array, and often gives right results all the same.
     */
    private static final Pattern BYTES_IN_LOCAL_ARRAY = Pattern.compile("adf_\\d+\\[(l_\\d+|\\d+L)\\]");

    /** Modules in which work-group kernels of all kinds run. */
    private static final Set<String> GROUPED = Set.of(
            "GlobalContext",
            "SEAttention",
            "SRM",
            "GCT",
            "MultiSpectralAttentionLayer",
            "SOCA",
            "NonLocal",
            "SimplifiedNonLocal");

    private static Sdk.Found sdk;

    @BeforeAll
    static void findSdk() {
        sdk = TornadoProcess.sdkFor("Device tests", found -> Optional.empty());
    }

    @Test
    void everyKernelCompilesAndComputesWhatPlainJavaDoes() {
        var failures = new ArrayList<String>();
        var passed = new ArrayList<String>();
        var shapes = ALL ? "3" : "1";
        var arguments = new String[] {shapes};
        while (true) {
            var outcome = TornadoProcess.run(sdk, List.of(), KernelSweep.class, arguments);
            passed.addAll(outcome.after("pass "));
            failures.addAll(outcome.after("fail "));
            if (outcome.status() == 0) {
                break;
            }
            // A driver that takes the JVM with it: what began last is the culprit, the rest goes on behind it.
            var begun = outcome.after("begin ");
            assertThat(begun).as(outcome.tail()).isNotEmpty();
            failures.add(begun.getLast() + ": the JVM ended: " + outcome.tail());
            arguments = new String[] {shapes, "--after", begun.getLast()};
        }
        failures.forEach(f -> saveSource(f.substring(0, f.indexOf(':'))));
        assertThat(failures)
                .as("kernels that are wrong; generated sources in target/device")
                .isEmpty();
        assertThat(passed).hasSameSizeAs(KernelCatalogue.portable());
    }

    private static void saveSource(String kernel) {
        var outcome = TornadoProcess.run(
                sdk, List.of("-Dtornado.printKernel=True"), KernelSweep.class, ALL ? "3" : "1", kernel);
        save(kernel + ".txt", outcome.lines());
    }

    private static void save(String name, List<String> lines) {
        try {
            Files.write(TornadoProcess.folder().resolve(name), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void workGroupKernelsEqualPortableOnes() {
        var outcome = TornadoProcess.run(
                sdk, List.of("-Dtornado.printKernel=True"), GroupVariants.class, "compare", ALL ? "5" : "2");
        save("work-groups.txt", outcome.lines());
        assertThat(outcome.after("fail "))
                .as("sources in target/device/work-groups.txt")
                .isEmpty();
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(outcome.after("pass ")).containsExactlyElementsOf(GroupVariants.kernels());
        assertThat(outcome.lines().stream()
                        .filter(l -> BYTES_IN_LOCAL_ARRAY.matcher(l).find()))
                .as("local arrays indexed in bytes: do not give them to helper methods")
                .isEmpty();
    }

    @Test
    void threeHundredRunsGiveIdenticalBytes() {
        var outcome = TornadoProcess.run(sdk, List.of(), GroupVariants.class, "repeat", "300");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(outcome.after("fail ")).isEmpty();
        assertThat(outcome.after("pass ")).containsExactly("repeat");
    }

    @Test
    void referenceCasesPass() throws IOException {
        verify("portable", module -> true);
    }

    @Test
    void referenceCasesPassWithWorkGroups() throws IOException {
        verify("workgroup", module -> ALL || GROUPED.contains(module));
    }

    private static void verify(String variant, Predicate<String> wanted) throws IOException {
        try (var cases = CaseFiles.bundled()) {
            var arguments = new ArrayList<>(List.of("verify"));
            cases.byModule(List.of())
                    .forEach((module, files) -> files.stream()
                            .filter(f -> wanted.test(module))
                            .sorted(Comparator.comparingLong(OnDeviceTest::size))
                            .limit(ALL ? Long.MAX_VALUE : 1)
                            .forEach(f -> arguments.add(f.toString())));
            var outcome = TornadoProcess.run(
                    sdk,
                    List.of("-Dtornado.attention.variant=" + variant),
                    Attn.class,
                    arguments.toArray(String[]::new));
            save("cases-" + variant + ".txt", outcome.lines());
            assertThat(outcome.status()).as(outcome.tail()).isZero();
            assertThat(outcome.lines()).anyMatch(l -> l.startsWith((arguments.size() - 1) + " cases pass, 0 fail"));
        }
    }

    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theFirstDeviceIsTheDefault() {
        var outcome = TornadoProcess.run(sdk, List.of(), Attn.class, "devices");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(outcome.lines())
                .filteredOn(l -> l.endsWith("default"))
                .singleElement()
                .asString()
                .startsWith("0:0");
    }

    @Test
    void onlyInputAndOutputCross() {
        var outcome = TornadoProcess.run(sdk, List.of(), ResidentChain.class, "residency");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        var cost = ResidentChain.chain().cost();
        long up = number(outcome, "input") + ARRAY_HEADER + cost.kernels() * LAUNCH_FRAME;
        assertThat(number(outcome, "up")).isBetween(up, up + between(cost.peakDeviceBytes() - cost.bytesUpOnce()));
        assertThat(number(outcome, "down")).isEqualTo(number(outcome, "output") + ARRAY_HEADER);
    }

    /** Several task graphs, one after the other: what lies between them stays on the device. */
    @Test
    void aChainOfFourHundredTasksStaysOnTheDevice() {
        var outcome = TornadoProcess.run(sdk, List.of(), ResidentChain.class, "long", "400");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(number(outcome, "kernels")).isEqualTo(400);
        assertThat(number(outcome, "right")).isEqualTo(1);
        assertThat(number(outcome, "rightAgain")).isEqualTo(1);
        assertThat(number(outcome, "down")).isEqualTo(4 * 64 + ARRAY_HEADER);
        long touching = 8;
        assertThat(number(outcome, "up"))
                .isBetween(
                        4 * 64 + ARRAY_HEADER + 400 * LAUNCH_FRAME,
                        4 * 64 + ARRAY_HEADER + (400 + touching) * LAUNCH_FRAME);
    }

    /**
     * Not even the first run of a plan takes weights up, since another graph has them. It takes more than later ones: TornadoVM
     * 5.2 copies an array between tasks once.
     */
    @Test
    void sharedWeightsGoUpOnce() {
        var outcome = TornadoProcess.run(sdk, List.of(), ResidentChain.class, "shared");
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        long input = number(outcome, "input") + ARRAY_HEADER + number(outcome, "kernels") * LAUNCH_FRAME;
        for (int i = 0; i < 2; i++) {
            assertThat(number(outcome, "firstUp" + i))
                    .isLessThanOrEqualTo(number(outcome, "aloneUp" + i) - number(outcome, "weights"));
            assertThat(number(outcome, "secondUp" + i)).isBetween(input, input + between(number(outcome, "between")));
            assertThat(number(outcome, "firstEqual" + i)).isEqualTo(1);
            assertThat(number(outcome, "secondEqual" + i)).isEqualTo(1);
        }
    }

    /** What may go up for arrays between tasks: none from TornadoVM 5.2 on; one before it frees them after each run. */
    private static long between(long bytes) {
        var numbers = sdk.version().split("[.-]");
        boolean keeps = 10 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]) >= 52;
        return keeps ? 0 : bytes;
    }

    private static long number(TornadoProcess.Outcome outcome, String key) {
        return Long.parseLong(outcome.after(key + " ").getFirst());
    }

    @Test
    void closedPlansLeaveMemoryWhereItWas() {
        int cycles = ALL ? 1000 : 50;
        var outcome = TornadoProcess.run(sdk, List.of(), ResidentChain.class, "cycles", Integer.toString(cycles));
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        assertThat(number(outcome, "heap")).isLessThan(cycles * KEPT_A_PLAN + (2L << 20));
        assertThat(number(outcome, "process")).isLessThan(NATIVE_SLACK);
    }

    /** Two arrays of 4 MB where TornadoVM takes 1 MB: known before anything runs. */
    @Test
    void tooLittleDeviceMemoryIsOneSentence() {
        assertThat(refusals("1048576"))
                .singleElement()
                .asString()
                .contains("Chain 'large0' needs 8.4 MB of device memory but TornadoVM takes only 1.0 MB of")
                .endsWith("use a smaller batch, or start Java with -Dtornado.device.memory=9MB.");
    }

    /** Two plans of 0.8 MB each: the second one finds the memory taken, and must not run again, which would end the JVM. */
    @Test
    void memoryThatOtherPlansHoldIsOneSentence() {
        long needed = 2 * (400_000 + ARRAY_HEADER);
        var refusals = refusals("100000", "100000");
        assertThat(refusals).hasSize(2);
        assertThat(refusals.getFirst())
                .contains(
                        String.format(
                                Locale.ROOT,
                                "Chain 'large1' needs %,d bytes of device memory and did not get them",
                                needed),
                        "at most 1.0 MB")
                .endsWith("close other plans, use a smaller batch, or start Java with -Dtornado.device.memory=2MB.");
        assertThat(refusals.getLast())
                .contains("Plan 'large1' found no device memory before", "compile the chain anew");
    }

    private static List<String> refusals(String... elements) {
        var arguments = new ArrayList<>(List.of("memory"));
        arguments.addAll(List.of(elements));
        var outcome = TornadoProcess.run(
                sdk, List.of("-Dtornado.device.memory=1MB"), ResidentChain.class, arguments.toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.tail()).isZero();
        return outcome.after("refused ");
    }
}
