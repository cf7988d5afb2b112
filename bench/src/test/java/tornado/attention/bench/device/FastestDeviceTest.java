package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Attn;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.engine.Devices;

/** {@code --device fastest} on the command line, in a JVM of its own whose data folder is this test's. */
class FastestDeviceTest {
    @TempDir
    Path folder;

    private Path photo() throws IOException {
        var file = folder.resolve("photo.png");
        ImageIO.write(new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }

    private String attn(Object... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Attn.class.getName()));
        for (var argument : arguments) {
            command.add(argument.toString());
        }
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().filter(l -> l.startsWith("device ")).findFirst().orElseThrow();
    }

    @Test
    void aRunMeasuresAndShowRemembers() throws IOException, InterruptedException {
        var photo = photo();
        var run = attn("run", "NonLocal", "--image", photo, "--size", "16x24", "--device", "fastest");
        var show = attn(
                "show",
                "NonLocal",
                "--image",
                photo,
                "--size",
                "16x24",
                "--device",
                "FASTEST",
                "--output",
                folder.resolve("out.png"));
        if (Devices.all().size() == 1) {
            assertThat(run).endsWith("(the only device, not measured)");
            return;
        }
        assertThat(run)
                .containsPattern("engine embedded .* \\(fastest of \\d+: [\\d.]+ ms, measured now and remembered\\)$");
        assertThat(show).isEqualTo(run.replace("now and remembered", "earlier"));
        assertThat(folder.resolve("tornado-attention/fastest.json")).content().contains("NonLocal {input=1x3x16x24}");
    }

    @Test
    void whereNoModuleIsMeasuredItSaysWhatToName() {
        var outcome = Outcome.of("verify", "--device", "fastest");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.errorLines()).singleElement().asString().contains("measures one module", "by its id");
    }

    @Test
    void theHelpNamesIt() {
        assertThat(Outcome.of("run", "--help").out().replaceAll("\\s+", " "))
                .contains("also fastest: all are measured once");
    }
}
