package tornado.attention.report;

import java.util.ArrayList;
import java.util.List;

/** What is not as it was when a run was begun. */
public final class Differences {
    private final List<String> found = new ArrayList<>();

    /** None yet. */
    public Differences() {}

    /** Compares something that must be as it was. */
    public Differences of(String what, Object before, Object now) {
        if (!before.equals(now)) {
            found.add(what + " was " + before + ", is " + now);
        }
        return this;
    }

    /** Whether all is as it was. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** For people: {@code commit was a, is b; JDK was ...}. */
    @Override
    public String toString() {
        return String.join("; ", found);
    }
}
