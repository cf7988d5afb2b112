package tornado.attention.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.machine.LoadMeter.Reading;

class LoadMeterTest {
    @TempDir
    private Path proc;

    @Test
    void othersAreWhatTheProcessorsDidWithoutUs() {
        var before = new Reading(1_000, 400, 0);
        assertThat(new Reading(1_250, 500, 1_000_000_000L).othersSince(before)).isCloseTo(1.5, within(1e-9));
        assertThat(new Reading(1_100, 500, 1_000_000_000L).othersSince(before)).isZero();
        assertThat(LoadMeter.disturbs(0.5)).isTrue();
        assertThat(LoadMeter.disturbs(0.1)).isFalse();
    }

    /** User, nice, system, interrupts and what other machines took count; idling and waiting do not. */
    @Test
    void countsAsTheKernelWritesThem() throws IOException {
        Files.writeString(proc.resolve("stat"), "cpu  10 20 30 1000 500 1 2 3 4 5\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
        var own = Files.createDirectories(
                proc.resolve(Long.toString(ProcessHandle.current().pid())));
        Files.writeString(
                own.resolve("stat"), "77 (a (strange) name) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 100 1 1\n");
        var reading = LoadMeter.in(proc).read().orElseThrow();
        assertThat(reading.busy()).isEqualTo(10 + 20 + 30 + 1 + 2 + 3);
        assertThat(reading.own()).isEqualTo(5 + 6 + 7 + 8);
    }

    @Test
    void saysNothingWhereTheSystemDoesNot() {
        assertThat(LoadMeter.in(proc.resolve("missing")).read()).isEmpty();
    }
}
