package tornado.attention.embedded.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static tornado.attention.embedded.internal.runtime.Isolated.isolated;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** TornadoVM's rules of what is copied when, as isolated memory makes them visible. */
class TransferRulesTest {

    private final FloatArray in = FloatArray.fromElements(1, 2, 3);
    private final FloatArray middle = new FloatArray(3);
    private final FloatArray out = new FloatArray(3);

    private TaskGraph plusOne(int up, int down) {
        return new TaskGraph("g")
                .transferToDevice(up, in)
                .task("plus", SampleKernels::plus, in, out, 1.0f)
                .transferToHost(down, out);
    }

    @Test
    void changeOnTheHostIsNotSeenAfterTheFirstExecution() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.FIRST_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                            .snapshot())) {
                plan.execute();
                in.init(10);
                out.init(0);
                plan.execute();

                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
            }
        });
    }

    @Test
    void changeOnTheHostIsSeenAtEveryExecution() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.EVERY_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                            .snapshot())) {
                plan.execute();
                in.init(10);
                plan.execute();

                assertThat(out.toHeapArray()).containsExactly(11, 11, 11);
            }
        });
    }

    @Test
    void arrayThatIsNotTransferredBackStaysStale() {
        isolated(() -> {
            var graph = new TaskGraph("g")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                    .task("first", SampleKernels::plus, in, middle, 1.0f)
                    .task("second", SampleKernels::plus, middle, out, 1.0f)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.execute();

                assertThat(out.toHeapArray()).containsExactly(3, 4, 5);
                assertThat(middle.toHeapArray()).containsOnly(0);
            }
        });
    }

    @Test
    void arrayThatIsReadAndNeverDeclaredIsCopiedOnce() {
        isolated(() -> {
            var graph = new TaskGraph("g")
                    .task("plus", SampleKernels::plus, in, out, 1.0f)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                var first = plan.execute().getProfilerResult();

                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
                assertThat(first.getTotalBytesCopyIn()).isEqualTo(12);

                in.init(100);
                var second = plan.execute().getProfilerResult();

                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
                assertThat(second.getTotalBytesCopyIn()).isZero();
            }
        });
    }

    @Test
    void poisonOfIntegersIsRecognisable() {
        isolated(() -> {
            var from = IntArray.fromElements(1, 2);
            var to = new IntArray(2);
            var graph = new TaskGraph("g")
                    .transferToDevice(DataTransferMode.UNDER_DEMAND, from)
                    .task("copy", SampleKernels::copy, from, to)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, to);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.execute();

                assertThat(to.toHeapArray()).containsOnly(0xDEADBEEF);
            }
        });
    }

    @Test
    void underDemandIsCopiedOnlyWhenAskedFor() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.EVERY_EXECUTION, DataTransferMode.UNDER_DEMAND)
                            .snapshot())) {
                var result = plan.execute();
                assertThat(out.toHeapArray()).containsOnly(0);
                assertThat(result.getProfilerResult().getTotalBytesCopyOut()).isZero();

                result.transferToHost(out);
                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
                assertThat(result.getProfilerResult().getTotalBytesCopyOut()).isEqualTo(12);
            }
        });
    }

    @Test
    void partOfAnArrayIsCopiedUnderDemand() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.EVERY_EXECUTION, DataTransferMode.UNDER_DEMAND)
                            .snapshot())) {
                var result = plan.execute();
                result.transferToHost(new DataRange(out).withOffset(1).withSize(1));

                assertThat(out.toHeapArray()).containsExactly(0, 3, 0);
                assertThat(result.getProfilerResult().getTotalBytesCopyOut()).isEqualTo(4);
            }
        });
    }

    @Test
    void underDemandToTheDeviceOnlyAllocates() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.UNDER_DEMAND, DataTransferMode.EVERY_EXECUTION)
                            .snapshot())) {
                plan.execute();

                assertThat(out.toHeapArray()).containsOnly(Float.NaN);
            }
        });
    }

    @Test
    void valuesStayOnTheDeviceFromRunToRun() {
        isolated(() -> {
            var graph = new TaskGraph("g")
                    .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
                    .task("increment", SampleKernels::increment, in)
                    .transferToHost(DataTransferMode.UNDER_DEMAND, in);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.withWarmUpIterations(2);
                plan.execute().transferToHost(in);

                assertThat(in.toHeapArray()).containsExactly(4, 5, 6);
            }
        });
    }

    @Test
    void freedMemoryIsFilledAgain() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.FIRST_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                            .snapshot())) {
                plan.execute();
                assertThat(plan.getCurrentDeviceMemoryUsage()).isEqualTo(24);
                in.init(10);
                plan.freeDeviceMemory();
                assertThat(plan.getCurrentDeviceMemoryUsage()).isZero();
                plan.execute();

                assertThat(out.toHeapArray()).containsOnly(11);
            }
        });
    }

    @Test
    void resetKeepsMemory() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.FIRST_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                            .snapshot())) {
                plan.execute();
                in.init(10);
                plan.resetDevice().execute();

                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
            }
        });
    }

    @Test
    void anotherDeviceStartsWithNothing() {
        isolated(() -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.FIRST_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                            .snapshot())) {
                plan.execute();
                in.init(10);
                plan.withDevice(TornadoExecutionPlan.getDevice(0, 0)).execute();
                assertThat(out.toHeapArray()).as("same device").containsExactly(2, 3, 4);

                plan.withDevice(TornadoExecutionPlan.getDevice(0, 1)).execute();
                assertThat(out.toHeapArray()).as("other device").containsOnly(11);
            }
        });
    }

    @Test
    void plansDoNotShareMemory() {
        isolated(() -> {
            var graph = plusOne(DataTransferMode.FIRST_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                    .snapshot();
            try (var first = new TornadoExecutionPlan(graph);
                    var second = new TornadoExecutionPlan(graph)) {
                first.execute();
                in.init(10);
                second.execute();
                assertThat(out.toHeapArray()).containsOnly(11);

                first.execute();
                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
            }
        });
    }

    @Test
    void snapshotDoesNotSeeLaterTasks() {
        isolated(() -> {
            var graph = plusOne(DataTransferMode.EVERY_EXECUTION, DataTransferMode.EVERY_EXECUTION);
            var snapshot = graph.snapshot();
            graph.task("later", SampleKernels::increment, out);
            try (var plan = new TornadoExecutionPlan(snapshot)) {
                plan.execute();

                assertThat(out.toHeapArray()).containsExactly(2, 3, 4);
            }
        });
    }

    @Test
    void arrayThatTheFirstTaskOnlyWritesIsNotCopiedUp() {
        isolated(() -> {
            // Zeros on the host do not become the borders on the device: a kernel has to write them.
            var padded = new FloatArray(5);
            var graph = new TaskGraph("g")
                    .transferToDevice(DataTransferMode.FIRST_EXECUTION, padded)
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                    .task("interior", SampleKernels::interior, in, padded)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, padded);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                var profile = plan.execute().getProfilerResult();

                assertThat(padded.toHeapArray()).containsExactly(Float.NaN, 1, 2, 3, Float.NaN);
                assertThat(profile.getTotalBytesCopyIn()).isEqualTo(12);
            }
        });
    }

    @Test
    void arrayThatNoTaskWritesIsNotCopiedBack() {
        isolated(() -> {
            var graph = new TaskGraph("g")
                    .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
                    .task("plus", SampleKernels::plus, in, out, 1.0f)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, in, out);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.execute();
                in.init(10);
                var profile = plan.execute().getProfilerResult();

                assertThat(in.toHeapArray()).containsOnly(10);
                assertThat(profile.getTotalBytesCopyOut()).isEqualTo(12);
            }
        });
    }

    @Test
    void arrayThatNoTaskUsesIsCopiedUpAtEveryExecutionOnly() {
        isolated(() -> {
            var unused = new FloatArray(2);
            var graph = plusOne(DataTransferMode.EVERY_EXECUTION, DataTransferMode.EVERY_EXECUTION)
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, unused)
                    .transferToDevice(DataTransferMode.FIRST_EXECUTION, new FloatArray(7))
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, new FloatArray(9));
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                var profile = plan.execute().getProfilerResult();

                assertThat(profile.getTotalBytesCopyIn()).isEqualTo(12 + 8);
                assertThat(profile.getTotalBytesCopyOut()).isEqualTo(12);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(MemoryMode.class)
    void bytesAreCountedInBothModes(MemoryMode memory) {
        Isolated.with(memory, () -> {
            var weights = FloatArray.fromElements(2, 2, 2);
            var graph = new TaskGraph("g")
                    .transferToDevice(DataTransferMode.FIRST_EXECUTION, weights)
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                    .task("times", SampleKernels::times, in, weights, middle)
                    .task("plus", SampleKernels::plus, middle, out, 1.0f)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                var first = plan.execute().getProfilerResult();
                var second = plan.execute().getProfilerResult();

                assertThat(out.toHeapArray()).containsExactly(3, 5, 7);
                assertThat(first.getTotalBytesCopyIn()).isEqualTo(24);
                assertThat(first.getTotalBytesCopyOut()).isEqualTo(12);
                assertThat(second.getTotalBytesCopyIn()).isEqualTo(12);
                assertThat(second.getTotalBytesTransferred()).isEqualTo(24);
                assertThat(second.getTotalDeviceMemoryUsage()).isEqualTo(48);
            }
        });
    }

    @Test
    void sharedMemoryWorksInPlace() {
        Isolated.with(MemoryMode.SHARED, () -> {
            try (var plan =
                    new TornadoExecutionPlan(plusOne(DataTransferMode.FIRST_EXECUTION, DataTransferMode.UNDER_DEMAND)
                            .snapshot())) {
                plan.execute();
                in.init(10);
                plan.execute();

                assertThat(out.toHeapArray()).containsOnly(11);
            }
        });
    }
}
