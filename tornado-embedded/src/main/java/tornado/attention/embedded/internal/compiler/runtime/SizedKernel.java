package tornado.attention.embedded.internal.compiler.runtime;

import java.util.List;
import java.util.function.Supplier;

/**
 * A generated class for some sizes of a kernel.
 *
 * @param type the class
 * @param phases make the space of each phase for one bound kernel; none if it runs once from begin to end
 * @param explanation how it runs, and why not better
 */
public record SizedKernel(GeneratedClass type, List<Supplier<Space>> phases, String explanation) {
    /** Spaces for one bound kernel. */
    public List<Space> newSpaces() {
        return phases.stream().map(Supplier::get).toList();
    }

    /** The same, explained otherwise. */
    public SizedKernel explained(String other) {
        return new SizedKernel(type, phases, other);
    }
}
