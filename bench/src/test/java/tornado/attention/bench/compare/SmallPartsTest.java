package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.machine.EnergyMeter;

class SmallPartsTest {
    @TempDir
    private Path temporary;

    @Test
    void progressIsALineACaseWhereThereIsNoTerminal() {
        var text = new StringWriter();
        var progress = new Progress(new PrintWriter(text), false, 2);
        progress.begin("a");
        progress.end("a", "3 pass");
        progress.end("b", "1 fail");
        assertThat(text.toString().lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("[1/2] a: 3 pass, about")
                .endsWith("left");
        assertThat(text.toString()).doesNotContain("\r").contains("[2/2] b: 1 fail\n");
    }

    @Test
    void progressIsABarOnATerminal() {
        var text = new StringWriter();
        var progress = new Progress(new PrintWriter(text), true, 2);
        progress.begin("first");
        progress.end("first", "");
        progress.begin("second");
        progress.note("A note.");
        assertThat(text.toString())
                .contains("\r")
                .contains("0/2  first")
                .contains("1/2  second, about")
                .endsWith("A note.\n");
    }

    @Test
    void durationsAreShort() {
        assertThat(Progress.describe(Duration.ofMillis(200))).isEqualTo("1 s");
        assertThat(Progress.describe(Duration.ofSeconds(89))).isEqualTo("89 s");
        assertThat(Progress.describe(Duration.ofSeconds(150))).isEqualTo("3 min");
        assertThat(Progress.describe(Duration.ofMinutes(130))).isEqualTo("2 h 10 min");
    }

    @Test
    void energyIsReadFromCountersAndUnwrapped() throws IOException {
        assertThat(EnergyMeter.in(temporary.resolve("nothing")).available()).isFalse();
        var zone = Files.createDirectories(temporary.resolve("intel-rapl:0"));
        Files.createDirectories(temporary.resolve("intel-rapl:0:0"));
        Files.writeString(zone.resolve("energy_uj"), "900\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "1000\n");
        var meter = EnergyMeter.in(temporary);
        assertThat(meter.available()).isTrue();
        assertThat(meter.method()).contains("1 processor package");
        assertThat(meter.read()).containsExactly(900);
        assertThat(meter.joules(new long[] {900}, new long[] {1900})).isEqualTo(1e-3);
        assertThat(meter.joules(new long[] {900}, new long[] {100})).isEqualTo(2e-4);
    }

    @Test
    void samplesAreTakenAtLeastOnceAndAtMostSoOften() {
        var count = new int[1];
        assertThat(Samples.take(() -> count[0]++, 0, 5)).hasSize(1);
        assertThat(Samples.take(() -> count[0]++, Long.MAX_VALUE / 4, 5)).hasSize(5);
        assertThat(count[0]).as("two more to settle, where runs are short").isEqualTo(8);
        assertThat(Samples.thinned(new long[] {1, 2, 3, 4, 5, 6}, 3)).containsExactly(1, 3, 5);
        assertThat(Samples.thinned(new long[] {1, 2}, 3)).containsExactly(1, 2);
    }
}
