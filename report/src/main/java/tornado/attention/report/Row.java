package tornado.attention.report;

import java.util.List;
import java.util.Map;
import tornado.attention.report.statistics.Summary;

/**
 * One case on one contender, summarised over its JVMs: a row of the tables.
 *
 * @param environment identity of the run
 * @param machine short name of the machine, unique among merged runs
 * @param info the case
 * @param contender who ran it
 * @param verdict the worst of its JVMs
 * @param reason why it is not a pass; empty for one
 * @param check the worst of its JVMs; null where there was no result
 * @param cost null where the case could not be built
 * @param phases medians over its JVMs; null unless it passed
 * @param summary of the timed runs; null unless it passed
 * @param steady whether every JVM's warm-up ended because its series was steady
 * @param ceiling of the device; null where it was not measured
 * @param ratios by baseline; only those that ran the case too
 * @param energy null where nothing reports it
 * @param sets the lines it was made of
 */
public record Row(
        Environment environment,
        String machine,
        CaseInfo info,
        Contender contender,
        Verdict verdict,
        String reason,
        Check check,
        Cost cost,
        Phases phases,
        Summary summary,
        boolean steady,
        Ceiling ceiling,
        Map<String, Ratio> ratios,
        Energy energy,
        List<SampleSet> sets) {
    /** Copies the collections. */
    public Row {
        ratios = Map.copyOf(ratios);
        sets = List.copyOf(sets);
    }

    /** Whether it has a time. */
    public boolean timed() {
        return summary != null;
    }

    /** Median end-to-end time in milliseconds. */
    public double medianMillis() {
        return summary.median() / 1e6;
    }

    /** Images a second. */
    public double imagesPerSecond() {
        return info.map().batch() / (summary.median() / 1e9);
    }

    /** Multiply-accumulates as the paper counts them, in 10^9 a second. */
    public double gmacsPerSecond() {
        return cost.macs() / summary.median();
    }

    /** Multiply-accumulates of the kernels launched, in 10^9 a second: what a roofline compares. */
    public double workGmacsPerSecond() {
        return cost.workMacs() / summary.median();
    }

    /** Device memory traffic in 10^9 bytes a second. */
    public double gbytesPerSecond() {
        return cost.bytes() / summary.median();
    }

    /** Machine and contender in few words; the machine only where several are compared. */
    public String who() {
        return machine.isEmpty() ? contender.label() : contender.label() + " (" + machine + ")";
    }
}
