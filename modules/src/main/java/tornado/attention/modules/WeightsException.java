package tornado.attention.modules;

import java.util.List;

/** Weights that do not fit a module; lists everything that is wrong at once. */
public final class WeightsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    WeightsException(String module, List<String> problems) {
        super("The weights do not fit module " + module + ": " + String.join("; ", problems) + ".");
        this.problems = List.copyOf(problems);
    }

    /** One entry a problem: unknown name, missing name, wrong shape, value that is not finite. */
    public List<String> problems() {
        return problems;
    }
}
