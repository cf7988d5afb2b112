package tornado.attention.embedded.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tornado.attention.embedded.internal.runtime.Isolated.isolated;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Graphs of one plan hand arrays over on the device. */
class ResidencyTest {

    private final FloatArray in = FloatArray.fromElements(1, 2);
    private final FloatArray handed = new FloatArray(2);
    private final FloatArray out = new FloatArray(2);

    private ImmutableTaskGraph producer() {
        return new TaskGraph("producer")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("plus", SampleKernels::plus, in, handed, 1.0f)
                .persistOnDevice(handed)
                .snapshot();
    }

    private ImmutableTaskGraph consumer(String source) {
        var graph = new TaskGraph("consumer");
        return (source == null ? graph.consumeFromDevice(handed) : graph.consumeFromDevice(source, handed))
                .task("plus", SampleKernels::plus, handed, out, 10.0f)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out)
                .snapshot();
    }

    private ImmutableTaskGraph bystander() {
        return new TaskGraph("bystander")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("increment", SampleKernels::increment, in)
                .snapshot();
    }

    @Test
    void consumesByName() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), consumer("producer"))) {
                for (int round = 0; round < 3; round++) {
                    in.init(round);
                    plan.withGraph(0).execute();
                    var result = plan.withGraph(1).execute();

                    assertThat(out.toHeapArray()).containsOnly(round + 11);
                    assertThat(result.getProfilerResult().getTotalBytesCopyIn()).isZero();
                }
                assertThat(handed.toHeapArray()).containsOnly(0);
            }
        });
    }

    @Test
    void consumesFromWhoeverRanBefore() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), consumer(null))) {
                plan.withGraph(0).execute();
                plan.withGraph(1).execute();

                assertThat(out.toHeapArray()).containsExactly(12, 13);
            }
        });
    }

    @Test
    void handsOnWhatItConsumed() {
        isolated(() -> {
            var inPlace = new TaskGraph("inPlace")
                    .consumeFromDevice("producer", handed)
                    .task("increment", SampleKernels::increment, handed)
                    .persistOnDevice(handed)
                    .snapshot();
            try (var plan = new TornadoExecutionPlan(producer(), inPlace, consumer("inPlace"))) {
                plan.withGraph(0).execute();
                plan.withGraph(1).execute();
                plan.withGraph(2).execute();

                assertThat(out.toHeapArray()).containsExactly(13, 14);
            }
        });
    }

    @Test
    void memoryFreedByTheProducerIsHandedOverAnew() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), consumer("producer"))) {
                plan.withGraph(0).execute();
                plan.withGraph(1).execute();
                plan.withGraph(0).freeDeviceMemory();
                in.init(5);
                plan.execute();
                plan.withGraph(1).execute();

                assertThat(out.toHeapArray()).containsOnly(16);
            }
        });
    }

    @Test
    void consumerFirstIsRefused() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), consumer("producer"))) {
                assertThatThrownBy(() -> plan.withGraph(1).execute())
                        .isInstanceOf(TornadoRuntimeException.class)
                        .hasMessage("Graph consumer consumes an array of graph producer that no graph left on the"
                                + " device: run the graph that persists it immediately before, each by"
                                + " withGraph(i).execute().");
            }
        });
    }

    @Test
    void graphInBetweenIsRefused() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), bystander(), consumer("producer"))) {
                plan.withGraph(0).execute();
                plan.withGraph(1).execute();

                assertThatThrownBy(() -> plan.withGraph(2).execute())
                        .isInstanceOf(TornadoRuntimeException.class)
                        .hasMessageContaining("that graph bystander left on the device");
            }
        });
    }

    @Test
    void allGraphsInOneExecuteAreRefused() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), consumer("producer"))) {
                assertThatThrownBy(plan::execute)
                        .isInstanceOf(TornadoRuntimeException.class)
                        .hasMessageContaining("withGraph(i)");
            }
        });
    }

    @Test
    void whatIsNotPersistedCannotBeConsumed() {
        isolated(() -> {
            var forgetful = new TaskGraph("forgetful")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                    .task("plus", SampleKernels::plus, in, handed, 1.0f)
                    .snapshot();
            try (var plan = new TornadoExecutionPlan(forgetful, consumer("forgetful"))) {
                plan.withGraph(0).execute();

                assertThatThrownBy(() -> plan.withGraph(1).execute()).isInstanceOf(TornadoRuntimeException.class);
            }
        });
    }

    @Test
    void graphsOnTwoDevicesCannotHandOver() {
        isolated(() -> {
            try (var plan = new TornadoExecutionPlan(producer(), consumer("producer"))) {
                plan.withGraph(0).execute();
                plan.withGraph(1).withDevice(TornadoExecutionPlan.getDevice(0, 1));

                assertThatThrownBy(plan::execute)
                        .isInstanceOf(TornadoRuntimeException.class)
                        .hasMessageContaining("choose one device for both");
            }
        });
    }

    @Test
    void independentGraphsRunTogether() {
        isolated(() -> {
            var copy = new FloatArray(2);
            var other = new TaskGraph("other")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                    .task("plus", SampleKernels::plus, in, copy, 2.0f)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, copy)
                    .snapshot();
            var first = new TaskGraph("first")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                    .task("plus", SampleKernels::plus, in, out, 1.0f)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, out)
                    .snapshot();
            try (var plan = new TornadoExecutionPlan(first, other)) {
                plan.withGraph(1).execute();
                assertThat(out.toHeapArray()).containsOnly(0);
                assertThat(copy.toHeapArray()).containsExactly(3, 4);

                plan.withAllGraphs().execute();
                assertThat(out.toHeapArray()).containsExactly(2, 3);
            }
        });
    }
}
