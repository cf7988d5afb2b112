package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.bench.machine.WithoutPaths;
import tornado.attention.bench.text.Sentences;
import tornado.attention.report.CaseInfo;
import tornado.attention.report.Check;
import tornado.attention.report.Contender;
import tornado.attention.report.Cost;
import tornado.attention.report.Energy;
import tornado.attention.report.Phases;
import tornado.attention.report.SampleSet;
import tornado.attention.report.Series;
import tornado.attention.report.Verdict;
import tornado.attention.report.statistics.Quantiles;
import tornado.attention.report.statistics.SteadyState;

/**
 * Measures one case: every contender's result is checked, then those that passed warm up and take turns.
 *
 * <pre>
 *   prepare + check A, B, C    warm-up A, B, C    profile A, B, C    A B C | B C A | C A B | ...
 * </pre>
 *
 * <p>In turns, because a machine is not the same from minute to minute: what slows it down slows all of them.
 */
final class Session {
    /** Share of the time left for warming up that one contender may use while others wait. */
    private static final double LARGEST_SHARE = 0.6;

    /** Slices of a warm-up that must be alike for it to end. */
    private static final int STEADY_SLICES = 8;

    /** Slices without compilation after which a series that is still not steady will not become so. */
    private static final int PATIENCE = 24;

    /** Slices that fit into the time of a warm-up, at least. */
    private static final int SLICES = 60;

    /**
     * Share of a slice for which the JVM's compilers may work in a warm-up that ends: what they work at is not in use
     * yet, however alike the slices are.
     */
    private static final double COMPILING = 0.2;

    private final String run;
    private final EnergyMeter meter;
    private final Case subject;
    private final CaseInfo info;
    private CaseData data;
    private Oracle oracle;
    private String refusal;

    /**
     * A session for a case.
     *
     * @param run id of the run
     * @param meter of the machine
     */
    Session(String run, EnergyMeter meter, Case subject) {
        this.run = run;
        this.meter = meter;
        this.subject = subject;
        info = subject.info();
    }

    /** A contender on its way through the session. */
    private static final class Entry {
        final Runner runner;
        Verdict verdict = Verdict.UNSUPPORTED;
        String reason = "";
        Check check;
        Cost cost;
        Phases phases;
        long[] warmup = new long[0];
        int warmupRuns;
        boolean steady;
        final List<long[]> rounds = new ArrayList<>();
        long spent;
        double joules;
        double milliwatts;

        Entry(Runner runner) {
            this.runner = runner;
        }

        boolean passed() {
            return verdict == Verdict.PASS;
        }

        void end(Verdict how, String why) {
            verdict = how;
            reason = WithoutPaths.sentence(why);
            phases = null;
            rounds.clear();
        }
    }

    /** An action on a contender's runner that may fail. */
    private interface Action {
        void run(Entry entry) throws Unsupported;
    }

    /**
     * Measures the case on these runners.
     *
     * @param fork number of the JVM they are in
     * @param deadline until when, by {@link System#nanoTime}, an effort with a limit may take
     */
    List<SampleSet> measure(List<Runner> runners, int fork, Effort effort, long deadline) {
        var entries = runners.stream().map(Entry::new).toList();
        if (makeData(effort)) {
            entries.forEach(e -> guarded(e, this::prepare));
        } else {
            entries.forEach(e -> e.end(Verdict.UNSUPPORTED, refusal));
        }
        shareCost(entries);
        var passed = entries.stream().filter(Entry::passed).toList();
        if (!passed.isEmpty()) {
            var own = effort.within(deadline - System.nanoTime(), passed.size());
            warmUp(passed, own);
            passed.stream().filter(Entry::passed).forEach(e -> guarded(e, Session::profile));
            for (int round = 0; round < own.rounds(); round++) {
                for (int i = 0; i < passed.size(); i++) {
                    var entry = passed.get((i + round) % passed.size());
                    if (entry.passed()) {
                        guarded(entry, e -> takeTurn(e, own));
                    }
                }
            }
        }
        entries.forEach(e -> guarded(e, entry -> entry.runner.release()));
        return entries.stream().map(e -> sampleSet(e, fork)).toList();
    }

    /** Makes weights, inputs and the float64 result, once; false where there are none, with the reason. */
    boolean makeData(Effort effort) {
        if (refusal != null) {
            return false;
        }
        try {
            if (data == null) {
                data = CaseData.of(subject);
                oracle = Oracle.of(data, effort.referenceWork());
            }
            return true;
        } catch (IllegalArgumentException | ArithmeticException | OutOfMemoryError e) {
            refusal = Sentences.of(e);
            return false;
        }
    }

    private void guarded(Entry entry, Action action) {
        try {
            action.run(entry);
        } catch (Unsupported | IllegalArgumentException | OutOfMemoryError e) {
            entry.end(Verdict.UNSUPPORTED, e instanceof Unsupported ? e.getMessage() : Sentences.of(e));
        } catch (RuntimeException e) {
            // A kernel that the device's compiler refuses is not supported there; whatever else goes wrong is a
            // failure.
            boolean refused = e.getClass().getName().contains("Bailout");
            entry.end(refused ? Verdict.UNSUPPORTED : Verdict.FAIL, Sentences.of(e));
        }
    }

    private void prepare(Entry entry) throws Unsupported {
        var prepared = entry.runner.prepare(data);
        entry.cost = prepared.cost();
        entry.check = oracle.check(prepared.outputs());
        if (entry.check.passed()) {
            entry.verdict = Verdict.PASS;
            entry.phases = prepared.phases();
        } else {
            entry.end(Verdict.FAIL, Oracle.describe(entry.check));
        }
    }

    /** What a case costs does not depend on who runs it, but only chains know it. */
    private static void shareCost(List<Entry> entries) {
        var known = entries.stream().map(e -> e.cost).filter(c -> c != null).findFirst();
        entries.stream().filter(e -> e.cost == null).forEach(e -> e.cost = known.orElse(null));
    }

    /**
     * They share the time: who is steady soon, because others have warmed up the same kernels, leaves it to the rest.
     */
    private void warmUp(List<Entry> entries, Effort effort) {
        long left = effort.warmupNanos() * entries.size();
        for (int i = 0; i < entries.size(); i++) {
            long start = System.nanoTime();
            long most = i == entries.size() - 1 ? left : (long) (left * LARGEST_SHARE);
            guarded(entries.get(i), e -> warmUp(e, most, effort));
            left -= System.nanoTime() - start;
        }
    }

    private static void warmUp(Entry entry, long nanos, Effort effort) {
        long slice = Math.clamp(nanos / SLICES, 1_000_000, Math.max(2 * effort.sliceNanos(), 1_000_000));
        long end = System.nanoTime() + nanos;
        var medians = new ArrayList<Double>();
        int quiet = 0;
        long compiled = entry.runner.compiling();
        long before = System.nanoTime();
        do {
            var times = entry.runner.slice(slice, effort.mostRuns());
            entry.warmupRuns += times.length;
            medians.add(Quantiles.median(times));
            long compiledNow = entry.runner.compiling();
            long now = System.nanoTime();
            quiet = compiledNow - compiled > COMPILING * (now - before) ? 0 : quiet + 1;
            compiled = compiledNow;
            before = now;
            entry.steady = quiet >= STEADY_SLICES && SteadyState.reached(doubles(medians), STEADY_SLICES);
        } while (System.nanoTime() < end && !entry.steady && quiet < PATIENCE);
        entry.warmup = medians.stream().mapToLong(Math::round).toArray();
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void profile(Entry entry) {
        var profile = entry.runner.profile();
        entry.phases = entry.phases.profiled(profile.upNanos(), profile.kernelNanos(), profile.downNanos());
        entry.milliwatts = profile.milliwatts();
    }

    /** A contender whose runs are longer than its slices has fewer turns, at least one. */
    private void takeTurn(Entry entry, Effort effort) {
        var timed = entry.rounds.stream().flatMapToLong(Arrays::stream).sum();
        if (timed > effort.rounds() * effort.sliceNanos()) {
            return;
        }
        var before = meter.read();
        long start = System.nanoTime();
        entry.rounds.add(entry.runner.slice(effort.sliceNanos(), effort.mostRuns()));
        entry.spent += System.nanoTime() - start;
        if (meter.available()) {
            entry.joules += meter.joules(before, meter.read());
        }
    }

    private SampleSet sampleSet(Entry entry, int fork) {
        Contender contender = entry.runner.contender();
        return new SampleSet(
                run,
                0,
                0,
                info,
                contender,
                fork,
                entry.verdict,
                entry.reason,
                entry.check,
                entry.cost,
                entry.phases,
                entry.passed() ? new Series(entry.warmup, entry.warmupRuns, entry.steady, entry.rounds) : null,
                entry.passed() ? energy(entry) : null);
    }

    private Energy energy(Entry entry) {
        var times = entry.rounds.stream().flatMapToLong(Arrays::stream).toArray();
        if (entry.milliwatts > 0) {
            return new Energy(
                    entry.milliwatts / 1e3 * Quantiles.median(times) / 1e9,
                    "power of the device by TornadoVM's profiler (NVML), times the median");
        }
        if (!meter.available() || entry.spent == 0) {
            return null;
        }
        // The power of the turns, times the median: a turn holds runs that are not kept.
        return new Energy(entry.joules / (entry.spent / 1e9) * Quantiles.median(times) / 1e9, meter.method());
    }
}
