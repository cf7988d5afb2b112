package tornado.attention.bench.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tornado.attention.report.Verdict;
import tornado.attention.report.internal.text.Numbers;

/** Results of many cases, counted a module. */
public final class VerificationSummary {
    private final Map<String, List<CaseResult>> byModule = new LinkedHashMap<>();

    /** A summary of nothing. */
    public VerificationSummary() {}

    /** Adds a result; modules keep the order in which they come. */
    public void add(CaseResult result) {
        byModule.computeIfAbsent(result.module(), m -> new ArrayList<>()).add(result);
    }

    /** All results, module by module. */
    public List<CaseResult> results() {
        return byModule.values().stream().flatMap(List::stream).toList();
    }

    /** Results of one module. */
    public List<CaseResult> results(String module) {
        return List.copyOf(byModule.getOrDefault(module, List.of()));
    }

    /** Number of cases that ended so. */
    public long count(Verdict verdict) {
        return results().stream().filter(r -> r.verdict() == verdict).count();
    }

    /** Width of a module's line up to the verdict; long names push it out. */
    private static final String LINE = "%-36s %5s  %11s  %9s  %s";

    /** The line above all others. */
    public static String head() {
        return String.format(Locale.ROOT, LINE, "module", "cases", "worst error", "tolerance", "verdict");
    }

    /** The line of a module: cases, worst relative error, the tolerance that applied to it, verdict. */
    public static String line(String module, List<CaseResult> results) {
        var failed = results.stream().filter(r -> r.verdict() == Verdict.FAIL).count();
        var unsupported =
                results.stream().filter(r -> r.verdict() == Verdict.UNSUPPORTED).count();
        var worst = results.stream()
                .filter(r -> r.maxRel() != null)
                .max((a, b) -> Double.compare(a.maxRel() / a.tolerance(), b.maxRel() / b.tolerance()));
        var verdict = failed > 0
                ? failed + " of " + results.size() + " fail"
                : unsupported == 0
                        ? "pass"
                        : unsupported == results.size() ? "unsupported" : "pass, " + unsupported + " unsupported";
        return String.format(
                        Locale.ROOT,
                        LINE,
                        module,
                        results.size(),
                        worst.map(r -> Numbers.error(r.maxRel())).orElse("-"),
                        worst.map(r -> Numbers.error(r.tolerance())).orElse("-"),
                        verdict)
                .stripTrailing();
    }
}
