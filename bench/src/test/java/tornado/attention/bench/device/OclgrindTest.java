package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.bench.Attn;
import tornado.attention.bench.engine.Sdk;
import tornado.attention.bench.verify.CaseFiles;

/**
 * Kernels on Oclgrind, which simulates an OpenCL device and watches every access: no data race, nothing read or written outside an
 * array, nothing decided by what nobody has written. Where a TornadoVM SDK with OpenCL and Oclgrind are found; {@code
 * -Dtornado.attention.device=all} adds steps of training.
 */
class OclgrindTest {
    private static final boolean ALL =
            System.getProperty("tornado.attention.device", "").equals("all");

    /** Debian's and Fedora's place, then that of a build of one's own. */
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/oclgrind/liboclgrind-rt-icd.so"),
            Path.of("/usr/lib64/oclgrind/liboclgrind-rt-icd.so"),
            Path.of("/usr/local/lib/oclgrind/liboclgrind-rt-icd.so"),
            Path.of("/usr/local/lib/liboclgrind-rt-icd.so"));

    private static final int LIMIT_MINUTES = 10;

    private static Sdk.Found sdk;
    private static Path library;
    private static Path patch;

    @BeforeAll
    static void findOclgrind() throws IOException {
        sdk = TornadoProcess.sdkFor("Checks with Oclgrind", OclgrindTest::missing);
        patch = TornadoProcess.folder().resolve("oclgrind");
        OclgrindPatch.write(sdk, patch);
    }

    private static Optional<String> missing(Sdk.Found sdk) {
        if (!sdk.has("OPENCL")) {
            return Optional.of("The SDK in " + sdk.home() + " has no OpenCL.");
        }
        var found = LIBRARIES.stream().filter(Files::exists).findFirst();
        found.ifPresent(f -> library = f);
        return found.isPresent() ? Optional.empty() : Optional.of("Oclgrind is not installed (package oclgrind).");
    }

    /** What a program printed, and what Oclgrind wrote of it. */
    private record Watched(TornadoProcess.Outcome outcome, String log) {}

    private static Watched watch(String name, List<String> options, Class<?> main, String... arguments)
            throws IOException {
        var log = TornadoProcess.folder().resolve("oclgrind-" + name + ".log");
        Files.deleteIfExists(log);
        var environment = Map.of(
                "OCL_ICD_VENDORS", library.toString(),
                "OCLGRIND_DATA_RACES", "1",
                "OCLGRIND_UNIFORM_WRITES", "1",
                "OCLGRIND_UNINITIALIZED", "1",
                // Optimised code has an instruction that Oclgrind 21.10 does not know.
                "OCLGRIND_BUILD_OPTIONS", "-cl-opt-disable",
                // Nothing is freed, see the patch.
                "OCLGRIND_GLOBAL_MEM_SIZE", "2000000000",
                "OCLGRIND_MAX_ERRORS", "100",
                "OCLGRIND_LOG", log.toString());
        var all = Stream.concat(Stream.of("--patch-module", OclgrindPatch.MODULE + "=" + patch), options.stream())
                .toList();
        var outcome = TornadoProcess.run(sdk, environment, LIMIT_MINUTES, all, List.of(), main, arguments);
        assertThat(log).as("Oclgrind was loaded: %s", outcome.tail()).exists();
        return new Watched(outcome, Files.readString(log));
    }

    private static TornadoProcess.Outcome clean(String name, List<String> options, Class<?> main, String... arguments)
            throws IOException {
        var watched = watch(name, options, main, arguments);
        assertThat(watched.log()).as(watched.outcome().tail()).isEmpty();
        assertThat(watched.outcome().status()).as(watched.outcome().tail()).isZero();
        return watched.outcome();
    }

    @Test
    void mistakesAreFound() throws IOException {
        var watched = watch("mistakes", List.of(), WrongKernels.class);
        assertThat(watched.outcome().status()).as(watched.outcome().tail()).isZero();
        assertThat(watched.log())
                .contains("data race", "Invalid read", "ninitialized")
                .contains("allToOne", "beyondTheEnd", "decideByAll", "withoutBarrier")
                .doesNotContain("halfOfIt");
    }

    @Test
    void portableKernels() throws IOException {
        var outcome = clean("portable", List.of(), KernelSweep.class, "1");
        assertThat(outcome.after("pass ")).hasSameSizeAs(KernelCatalogue.portable());
    }

    @Test
    void workGroupKernels() throws IOException {
        var outcome = clean("groups", List.of(), GroupVariants.class, "compare", "1");
        assertThat(outcome.after("pass ")).containsExactlyElementsOf(GroupVariants.kernels());
    }

    /** The two smallest cases of every module. */
    @ParameterizedTest
    @ValueSource(strings = {"portable", "workgroup"})
    void casesOfModules(String variant) throws IOException {
        try (var cases = CaseFiles.bundled()) {
            var files = cases.byModule(List.of()).values().stream()
                    .flatMap(all -> all.stream()
                            .sorted(Comparator.comparingLong(OnDeviceTest::size))
                            .limit(2))
                    .toList();
            var arguments = Stream.concat(Stream.of("verify"), files.stream().map(Path::toString))
                    .toArray(String[]::new);
            var outcome =
                    clean("cases-" + variant, List.of("-Dtornado.attention.variant=" + variant), Attn.class, arguments);
            assertThat(outcome.lines()).anyMatch(l -> l.startsWith(files.size() + " cases pass, 0 fail"));
        }
    }

    /** A network with attention; with {@code device=all} its training as well, which takes minutes here. */
    @Test
    void aNetworkAndItsTraining() throws IOException {
        if (!ALL) {
            System.out.println("Oclgrind watches training with -Dtornado.attention.device=all only.");
        }
        for (var part : ALL ? List.of("evaluation", "training") : List.of("evaluation")) {
            var outcome = clean("network-" + part, List.of(), SmallNetwork.class, part);
            assertThat(outcome.after("finite ")).as(outcome.tail()).containsExactly("1");
        }
    }
}
