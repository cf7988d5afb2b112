package tornado.attention.embedded.internal.runtime;

import java.util.List;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.CompiledKernel;
import tornado.attention.embedded.internal.workgroup.GroupKernel;

/**
 * A task of a graph: a kernel and its arguments as the host knows them.
 *
 * @param graph name of the graph
 * @param id name of the task in the graph
 * @param kernel what runs
 * @param arguments arrays of the host, numbers and the kernel context
 * @param compileNanos time the compiler took
 */
record GraphTask(String graph, String id, Kernel kernel, List<Object> arguments, long compileNanos) {

    /** Either kind of kernel. */
    sealed interface Kernel {}

    /** A kernel of parallel loops, compiled. */
    record Loops(CompiledKernel compiled) implements Kernel {}

    /** A kernel with a kernel context, for emulated work-groups. */
    record Groups(GroupKernel emulated) implements Kernel {}

    /** {@code graph.task}. */
    String fullName() {
        return graph + "." + id;
    }

    /** The generated class that runs the kernel; none for emulated work-groups. */
    Optional<String> className() {
        return kernel instanceof Loops loops ? Optional.of(loops.compiled().className()) : Optional.empty();
    }

    /** One line: how the kernel runs. */
    String explain() {
        return switch (kernel) {
            case Loops loops -> loops.compiled().explain();
            case Groups groups -> "emulated work-groups";
        };
    }
}
