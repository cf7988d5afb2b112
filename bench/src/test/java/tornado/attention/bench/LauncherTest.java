package tornado.attention.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, in a folder that looks like the project, with a Maven that only knows its version. */
class LauncherTest {
    private static final List<String> HOUSE =
            List.of("tornado-embedded", "tornado-kernels", "files", "tasks", "modules", "networks", "report", "bench");

    @TempDir
    Path project;

    private record Run(int status, String out, String err) {}

    @BeforeEach
    void copyTheLauncher() throws IOException {
        var script = Path.of("..", "attn");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/env")) && Files.exists(script),
                "there is no shell for the launcher");
        Files.copy(script, project.resolve("attn"), StandardCopyOption.COPY_ATTRIBUTES);
        var maven = Files.createDirectories(project.resolve("bin")).resolve("mvn");
        Files.writeString(maven, "#!/bin/sh\n[ \"$1\" = -v ] && echo Apache Maven 3.9.9 && exit 0\nexit 1\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
    }

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return run(project.resolve("attn"), environment, arguments);
    }

    private Run run(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var out = project.resolve("out.txt");
        var err = project.resolve("err.txt");
        var command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("PATH", project.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("ATTN_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("TORNADOVM_HOME");
        builder.environment().putAll(environment);
        var process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("The launcher still waits: " + Files.readString(err));
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** What the launcher takes for a build that is done. */
    private void pretendBuilt() throws IOException {
        for (var folder : HOUSE) {
            Files.createDirectories(project.resolve(folder).resolve("target/classes"));
            Files.createDirectories(project.resolve(folder).resolve("src/main"));
            Files.createFile(project.resolve(folder).resolve("pom.xml"));
        }
        Files.createFile(project.resolve("pom.xml"));
        Files.writeString(project.resolve("bench/target/classpath.txt"), project.resolve("pom.xml") + "\n");
        Files.createFile(Files.createDirectories(project.resolve(".attn")).resolve("built"));
    }

    @Test
    void aLockWithoutAnOwnerIsTakenOver() throws IOException, InterruptedException {
        Files.createDirectories(project.resolve(".attn/lock"));
        var run = run(Map.of(), "devices");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("The build failed");
        assertThat(project.resolve(".attn/lock")).doesNotExist();
    }

    @Test
    void optionsForJavaAreNotExpanded() throws IOException, InterruptedException {
        pretendBuilt();
        Files.createFile(project.resolve("-Dx=1"));
        var run = run(Map.of("ATTN_JAVA_OPTS", "-Dx=* -Xmx1g"), "--show-command", "devices");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("-Dx=\\* -Xmx1g").doesNotContain("-Dx=1");
    }

    @Test
    void theMemoryModeBecomesAProperty() throws IOException, InterruptedException {
        pretendBuilt();
        assertThat(run(Map.of(), "--show-command", "run", "--memory", "isolated")
                        .out())
                .contains("-Dtornado.embedded.memory=isolated", "-XX:-OmitStackTraceInFastThrow", "--memory isolated");
        assertThat(run(Map.of(), "--show-command", "run", "--memory=isolated").out())
                .contains("-Dtornado.embedded.memory=isolated");
    }

    @Test
    void eachSdkHasAnArgfileOfItsOwnForTheJdkThatRuns() throws IOException, InterruptedException {
        pretendBuilt();
        var jdk = Files.createDirectories(project.resolve("jdk27/bin")).getParent();
        for (var program : List.of("java", "javac")) {
            Files.writeString(jdk.resolve("bin").resolve(program), "#!/bin/sh\n");
            assertThat(jdk.resolve("bin").resolve(program).toFile().setExecutable(true))
                    .isTrue();
        }
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"27\"\n");
        var copies = new ArrayList<String>();
        for (var name : List.of("one", "two")) {
            var sdk = Files.createDirectories(project.resolve("sdk " + name));
            Files.writeString(
                    sdk.resolve("tornado-argfile"),
                    "-XX:+EnableJVMCI\n--module-path .:" + name + "\n-Dn=" + name + "\n");
            var environment = Map.of("TORNADOVM_HOME", sdk.toString());
            var run = run(environment, "--show-command", "devices");
            assertThat(run.status()).as(run.err()).isZero();
            copies.add(argfile(run));
            assertThat(Path.of(copies.getLast()))
                    .hasContent("-XX:+EnableJVMCI\n--module-path " + name + "\n-Dn=" + name);
            var later = run(
                    Map.of("TORNADOVM_HOME", sdk.toString(), "ATTN_JAVA_HOME", jdk.toString()),
                    "--show-command",
                    "devices");
            assertThat(Path.of(argfile(later))).hasContent("--module-path " + name + "\n-Dn=" + name);
        }
        assertThat(copies).doesNotHaveDuplicates();
    }

    @Test
    void anArchiveTakesTheSdkItBrings() throws IOException, InterruptedException {
        var archive = Files.createDirectories(project.resolve("an archive & more"));
        Files.createFile(Files.createDirectories(archive.resolve("lib")).resolve("tornado-attention-tasks-1.jar"));
        var script = Files.copy(project.resolve("attn"), archive.resolve("attn"), StandardCopyOption.COPY_ATTRIBUTES);
        var sdk = Files.createDirectories(archive.resolve("tornadovm"));
        Files.writeString(sdk.resolve("tornado-argfile"), "\"-Dp=${TORNADOVM_HOME}/lib:${TORNADOVM_HOME}/share\"\n");
        var environment = Map.of("XDG_CACHE_HOME", project.resolve("cache").toString());

        var run = run(script, environment, "--show-command", "devices");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Path.of(argfile(run))).hasContent("\"-Dp=" + sdk + "/lib:" + sdk + "/share\"");

        var other = Files.createDirectories(project.resolve("other"));
        Files.writeString(other.resolve("tornado-argfile"), "-Dn=other\n");
        var given = run(
                script,
                Map.of("XDG_CACHE_HOME", environment.get("XDG_CACHE_HOME"), "TORNADOVM_HOME", other.toString()),
                "--show-command",
                "devices");
        assertThat(Path.of(argfile(given))).hasContent("-Dn=other");
        assertThat(run(script, environment, "--show-command", "devices", "--engine", "embedded")
                        .out())
                .doesNotContain("@");
    }

    @Test
    void theArchiveScriptSaysWhatItLacks() throws IOException, InterruptedException {
        var script = Path.of("..", "dist", "jlink").toAbsolutePath().normalize();
        assertThat(run(script, Map.of(), "--everything").err()).contains("There is no option '--everything'");
        assertThat(run(script, Map.of(), "--sdk", "nowhere").err())
                .contains("--sdk takes the folder of a TornadoVM SDK");
        var empty = Files.createDirectories(project.resolve("empty"));
        var run = run(script, Map.of(), "--sdk", empty.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no tornado-argfile.template");
    }

    private static String argfile(Run run) {
        return Arrays.stream(run.out().split(" "))
                .filter(w -> w.startsWith("@"))
                .findFirst()
                .orElseThrow()
                .substring(1);
    }
}
