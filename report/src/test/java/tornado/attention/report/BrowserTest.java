package tornado.attention.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.report.internal.html.HtmlReport;
import tornado.attention.report.rendering.Rendering;

/** The report in a real browser. */
class BrowserTest {
    private static final long PATIENCE_SECONDS = 120;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path temporary;

    private static Optional<Path> browser() {
        var folders = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1);
        return Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
                .flatMap(name -> Arrays.stream(folders).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Test
    void showsAllPartsAndDrawsThem() throws IOException, InterruptedException {
        var chromium = browser();
        assumeTrue(chromium.isPresent(), "No chromium, chromium-browser or google-chrome is on the PATH.");
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        Rendering.of(folder);
        var page = folder.path().resolve("report.html").toUri().toString();

        var dom = run(chromium.get(), "--dump-dom", page);
        for (var part : HtmlReport.parts()) {
            assertThat(dom).contains("<section id=\"" + part + "\">");
        }
        assertThat(dom).contains("<svg viewBox", "</html>");

        for (int width : new int[] {1280, 390}) {
            var picture = temporary.resolve("report-" + width + ".png");
            run(chromium.get(), "--window-size=" + width + ",1600", "--screenshot=" + picture, page);
            var image = ImageIO.read(picture.toFile());
            assertThat(image.getWidth()).isEqualTo(width);
            // A blank page has one colour.
            assertThat(Arrays.stream(image.getRGB(0, 0, width, 1600, null, 0, width))
                            .distinct()
                            .count())
                    .isGreaterThan(50);
        }
    }

    private String run(Path chromium, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(chromium.toString());
        command.addAll(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + temporary.resolve("profile")));
        command.addAll(List.of(arguments));
        var output = temporary.resolve("browser.out");
        var process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(temporary.resolve("browser.err").toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("the browser ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
