package tornado.attention.report;

/**
 * What one contender did with one case in one JVM: a line of {@code results.jsonl}. Everything else is computed from
 * these lines and {@code environment.json}.
 *
 * @param run id of the run
 * @param index number of the line within its case, from 0
 * @param count lines of its case; the case is complete when all are there
 * @param info the case
 * @param contender who
 * @param fork number of the JVM, from 0
 * @param verdict what became of it
 * @param reason why it failed or is not supported; empty for a pass
 * @param check the result against float64; null where there was no result
 * @param cost what the case costs; null where it could not be built
 * @param phases time of each phase; null where the check failed
 * @param series timings; null where the check failed
 * @param energy energy a run; null where nothing reports it
 */
public record SampleSet(
        String run,
        int index,
        int count,
        CaseInfo info,
        Contender contender,
        int fork,
        Verdict verdict,
        String reason,
        Check check,
        Cost cost,
        Phases phases,
        Series series,
        Energy energy) {
    /** The same as line {@code index} of {@code count}. */
    public SampleSet numbered(int number, int of) {
        return new SampleSet(
                run, number, of, info, contender, fork, verdict, reason, check, cost, phases, series, energy);
    }
}
