package tornado.attention.bench.device;

import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels with a mistake each, that what looks for mistakes has to find. A program of its own for TornadoVM. */
final class WrongKernels {
    private static final int SIZE = 16;

    private WrongKernels() {}

    /** All write one element. */
    static void allToOne(FloatArray x, FloatArray out, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(0, x.get(i));
        }
    }

    /** Reads what lies behind the array. */
    static void beyondTheEnd(FloatArray x, FloatArray out, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, x.get(i + 3));
        }
    }

    /** Writes one half. */
    static void halfOfIt(FloatArray x, FloatArray out, int n) {
        for (@Parallel int i = 0; i < n / 2; i++) {
            out.set(i, x.get(i));
        }
    }

    /** Decides by elements that nobody has written. */
    static void decideByAll(FloatArray x, FloatArray out, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, x.get(i) > 0f ? 1f : 2f);
        }
    }

    /** Reads what other work-items write, without waiting for them. */
    static void withoutBarrier(KernelContext context, FloatArray x, FloatArray out) {
        float[] shared = context.allocateFloatLocalArray(16);
        shared[context.localIdx] = x.get(context.globalIdx);
        out.set(context.globalIdx, shared[15 - context.localIdx]);
    }

    /** Runs all. */
    public static void main(String[] arguments) {
        var x = new FloatArray(SIZE);
        x.init(1f);
        var half = new FloatArray(SIZE);
        var out = new FloatArray(SIZE);
        run(x, out, false, g -> g.task("k", WrongKernels::allToOne, x, out, SIZE));
        run(x, out, false, g -> g.task("k", WrongKernels::beyondTheEnd, x, out, SIZE));
        run(
                x,
                out,
                false,
                g -> g.task("half", WrongKernels::halfOfIt, x, half, SIZE)
                        .task("k", WrongKernels::decideByAll, half, out, SIZE));
        run(x, out, true, g -> g.task("k", WrongKernels::withoutBarrier, new KernelContext(), x, out));
        System.exit(0);
    }

    private static void run(FloatArray x, FloatArray out, boolean groups, Consumer<TaskGraph> tasks) {
        var graph = new TaskGraph("wrong").transferToDevice(DataTransferMode.EVERY_EXECUTION, x);
        tasks.accept(graph);
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            if (groups) {
                var grid = new WorkerGrid1D(SIZE);
                grid.setLocalWork(SIZE, 1, 1);
                plan.withGridScheduler(new GridScheduler("wrong.k", grid)).execute();
            } else {
                plan.execute();
            }
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException(e);
        }
    }
}
