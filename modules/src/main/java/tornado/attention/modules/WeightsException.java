package tornado.attention.modules;

import java.util.List;

/** Weights that do not fit a module; lists everything that is wrong at once. */
public final class WeightsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** So many problems stand in the sentence. */
    private static final int TOLD = 20;

    private final List<String> problems;

    WeightsException(String owner, List<String> problems) {
        super("The weights do not fit " + owner + ": " + told(problems) + ".");
        this.problems = List.copyOf(problems);
    }

    private static String told(List<String> problems) {
        var first = String.join("; ", problems.subList(0, Math.min(problems.size(), TOLD)));
        return problems.size() <= TOLD ? first : first + "; and " + (problems.size() - TOLD) + " more";
    }

    /** One entry a problem: unknown name, missing name, wrong shape, value that is not finite. */
    public List<String> problems() {
        return problems;
    }
}
