package tornado.attention.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tornado.attention.bench.report.ResultsFolder;
import tornado.attention.bench.report.SampleSet;
import tornado.attention.bench.report.Verdict;

/** Measures all cases of a run, one after the other, each into the folder as soon as it is done. */
final class Comparison {
    /** Whatever is left of the time for all cases, one of them has at least this long. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final ResultsFolder folder;
    private final String run;
    private final Field field;
    private final Effort effort;
    private final Progress progress;
    private final EnergyMeter meter;

    Comparison(ResultsFolder folder, String run, Field field, Effort effort, Progress progress, EnergyMeter meter) {
        this.folder = folder;
        this.run = run;
        this.field = field;
        this.effort = effort;
        this.progress = progress;
        this.meter = meter;
    }

    /** Measures these cases. */
    void measure(List<Case> cases) throws IOException {
        long end = System.nanoTime() + effort.totalNanos();
        for (int i = 0; i < cases.size(); i++) {
            var subject = cases.get(i);
            progress.begin(subject.id());
            long now = System.nanoTime();
            long share = Math.max((end - now) / (cases.size() - i), LEAST_NANOS);
            var lines = measure(subject, now + share);
            folder.append(lines);
            progress.end(subject.id(), outcome(lines));
        }
    }

    private List<SampleSet> measure(Case subject, long deadline) throws IOException {
        var session = new Session(run, meter, subject);
        var lines = new ArrayList<SampleSet>();
        for (int fork = 0; fork < Math.max(1, effort.forks()); fork++) {
            int number = fork;
            lines.addAll(field.use(runners -> session.measure(runners, number, effort, deadline)));
            if (lines.stream().noneMatch(l -> l.verdict() == Verdict.PASS)) {
                break; // what nobody can run needs no second JVM to say so
            }
        }
        return lines;
    }

    private static String outcome(List<SampleSet> lines) {
        return lines.stream()
                .collect(Collectors.groupingBy(SampleSet::verdict, java.util.TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(e -> e.getValue() + " " + e.getKey().word())
                .collect(Collectors.joining(", "));
    }
}
