package tornado.attention.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.report.ResultsFolder;
import tornado.attention.report.SampleSet;
import tornado.attention.report.Verdict;

/** Measures all cases of a run, one after the other, each into the folder as soon as it is done. */
final class Comparison {
    /** Whatever is left of the time for all cases, one of them has at least this long. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Shares of the time that one case may take. */
    private static final int SHARES = 3;

    /** What every case has of its share, whatever those before it have taken. */
    private static final double SURE = 0.75;

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
            var lines = measure(subject, now + most(end - now, cases.size() - i, effort.totalNanos() / cases.size()));
            folder.append(lines);
            progress.end(subject.id(), outcome(lines));
        }
    }

    /**
     * How long the next case may take. Most end early, because they are steady soon; one that is not may take several
     * shares, as long as most of a share is left for each of the others.
     *
     * @param left time for the cases that are still to do
     * @param open how many
     * @param share of a case in the time for all
     */
    static long most(long left, int open, long share) {
        long others = (long) ((open - 1) * SURE * share);
        return Math.max(Math.min(SHARES * share, Math.max(left - others, left / open)), LEAST_NANOS);
    }

    private List<SampleSet> measure(Case subject, long deadline) throws IOException {
        var session = new Session(run, meter, subject);
        session.makeData(effort); // before the time is divided among the JVMs, which all use it
        var lines = new ArrayList<SampleSet>();
        for (int fork = 0; fork < effort.turns(); fork++) {
            int number = fork;
            long now = System.nanoTime();
            long until = now + (deadline - now) / (effort.turns() - fork);
            lines.addAll(field.use(fork, runners -> session.measure(runners, number, effort, until)));
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
