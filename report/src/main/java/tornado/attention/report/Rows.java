package tornado.attention.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import tornado.attention.report.statistics.Intervals;
import tornado.attention.report.statistics.Quantiles;
import tornado.attention.report.statistics.RankTest;
import tornado.attention.report.statistics.Summary;

/** Makes rows of the lines of one or several runs. */
public final class Rows {
    private Rows() {}

    /** The rows of a folder, run by run in the order of its log. */
    public static List<Row> of(ResultsFolder folder) throws IOException {
        var environments = folder.environments();
        var names = machineNames(environments);
        var samples = folder.samples();
        var rows = new ArrayList<Row>();
        for (int i = 0; i < environments.size(); i++) {
            var environment = environments.get(i);
            rows.addAll(of(
                    environment,
                    names.get(i),
                    samples.stream()
                            .filter(s -> s.run().equals(environment.run()))
                            .toList()));
        }
        return rows;
    }

    /** One name a run: its processor; equal ones are numbered; nothing at all for a single run. */
    private static List<String> machineNames(List<Environment> environments) {
        if (environments.size() == 1) {
            return List.of("");
        }
        var counts = new LinkedHashMap<String, Integer>();
        environments.forEach(e -> counts.merge(e.machine().cpu(), 1, Integer::sum));
        var seen = new LinkedHashMap<String, Integer>();
        return environments.stream()
                .map(e -> e.machine().cpu())
                .map(cpu -> counts.get(cpu) == 1 ? cpu : cpu + " #" + seen.merge(cpu, 1, Integer::sum))
                .toList();
    }

    /** The rows of one run. */
    public static List<Row> of(Environment environment, String machine, List<SampleSet> samples) {
        var cases = new LinkedHashMap<String, Map<String, List<SampleSet>>>();
        for (var set : samples) {
            cases.computeIfAbsent(set.info().id(), id -> new LinkedHashMap<>())
                    .computeIfAbsent(set.contender().key(), key -> new ArrayList<>())
                    .add(set);
        }
        var rows = new ArrayList<Row>();
        for (var contenders : cases.values()) {
            for (var sets : contenders.values()) {
                rows.add(row(environment, machine, sets, contenders));
            }
        }
        return rows;
    }

    private static Row row(
            Environment environment, String machine, List<SampleSet> sets, Map<String, List<SampleSet>> others) {
        var worst = sets.stream()
                .max(Comparator.comparingInt(s -> severity(s.verdict())))
                .orElseThrow();
        boolean passed = worst.verdict() == Verdict.PASS;
        var check = sets.stream()
                .map(SampleSet::check)
                .filter(Objects::nonNull)
                .max(Comparator.comparingDouble(c -> Double.isNaN(c.maxRel()) ? Double.MAX_VALUE : c.maxRel()))
                .orElse(null);
        var ratios = new LinkedHashMap<String, Ratio>();
        if (passed) {
            Contender.BASELINES.stream()
                    .filter(others::containsKey)
                    .filter(key -> passed(others.get(key)))
                    .forEach(key -> ratios.put(key, ratio(others.get(key), sets)));
        }
        return new Row(
                environment,
                machine,
                worst.info(),
                worst.contender(),
                worst.verdict(),
                worst.reason(),
                check,
                worst.cost(),
                passed ? phases(sets) : null,
                passed ? Summary.of(forks(sets)) : null,
                passed && sets.stream().allMatch(s -> s.series().steady()),
                environment.ceilings().get(worst.contender().key()),
                ratios,
                passed ? energy(sets) : null,
                sets);
    }

    private static int severity(Verdict verdict) {
        return switch (verdict) {
            case PASS -> 0;
            case UNSUPPORTED -> 1;
            case FAIL -> 2;
        };
    }

    private static boolean passed(List<SampleSet> sets) {
        return sets.stream().allMatch(s -> s.verdict() == Verdict.PASS);
    }

    private static List<List<double[]>> forks(List<SampleSet> sets) {
        return sets.stream().map(s -> s.series().asDoubles()).toList();
    }

    private static Ratio ratio(List<SampleSet> baseline, List<SampleSet> ours) {
        var theirs = forks(baseline);
        var own = forks(ours);
        return new Ratio(
                Summary.of(theirs).median() / Summary.of(own).median(),
                Intervals.ratio(theirs, own),
                RankTest.pValue(roundMedians(theirs), roundMedians(own)));
    }

    /** Rounds, not runs, are what the rank test compares: runs of one round are not independent of each other. */
    private static double[] roundMedians(List<List<double[]>> forks) {
        return forks.stream()
                .flatMap(List::stream)
                .mapToDouble(Quantiles::median)
                .toArray();
    }

    private static Phases phases(List<SampleSet> sets) {
        return new Phases(
                median(sets, Phases::build),
                median(sets, Phases::compile),
                median(sets, Phases::firstRun),
                median(sets, Phases::up),
                median(sets, Phases::kernels),
                median(sets, Phases::down),
                sets.getFirst().phases().cache());
    }

    private static long median(List<SampleSet> sets, ToLongFunction<Phases> phase) {
        return Math.round(Quantiles.median(
                sets.stream().map(SampleSet::phases).mapToLong(phase).toArray()));
    }

    private static Energy energy(List<SampleSet> sets) {
        var found =
                sets.stream().map(SampleSet::energy).filter(Objects::nonNull).toList();
        return found.isEmpty()
                ? null
                : new Energy(
                        found.stream()
                                .mapToDouble(Energy::joulesPerRun)
                                .average()
                                .orElseThrow(),
                        found.getFirst().method());
    }
}
