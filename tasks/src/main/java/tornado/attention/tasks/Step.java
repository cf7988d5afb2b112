package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;

/**
 * One kernel launch of a chain under construction: its name, the tensors it reads and writes, what it costs, and how it is
 * appended to the task graph once every tensor has its array.
 *
 * <pre>{@code
 * chain.step("squeeze").reads(x).writes(y).additions(x.elements())
 *         .emit(e -> e.graph().task(e.id(), GlobalPooling::average, x.array(), y.array(), rows, pixels));
 * }</pre>
 */
public final class Step {
    /** What {@link Emitter} gets: the graph to append to and the unique name of the task. */
    public interface Emission {
        /** The task graph. */
        TaskGraph graph();

        /** The name of the task in it. */
        String id();

        /** Registers the grid of a {@code KernelContext} kernel; tasks with {@code @Parallel} loops have none. */
        void grid(WorkerGrid grid);
    }

    /** Appends exactly one task to the graph. */
    @FunctionalInterface
    public interface Emitter {
        /** Appends the task; all tensors have arrays now. */
        void emit(Emission emission);
    }

    private final Consumer<Step> chain;
    private final String id;
    private final List<Tensor> reads = new ArrayList<>();
    private final List<Tensor> writes = new ArrayList<>();
    private long macs;
    private long extraBytes;
    private String variant = "portable";
    private Emitter emitter;

    /** A step that goes to {@code chain} once it is described. */
    Step(Consumer<Step> chain, String id) {
        this.chain = chain;
        this.id = id;
    }

    /** Tensors whose elements the kernel reads. */
    public Step reads(Tensor... tensors) {
        reads.addAll(List.of(tensors));
        return this;
    }

    /** Tensors whose elements the kernel writes; one that is also read is updated in place. */
    public Step writes(Tensor... tensors) {
        writes.addAll(List.of(tensors));
        return this;
    }

    /** Multiply-accumulates of convolutions and matrix products that the kernel does. */
    public Step macs(long count) {
        macs = count;
        return this;
    }

    /** Bytes moved beyond one read of each tensor read and one write of each tensor written; negative where it moves fewer. */
    public Step extraBytes(long count) {
        extraBytes = count;
        return this;
    }

    /** Which variant of the kernel was chosen; {@code portable} unless said otherwise. */
    public Step variant(String name) {
        variant = name;
        return this;
    }

    /** Ends the description: the step now belongs to the chain. */
    public void emit(Emitter how) {
        emitter = how;
        chain.accept(this);
    }

    String id() {
        return id;
    }

    List<Tensor> readTensors() {
        return reads;
    }

    List<Tensor> writtenTensors() {
        return writes;
    }

    Emitter emitter() {
        return emitter;
    }

    StepCost cost() {
        long bytes = extraBytes;
        for (var tensor : reads) {
            bytes += tensor.bytes();
        }
        for (var tensor : writes) {
            bytes += tensor.bytes();
        }
        return new StepCost(id, variant, macs, bytes);
    }
}
