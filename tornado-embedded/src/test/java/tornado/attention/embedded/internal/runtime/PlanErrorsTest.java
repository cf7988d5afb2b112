package tornado.attention.embedded.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Wrong graphs and wrong uses of plans end in one sentence each. */
@Timeout(60)
class PlanErrorsTest {

    private final FloatArray in = FloatArray.fromElements(1, 2, 3);
    private final FloatArray out = new FloatArray(3);
    private final TaskGraph graph = new TaskGraph("g");

    private ImmutableTaskGraph plusOne() {
        return graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("plus", SampleKernels::plus, in, out, 1.0f)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out)
                .snapshot();
    }

    @Test
    void graphNeedsAName() {
        assertThatThrownBy(() -> new TaskGraph(" ")).hasMessage("A task graph needs a name that is not empty.");
    }

    @Test
    void taskNamesAreUnique() {
        plusOne();

        assertThatThrownBy(() -> graph.task("plus", SampleKernels::increment, in))
                .isInstanceOf(TornadoTaskRuntimeException.class)
                .hasMessage("There is a task g.plus already: give each task of a graph a name of its own.");
    }

    @Test
    void argumentMayNotBeNull() {
        assertThatThrownBy(() -> graph.task("plus", SampleKernels::plus, in, (FloatArray) null, 1.0f))
                .isInstanceOf(TornadoTaskRuntimeException.class)
                .hasMessage("Argument 2 of task g.plus is null: allocate its array before the task is added.");
    }

    @Test
    void argumentHasToBeAnArrayOrANumber() {
        assertThatThrownBy(() -> graph.task("list", PlanErrorsTest::list, new ArrayList<>()))
                .isInstanceOf(TornadoTaskRuntimeException.class)
                .hasMessageStartingWith("Argument 1 of task g.list is a java.util.ArrayList: a kernel takes");
        assertThatThrownBy(() -> graph.task("flag", PlanErrorsTest::flag, true))
                .isInstanceOf(TornadoTaskRuntimeException.class)
                .hasMessageStartingWith("Argument 1 of task g.flag is a java.lang.Boolean");
    }

    private static void list(List<Float> values) {
        values.clear();
    }

    private static void flag(boolean value) {}

    @Test
    void kernelMayNotBeNull() {
        assertThatThrownBy(() -> new GraphBuilder("g").task("none", null, in))
                .hasMessage("Task g.none has no kernel: give it a method reference.");
    }

    @Test
    void transferNeedsSupportedObjects() {
        assertThatThrownBy(() -> graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, in, null))
                .hasMessage("Array 2 of transferToDevice of graph g is null: allocate it first.");
        assertThatThrownBy(() -> graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, "text"))
                .hasMessageStartingWith("A java.lang.String cannot be transferred (transferToDevice of graph g)");
        assertThatThrownBy(() -> graph.transferToHost(DataTransferMode.EVERY_EXECUTION, 3))
                .hasMessage("transferToHost of graph g got the number 3: use an array of one element.");
        assertThatThrownBy(() -> graph.transferToDevice(7, in))
                .hasMessage("There is no data transfer mode 7 (graph g): use a constant of DataTransferMode.");
        // Numbers are part of the compiled kernel, as in TornadoVM.
        assertThat(graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, 3)).isSameAs(graph);
    }

    @Test
    void emptyGraphAndEmptyPlanAreRefused() {
        assertThatThrownBy(graph::snapshot).hasMessage("Graph g has no task: add one before its snapshot.");
        assertThatThrownBy(TornadoExecutionPlan::new).hasMessage("An execution plan needs at least one task graph.");
    }

    @Test
    void closedPlanDoesNothing() throws Exception {
        var plan = new TornadoExecutionPlan(plusOne());
        var result = plan.execute();
        plan.close();
        plan.close();

        assertThat(plan.getCurrentDeviceMemoryUsage()).isZero();
        assertThatThrownBy(plan::execute)
                .isInstanceOf(TornadoRuntimeException.class)
                .hasMessage("Execution plan " + plan.getId() + " is closed: make a new plan of its task graphs.");
        assertThatThrownBy(() -> result.transferToHost(out)).hasMessageContaining("is closed");
    }

    @Test
    void unknownThingsAreNamed() throws Exception {
        try (var plan = new TornadoExecutionPlan(plusOne())) {
            assertThatThrownBy(() -> plan.withGraph(1)).hasMessageContaining("There is no graph 1");
            assertThatThrownBy(() -> plan.withDevice("g.minus", TornadoExecutionPlan.DEFAULT_DEVICE))
                    .hasMessageContaining("There is no task 'g.minus'")
                    .hasMessageEndingWith("it has g.plus.");
            assertThatThrownBy(() -> plan.withGridScheduler(new GridScheduler("g.minus", new WorkerGrid1D(1))))
                    .hasMessageContaining("There is no task 'g.minus'");
            assertThatThrownBy(() -> plan.withGridScheduler(new GridScheduler("g.plus", new WorkerGrid1D(1))))
                    .hasMessageStartingWith("Task g.plus has @Parallel loops, whose bounds a grid would replace");
            assertThatThrownBy(() -> plan.withDevice(null)).hasMessageContaining("cannot run on no device");
            assertThatThrownBy(() -> plan.withWarmUpIterations(-1)).hasMessageContaining("-1 iterations");
            assertThatThrownBy(() -> plan.withWarmUpTime(-1)).hasMessageContaining("-1 ms");
        }
    }

    @Test
    void onlyWhatIsOnTheDeviceComesBack() throws Exception {
        try (var plan = new TornadoExecutionPlan(plusOne())) {
            var result = plan.execute();

            assertThatThrownBy(() -> result.transferToHost(new FloatArray(3)))
                    .isInstanceOf(TornadoRuntimeException.class)
                    .hasMessageStartingWith("A FloatArray cannot be transferred to the host: no graph");
            assertThatThrownBy(() -> result.transferToHost(
                            new DataRange(out).withOffset(2).withSize(2)))
                    .hasMessageContaining("does not lie inside an array of 3 elements");
        }
    }

    private static final AtomicReference<CountDownLatch> INSIDE = new AtomicReference<>();
    private static final AtomicReference<CountDownLatch> LEAVE = new AtomicReference<>();

    /** A kernel that lets the test act while it runs. */
    private static void waiting(KernelContext context, FloatArray values) {
        INSIDE.get().countDown();
        try {
            LEAVE.get().await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        values.set(context.globalIdx, 1);
    }

    @Test
    void planInUseIsRefusedToOtherThreads() throws Exception {
        INSIDE.set(new CountDownLatch(1));
        LEAVE.set(new CountDownLatch(1));
        var context = new KernelContext();
        var snapshot = graph.task("waiting", PlanErrorsTest::waiting, context, out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out)
                .snapshot();
        try (var plan = new TornadoExecutionPlan(snapshot)) {
            plan.withGridScheduler(new GridScheduler("g.waiting", new WorkerGrid1D(3)));
            var failure = new AtomicReference<Throwable>();
            var other = Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> failure.set(e))
                    .start(plan::execute);
            INSIDE.get().await();
            try {
                var sentence = "Execution plan " + plan.getId() + " is in use by another thread";
                assertThatThrownBy(plan::execute).hasMessageStartingWith(sentence);
                assertThatThrownBy(plan::freeDeviceMemory).hasMessageStartingWith(sentence);
                assertThatThrownBy(plan::close).hasMessageStartingWith(sentence);
            } finally {
                LEAVE.get().countDown();
            }
            other.join();

            assertThat(failure.get()).isNull();
            assertThat(out.toHeapArray()).containsOnly(1);
            plan.execute();
        }
    }

    @Test
    void plansRunOnSeveralThreads() throws InterruptedException {
        var failures = new ArrayList<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
            float amount = t;
            threads.add(Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    })
                    .start(() -> Isolated.isolated(() -> manyRuns(amount))));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static void manyRuns(float amount) throws Exception {
        var from = new FloatArray(1000);
        var to = new FloatArray(1000);
        var snapshot = new TaskGraph("own")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, from)
                .task("plus", SampleKernels::plus, from, to, amount)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, to)
                .snapshot();
        try (var plan = new TornadoExecutionPlan(snapshot)) {
            for (int round = 0; round < 50; round++) {
                from.init(round);
                plan.execute();
                assertThat(to.toHeapArray()).containsOnly(round + amount);
            }
        }
    }

    @Test
    void failedRunLeavesThePlanUsable() throws Exception {
        var context = new KernelContext();
        var snapshot = graph.task("outside", PlanErrorsTest::outside, context, out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out)
                .snapshot();
        try (var plan = new TornadoExecutionPlan(snapshot)) {
            assertThatThrownBy(plan::execute)
                    .hasMessage("Task g.outside uses a KernelContext but has no grid: give the plan a GridScheduler"
                            + " with a WorkerGrid for it.");
            plan.withGridScheduler(new GridScheduler("g.outside", new WorkerGrid1D(4)));
            assertThatThrownBy(plan::execute).hasMessageContaining("Index 3 out of bounds for length 3");
            plan.withGridScheduler(new GridScheduler("g.outside", new WorkerGrid1D(3)));
            plan.execute();

            assertThat(out.toHeapArray()).isEqualTo(new float[] {0, 1, 2});
        }
    }

    private static void outside(KernelContext context, FloatArray values) {
        values.set(context.globalIdx, context.globalIdx);
    }

    @Test
    void tracesWhatWasChosen() throws Exception {
        try (var plan = new TornadoExecutionPlan(plusOne())) {
            plan.withGraph(0).withPreCompilation();

            assertThat(plan.getTraceExecutionPlan().lines().map(String::strip).toList())
                    .isEqualTo(List.of("Root", "-> withGraph(0)", "-> withPreCompilation"));
        }
    }
}
