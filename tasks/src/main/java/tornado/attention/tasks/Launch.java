package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * One call of a kernel as data: what runs and on what. The task graph, the layout of buffers, the sequential baseline and the tests
 * all read it.
 *
 * @param kernel reference to the kernel method, one of TornadoVM's {@code Task1} to {@code Task15}
 * @param arguments in the order of the kernel's parameters: {@link Argument}s for tensors, tables, numbers, and a
 *     {@link KernelContext} first where it runs in groups
 * @param groups how many groups of which size it runs on; empty for {@code @Parallel} loops
 * @param library a vendor's function that does the same on the same tensors, taken where TornadoVM can call it
 */
public record Launch(Object kernel, List<Object> arguments, Optional<Groups> groups, Optional<LibraryCall> library) {
    /**
     * A tensor given to a kernel.
     *
     * @param tensor the tensor
     * @param read whether the kernel may read its elements
     * @param written whether the kernel may write its elements
     */
    public record Argument(Tensor tensor, boolean read, boolean written) {}

    /**
     * The grid of a kernel with work-groups.
     *
     * @param number of groups
     * @param size items of each
     */
    public record Groups(int number, int size) {
        WorkerGrid grid() {
            var grid = new WorkerGrid1D(Math.multiplyExact(number, size));
            grid.setLocalWork(size, 1, 1);
            return grid;
        }
    }

    /** Copies the arguments and checks that each is of a kind that a kernel takes. */
    public Launch {
        var all = new ArrayList<Object>(arguments.size());
        for (var argument : arguments) {
            all.add(
                    switch (argument) {
                        case Tensor t -> new Argument(t, true, false);
                        case Argument a -> a;
                        case IntArray table -> table;
                        case Integer n -> n;
                        case Float f -> f;
                        case KernelContext context -> context;
                        default ->
                            throw new IllegalArgumentException(
                                    "A kernel takes tensors, tables, ints, floats and a context, not "
                                            + argument.getClass().getSimpleName() + ".");
                    });
        }
        arguments = List.copyOf(all);
    }

    /** The tensors the kernel may read, each once: views of one tensor are one. */
    public List<Tensor> reads() {
        return tensors(Argument::read);
    }

    /** The tensors the kernel may write; one that is also read is updated in place. */
    public List<Tensor> writes() {
        return tensors(Argument::written);
    }

    private List<Tensor> tensors(Predicate<Argument> which) {
        var seen = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        var tensors = new ArrayList<Tensor>();
        for (var argument : arguments) {
            if (argument instanceof Argument a
                    && which.test(a)
                    && seen.add(a.tensor().base())) {
                tensors.add(a.tensor());
            }
        }
        return tensors;
    }

    /** What the kernel is given; all tensors have arrays now. */
    private Object[] values() {
        return arguments.stream()
                .map(argument -> argument instanceof Argument a ? a.tensor().array() : argument)
                .toArray();
    }

    /** Appends the call to a task graph. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the engine checks the arguments against the kernel
    void appendTo(TaskGraph graph, String id) {
        if (library.isPresent() && library.get().appendTo(graph, id)) {
            return;
        }
        var a = values();
        switch (kernel) {
            case Task1 f -> graph.task(id, f, a[0]);
            case Task2 f -> graph.task(id, f, a[0], a[1]);
            case Task3 f -> graph.task(id, f, a[0], a[1], a[2]);
            case Task4 f -> graph.task(id, f, a[0], a[1], a[2], a[3]);
            case Task5 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4]);
            case Task6 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5]);
            case Task7 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
            case Task8 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
            case Task9 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
            case Task10 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
            case Task11 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]);
            case Task12 f ->
                graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
            case Task13 f ->
                graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12]);
            case Task14 f ->
                graph.task(
                        id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13]);
            case Task15 f ->
                graph.task(
                        id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13],
                        a[14]);
            default -> throw new IllegalStateException("No kernel: " + kernel);
        }
    }

    /**
     * The call as the plain Java method the kernel is; all tensors have arrays now.
     *
     * @throws IllegalStateException if it runs in groups, which plain Java has not
     */
    Runnable plain() {
        if (groups.isPresent()) {
            throw new IllegalStateException("A kernel with work-groups is no plain method; use the portable variant.");
        }
        var a = values();
        return () -> call(a);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a wrong argument is a ClassCastException of the kernel reference
    private void call(Object[] a) {
        switch (kernel) {
            case Task1 f -> f.apply(a[0]);
            case Task2 f -> f.apply(a[0], a[1]);
            case Task3 f -> f.apply(a[0], a[1], a[2]);
            case Task4 f -> f.apply(a[0], a[1], a[2], a[3]);
            case Task5 f -> f.apply(a[0], a[1], a[2], a[3], a[4]);
            case Task6 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5]);
            case Task7 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
            case Task8 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
            case Task9 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
            case Task10 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
            case Task11 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]);
            case Task12 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
            case Task13 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12]);
            case Task14 f ->
                f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13]);
            case Task15 f ->
                f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14]);
            default -> throw new IllegalStateException("No kernel: " + kernel);
        }
    }
}
