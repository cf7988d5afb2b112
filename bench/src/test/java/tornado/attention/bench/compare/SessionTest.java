package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.report.Contender;
import tornado.attention.report.Phases;
import tornado.attention.report.SampleSet;
import tornado.attention.report.Verdict;

class SessionTest {
    private static final Case SUBJECT = CaseList.find("SEAttention@1x32x5x5");

    @TempDir
    private Path temporary;

    /** A contender that does as it is told. */
    private static class Fake implements Runner {
        final String key;
        final List<String> log;
        RuntimeException atPrepare;
        RuntimeException atSlice;
        boolean wrong;
        int compilingSlices;
        int slices;

        Fake(String key, List<String> log) {
            this.key = key;
            this.log = log;
        }

        @Override
        public Contender contender() {
            return new Contender(key, "fake", "1", "none", "", "nothing", "", 1, "portable");
        }

        @Override
        public Prepared prepare(CaseData data) throws Unsupported {
            if (atPrepare != null) {
                throw atPrepare;
            }
            if (key.equals("small")) {
                throw new Unsupported("It is too small.");
            }
            var honest = new SequentialRunner("x").prepare(data);
            if (wrong) {
                honest.outputs().getFirst()[0] += 1;
            }
            return new Prepared(honest.outputs(), honest.cost(), new Phases(1, 2, 3, 0, 0, 0, ""));
        }

        @Override
        public long[] slice(long nanos, int most) {
            if (atSlice != null) {
                throw atSlice;
            }
            log.add(key);
            slices++;
            return new long[] {100, 101, 102};
        }

        @Override
        public long compiling() {
            return Math.min(slices, compilingSlices) * 1_000_000_000L;
        }

        @Override
        public Profile profile() {
            return new Profile(7, 8, 9, 0, 0, 0);
        }

        @Override
        public void release() {
            log.add(key + " released");
        }

        @Override
        public void close() {}
    }

    private List<SampleSet> measure(List<Fake> fakes) {
        var session = new Session("run", EnergyMeter.in(temporary), SUBJECT);
        return session.measure(List.copyOf(fakes), 3, Effort.STANDARD, Long.MAX_VALUE);
    }

    @Test
    void contendersTakeTurnsInRotatingOrder() {
        var log = new ArrayList<String>();
        var lines = measure(List.of(new Fake("a", log), new Fake("b", log), new Fake("c", log)));
        assertThat(lines).allSatisfy(l -> {
            assertThat(l.verdict()).isEqualTo(Verdict.PASS);
            assertThat(l.fork()).isEqualTo(3);
            assertThat(l.series().rounds()).hasSize(10);
            assertThat(l.series().steady()).isTrue();
            assertThat(l.phases().kernels()).isEqualTo(8);
        });
        var turns = log.stream().filter(s -> !s.contains("released")).toList();
        // Behind the warm-ups: 10 rounds of 3.
        var rounds = turns.subList(turns.size() - 30, turns.size());
        assertThat(rounds.subList(0, 9)).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b");
        assertThat(log).endsWith("a released", "b released", "c released");
    }

    @Test
    void aWarmUpDoesNotEndWhileTheJvmCompiles() {
        var busy = new Fake("busy", new ArrayList<>());
        busy.compilingSlices = 30;
        var series = measure(List.of(busy)).getFirst().series();
        assertThat(series.steady()).isTrue();
        assertThat(series.warmup()).hasSize(30 + 8);
    }

    @Test
    void whatFailsItsCheckHasNoTime() {
        var log = new ArrayList<String>();
        var wrong = new Fake("wrong", log);
        wrong.wrong = true;
        var lines = measure(List.of(wrong, new Fake("right", log)));
        assertThat(lines.getFirst().verdict()).isEqualTo(Verdict.FAIL);
        assertThat(lines.getFirst().reason()).contains("off the float64 reference");
        assertThat(lines.getFirst().series()).isNull();
        assertThat(lines.getFirst().phases()).isNull();
        assertThat(lines.getLast().verdict()).isEqualTo(Verdict.PASS);
        assertThat(log).doesNotContain("wrong").contains("right");
    }

    @Test
    void unsupportedIsAnOutcomeAndAFailureIsAnother() {
        var log = new ArrayList<String>();
        var argument = new Fake("argument", log);
        argument.atPrepare = new IllegalArgumentException("It does not fit.");
        var broken = new Fake("broken", log);
        broken.atPrepare = new IllegalStateException("It broke.");
        var late = new Fake("late", log);
        late.atSlice = new IllegalStateException("It broke later.");
        var lines = measure(List.of(new Fake("small", log), argument, broken, late));
        assertThat(lines)
                .extracting(SampleSet::verdict)
                .containsExactly(Verdict.UNSUPPORTED, Verdict.UNSUPPORTED, Verdict.FAIL, Verdict.FAIL);
        assertThat(lines)
                .extracting(SampleSet::reason)
                .containsExactly("It is too small.", "It does not fit.", "It broke.", "It broke later.");
        assertThat(lines.getLast().series()).isNull();
    }

    @Test
    void aCaseThatCannotBeMadeIsUnsupportedForAll() {
        var log = new ArrayList<String>();
        var session = new Session("run", EnergyMeter.in(temporary), CaseList.find("PSAModule@1x8x5x5"));
        var lines = session.measure(List.of(new Fake("a", log)), 0, Effort.STANDARD, Long.MAX_VALUE);
        assertThat(lines.getFirst().verdict()).isEqualTo(Verdict.UNSUPPORTED);
        assertThat(lines.getFirst().reason()).contains("PSAModule");
    }
}
