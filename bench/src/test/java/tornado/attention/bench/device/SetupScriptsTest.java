package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code setup/tornadovm} against a release of a few files in a folder, and what {@code setup/opencl} would run. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "the scripts' fake release is the one for Linux on x86_64")
class SetupScriptsTest {
    private static final String VERSION = "5.2.0-jdk25";
    private static final String ASSET = "tornadovm-5.2.0-jdk25-opencl-linux-amd64.zip";
    private static final Path SETUP = setup();

    @TempDir
    Path folder;

    private Path release;
    private Path data;

    /** How a script ended. */
    private record Outcome(int status, String output) {}

    @BeforeEach
    void makeRelease() throws IOException {
        release = Files.createDirectories(folder.resolve("release"));
        data = folder.resolve("data of a user");
        zip(release.resolve(ASSET), "tornadovm-5.2.0-jdk25-opencl", sdk("opencl-backend"));
    }

    private static void zip(Path archive, String name, Map<String, String> files) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(name + "/" + file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }

    private static Map<String, String> sdk(String backends) {
        return Map.of(
                "tornado-argfile.template",
                "# flags for ${TORNADOVM_HOME}\n-server\n-Djava.library.path=${TORNADOVM_HOME}/lib\n"
                        + "--module-path .:${TORNADOVM_HOME}/share/java/tornado\n",
                "etc/tornado.release",
                "version=" + VERSION + "\n",
                "etc/tornado.backend",
                "tornado.backends=" + backends + "\n",
                "share/java/tornado/api.txt",
                "a jar\n",
                "bin/tornado",
                "#!/bin/sh\n");
    }

    private static Path setup() {
        for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("setup/tornadovm"))) {
                return at.resolve("setup");
            }
        }
        throw new IllegalStateException(
                "The folder setup/ was not found above " + Path.of("").toAbsolutePath() + ".");
    }

    private Outcome run(Map<String, String> environment, String script, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add("bash");
        command.add(SETUP.resolve(script).toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("TORNADOVM_HOME");
        builder.environment().put("SDKMAN_DIR", folder.resolve("sdkman").toString());
        builder.environment().put("XDG_DATA_HOME", data.toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the script ends").isTrue();
        return new Outcome(process.exitValue(), output);
    }

    private Outcome install(String... more) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/curl")))
                .as("curl is installed")
                .isTrue();
        var arguments = new ArrayList<>(List.of("--from", release.toUri().toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--version")) {
            arguments.addAll(List.of("--version", "5.2.0"));
        }
        return run(Map.of(), "tornadovm", arguments.toArray(String[]::new));
    }

    private Path current() {
        return data.resolve("tornado-attention/tornadovm/current");
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void publish(String sha256) throws IOException {
        Files.writeString(release.resolve(ASSET + ".sha256"), sha256 + "  " + ASSET + "\n");
    }

    @Test
    void installsAReleaseWhoseChecksumIsPublished() throws Exception {
        publish(sha256(release.resolve(ASSET)));
        var outcome = install();
        assertThat(outcome.output()).contains("the SHA-256 is right", "is ready");
        assertThat(outcome.status()).isZero();
        var home = current().toRealPath();
        assertThat(home).hasFileName("tornadovm-5.2.0-jdk25-opencl");
        assertThat(home.resolve("bin/tornado")).isExecutable();
        assertThat(home.resolve("tornado-argfile")).hasContent("""
                # flags for ${TORNADOVM_HOME}
                -server
                "-Djava.library.path=%1$s/lib"
                --module-path "%1$s/share/java/tornado"
                """.formatted(home));
        try (var left = Files.list(current().getParent())) {
            assertThat(left.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("current", "tornadovm-5.2.0-jdk25-opencl");
        }
    }

    /** 7 and later: the tag has no suffix, the archive has it and is a .tar.gz, or still a .zip. */
    @ParameterizedTest
    @ValueSource(strings = {"tar.gz", "zip"})
    void installsAReleaseOfToday(String ending) throws Exception {
        var name = "tornadovm-8.2.0-jdk22plus-cuda";
        var content = folder.resolve("content").resolve(name);
        var files = new HashMap<>(sdk("cuda-backend"));
        files.put("etc/tornado.release", "version=8.2.0\n");
        files.put("tornado-argfile.template", "-XX:+EnableJVMCI\n-Dx=${TORNADOVM_HOME}/lib\n");
        var asset = release.resolve(name + "-linux-amd64." + ending);
        if (ending.equals("zip")) {
            zip(asset, name, files);
        } else {
            write(content, files);
            var tar = new ProcessBuilder("tar", "-czf", asset.toString(), name)
                    .directory(content.getParent().toFile())
                    .start();
            assertThat(tar.waitFor()).isZero();
        }
        var outcome = install("--version", "8.2.0", "--backend", "cuda", "--sha256", sha256(asset));
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("the SHA-256 is right", "8.2.0 with cuda-backend is ready");
        var home = current().toRealPath();
        assertThat(home).hasFileName(name);
        assertThat(home.resolve("tornado-argfile")).hasContent("-XX:+EnableJVMCI\n\"-Dx=" + home + "/lib\"\n");
        assertThat(install("--version", "8.2.0", "--backend", "cuda").output()).contains("installed before");
    }

    @Test
    void aVersionSaysHowItsReleaseIsCalledAndWhichBackendsItHas() throws Exception {
        var github = "https://github.com/beehive-lab/TornadoVM/releases/download/";
        for (var each : Map.of(
                        List.of("--backend", "opencl"),
                        "v8.2.0/tornadovm-8.2.0-jdk22plus-opencl-linux-amd64.tar.gz",
                        List.of("--version", "7.0.1", "--backend", "cuda"),
                        "v7.0.1/tornadovm-7.0.1-jdk22plus-cuda-linux-amd64.tar.gz",
                        List.of("--backend", "ptx"),
                        "v5.2.0-jdk25/tornadovm-5.2.0-jdk25-ptx-linux-amd64.zip",
                        List.of("--version", "5.2.0"),
                        "v5.2.0-jdk25/" + ASSET)
                .entrySet()) {
            var arguments = new ArrayList<>(each.getKey());
            arguments.add("--dry-run");
            assertThat(run(Map.of(), "tornadovm", arguments.toArray(String[]::new))
                            .output())
                    .contains("would download " + github + each.getValue() + "\n");
        }
        assertThat(run(Map.of(), "tornadovm", "--version", "6.0.0").output()).contains("TornadoVM 6 is not taken");
        assertThat(run(Map.of(), "tornadovm", "--version", "8.2.0", "--backend", "spirv")
                        .output())
                .contains("ended with 5.2");
        assertThat(run(Map.of(), "tornadovm", "--version", "5.2.0", "--backend", "cuda")
                        .output())
                .contains("has no backend cuda");
        for (var wrong : List.of("new", "5.1.0", "08.2.0", "5.2.0-foo", "4.0")) {
            assertThat(run(Map.of(), "tornadovm", "--version", wrong).output())
                    .contains("is no version that attn takes");
        }
    }

    /** Its name says what an archive is; whatever it is called, what it holds must be what is asked for. */
    @Test
    void anArchiveIsWhatItsNameSaysOrRefused() throws Exception {
        var file = Files.copy(release.resolve(ASSET), folder.resolve("sdk.zip"));
        var digest = sha256(file);
        var named =
                run(Map.of(), "tornadovm", "--archive", release.resolve(ASSET).toString(), "--sha256", digest);
        assertThat(named.status()).as(named.output()).isZero();
        assertThat(current().toRealPath()).hasFileName("tornadovm-5.2.0-jdk25-opencl");
        var other = run(Map.of(), "tornadovm", "--archive", file.toString(), "--sha256", digest);
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.output()).contains("5.2.0-jdk25 with opencl-backend and not 8.2.0-jdk22plus");
        var again = run(Map.of(), "tornadovm", "--version", "5.2.0", "--archive", file.toString(), "--sha256", digest);
        assertThat(again.output()).contains("the SHA-256 is right", "is ready").doesNotContain("installed before");
    }

    @Test
    void versionSixIsNotTakenFromTheVariableEither() throws Exception {
        var home = folder.resolve("six");
        var files = new HashMap<>(sdk("opencl-backend"));
        files.put("etc/tornado.release", "version=6.0.0-jdk22plus\n");
        write(home, files);
        var outcome = run(Map.of("TORNADOVM_HOME", home.toString()), "tornadovm");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("runs there as sequential Java");
    }

    @Test
    void anSdkOfAnotherVersionThanTheOneAskedForIsNotTaken() throws Exception {
        var home = folder.resolve("own sdk");
        write(home, sdk("opencl-backend"));
        var environment = Map.of("TORNADOVM_HOME", home.toString());
        assertThat(run(environment, "tornadovm", "--version", "8.2.0").output())
                .contains("5.2.0-jdk25 with opencl-backend and not 8.2.0-jdk22plus");
        assertThat(run(environment, "tornadovm").status()).isZero();
    }

    @Test
    void isDoneAtOnceTheSecondTime() throws Exception {
        publish(sha256(release.resolve(ASSET)));
        install();
        Files.delete(release.resolve(ASSET));
        var outcome = install();
        assertThat(outcome.output()).contains("installed before");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void resumesADownloadThatStopped() throws Exception {
        publish(sha256(release.resolve(ASSET)));
        var bytes = Files.readAllBytes(release.resolve(ASSET));
        var partial = Files.createDirectories(current().getParent()).resolve(ASSET + ".part");
        Files.write(partial, Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(install().status()).isZero();
        assertThat(current().toRealPath().resolve("etc/tornado.release")).exists();
    }

    @Test
    void takesADownloadThatWasCompleteWithoutAskingAgain() throws Exception {
        publish(sha256(release.resolve(ASSET)));
        Files.createDirectories(current().getParent());
        Files.move(release.resolve(ASSET), current().resolveSibling(ASSET + ".part"));
        assertThat(install().status()).isZero();
        assertThat(current().toRealPath()).isDirectory();
    }

    @Test
    void refusesAnArchiveWithAnotherChecksumAndForgetsIt() throws Exception {
        publish("0".repeat(64));
        var outcome = install();
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("and not " + "0".repeat(64), "was not installed");
        assertThat(current()).doesNotExist();
        assertThat(current().resolveSibling(ASSET)).doesNotExist();
    }

    @Test
    void installsWithoutAPublishedChecksumOnlyWhenTold() throws Exception {
        var refused = install();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("No SHA-256 is known", sha256(release.resolve(ASSET)), "--unverified");
        var given = install("--sha256", sha256(release.resolve(ASSET)));
        assertThat(given.output()).contains("the SHA-256 is right");
        assertThat(given.status()).isZero();
    }

    @Test
    void saysThatAnUnverifiedArchiveIsUnverified() throws Exception {
        var outcome = install("--unverified");
        assertThat(outcome.output()).contains("could not be verified");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void installsAnArchiveDownloadedByHandAndKeepsIt() throws Exception {
        var file = release.resolve(ASSET);
        var outcome = run(Map.of(), "tornadovm", "--archive", file.toString(), "--sha256", sha256(file));
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(file).exists();
        assertThat(current().toRealPath()).isDirectory();
    }

    @Test
    void namesTheManualStepsWhereThereIsNoNetwork() throws Exception {
        Files.delete(release.resolve(ASSET));
        var outcome = install();
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("could not be downloaded", "--archive FILE");
    }

    @Test
    void usesTheSdkThatTheVariableNames() throws Exception {
        var home = folder.resolve("own sdk");
        write(home, sdk("opencl-backend,ptx-backend"));
        var outcome = run(Map.of("TORNADOVM_HOME", home.toString()), "tornadovm", "--backend", "ptx");
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(current().toRealPath()).isEqualTo(home.toRealPath());
        assertThat(home.resolve("tornado-argfile")).content().contains("\"-Djava.library.path=" + home.toRealPath());
    }

    @Test
    void refusesAVariableThatNamesNoSdk() throws Exception {
        var outcome = run(Map.of("TORNADOVM_HOME", folder.toString()), "tornadovm");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("TORNADOVM_HOME is " + folder);
    }

    @Test
    void prefersAnSdkOfSdkmanToADownload() throws Exception {
        write(folder.resolve("sdkman/candidates/tornadovm/5.2.0-jdk25-ptx"), sdk("ptx-backend"));
        var wanted = folder.resolve("sdkman/candidates/tornadovm/5.2.0-jdk25-opencl");
        write(wanted, sdk("opencl-backend"));
        var outcome = run(Map.of(), "tornadovm");
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(current().toRealPath()).isEqualTo(wanted.toRealPath());
    }

    private static void write(Path home, Map<String, String> files) throws IOException {
        for (var file : files.entrySet()) {
            var path = home.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    @Test
    void changesNothingInADryRun() throws Exception {
        var outcome = install("--dry-run");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.output()).contains("would download", ASSET, "would link");
        assertThat(data).doesNotExist();
    }

    @Test
    void explainsItselfAndRefusesWhatItDoesNotKnow() throws Exception {
        assertThat(run(Map.of(), "tornadovm", "--help").output()).contains("usage: setup/tornadovm", "--backend");
        assertThat(run(Map.of(), "tornadovm", "--backend", "vulkan").status()).isEqualTo(2);
        assertThat(run(Map.of(), "tornadovm", "--sha256", "12").status()).isEqualTo(2);
        assertThat(run(Map.of(), "opencl", "--help").output()).contains("usage: setup/opencl");
        assertThat(run(Map.of(), "opencl", "--nonsense").status()).isEqualTo(2);
    }

    @Test
    void saysWhatWouldInstallOpenCl() throws Exception {
        var outcome = run(Map.of(), "opencl", "--force", "--dry-run");
        if (outcome.status() == 0) {
            assertThat(outcome.output()).containsPattern("(apt-get|dnf|brew) install .*pocl");
        } else {
            assertThat(outcome.output()).contains("None of apt-get, dnf and brew is here");
        }
    }
}
