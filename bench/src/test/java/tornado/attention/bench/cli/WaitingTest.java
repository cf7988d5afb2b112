package tornado.attention.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WaitingTest {
    @Test
    void saysWhatItWaitsForAndGoesAway() throws InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (var waiting = Waiting.on(new PrintStream(bytes, true, StandardCharsets.UTF_8), "compiling", 1, 1)) {
            waiting.now("timing", System.nanoTime() + 60_000_000_000L);
            while (!bytes.toString(StandardCharsets.UTF_8).contains("timing")) {
                Thread.sleep(1);
            }
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("timing, 0 s, at most ")
                .endsWith("\r\u001b[K");
    }

    @Test
    void estimatesWhatIsLeftOfWhatIsDoneAndMakesRoomForOthers() throws InterruptedException {
        var bytes = new ByteArrayOutputStream();
        var terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (var waiting = Waiting.on(terminal, "verifying", 1, 1)) {
            waiting.done(2, 1_000_000);
            while (!bytes.toString(StandardCharsets.UTF_8).contains("2 of 1000000")) {
                Thread.sleep(1);
            }
            waiting.aside(() -> terminal.print("a result\n"));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .containsPattern("verifying, 2 of 1000000, 0 s, about \\d+ s left")
                .contains("\r\u001b[Ka result\n");
    }

    @Test
    void saysNothingOfWhatIsDoneSoon() {
        var bytes = new ByteArrayOutputStream();
        Waiting.on(new PrintStream(bytes, true, StandardCharsets.UTF_8), "compiling", 60_000, 1)
                .close();
        assertThat(bytes.size()).isZero();
        Waiting.on(null, "nothing", 1, 1).close();
    }
}
