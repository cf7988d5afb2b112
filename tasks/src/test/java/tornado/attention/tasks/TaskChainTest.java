package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tornado.attention.kernels.Elementwise;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class TaskChainTest {
    private static final Shape MAP = Shape.of(2, 3, 4, 5);

    @Test
    void countsKernelsMacsBytesAndMemoryBeforeItRuns() {
        var chain = TaskChain.named("count");
        var x = chain.input("x", MAP);
        var weight = Weight.of("w", Shape.of(3, 3), new float[9]);
        var squeezed = Pooling.average(chain, "squeeze", x);
        var gate = Projection.linear(chain, "excite", squeezed, weight, null, Activation.SIGMOID);
        chain.output(Broadcast.multiply(chain, "gate", x, gate));
        var cost = chain.cost();
        assertThat(cost.kernels()).isEqualTo(3);
        assertThat(cost.steps()).extracting(StepCost::task).containsExactly("squeeze", "excite", "gate");
        assertThat(cost.macs()).isEqualTo(2 * 3 * 3);
        // squeeze 120 + 6, excite 6 + 9 + 3 + 6, gate 120 + 6 + 120 floats
        assertThat(cost.bytes()).isEqualTo(4L * (126 + 24 + 246));
        assertThat(cost.bytesUpOnce()).isEqualTo(4L * (9 + 3));
        assertThat(cost.bytesUpPerRun()).isEqualTo(4L * 120);
        assertThat(cost.bytesDownPerRun()).isEqualTo(4L * 120);
        // weights 12, input 120, output 120, squeezed 6 and gate 6
        assertThat(cost.peakDeviceBytes()).isEqualTo(4L * (12 + 120 + 120 + 12));
    }

    @Test
    void reusesABufferOnceNobodyReadsItAgain() {
        var chain = TaskChain.named("reuse");
        var first = chain.input("x", MAP);
        var y = first;
        for (int i = 0; i < 10; i++) {
            y = Broadcast.activate(chain, "step", y, Activation.TANH);
        }
        chain.output(y);
        // input, output and two buffers that alternate
        assertThat(chain.cost().peakDeviceBytes()).isEqualTo(4 * first.bytes());
        assertThat(chain.cost().steps()).extracting(StepCost::task).contains("step", "step_2", "step_10");
    }

    @Test
    void aResidualKeepsItsBufferUntilItIsRead() {
        RandomCases.repeat(3, random -> {
            var chain = TaskChain.named("residual");
            var x = chain.input("x", MAP);
            var kept = Broadcast.activate(chain, "kept", x, Activation.RELU);
            var y = kept;
            for (int i = 0; i < 5; i++) {
                y = Broadcast.activate(chain, "step", y, Activation.TANH);
            }
            chain.output(Broadcast.residual(chain, "sum", kept, y, Activation.IDENTITY));
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                var output = plan.run(input);
                for (int i = 0; i < input.getSize(); i++) {
                    double k = Math.max(input.get(i), 0);
                    double v = k;
                    for (int n = 0; n < 5; n++) {
                        v = Math.tanh(v);
                    }
                    assertThat((double) output.get(i)).isCloseTo(k + v, within(1e-5));
                }
            }
        });
    }

    @Test
    void runsAgainOnNewInputWithoutResendingWeights() {
        var chain = TaskChain.named("again");
        var x = chain.input("x", Shape.of(1, 2));
        var w = Weight.of("w", Shape.of(2, 2), 1, 2, 3, 4);
        chain.output(Projection.linear(chain, "fc", x, w, null, Activation.IDENTITY));
        try (var plan = chain.plan()) {
            assertThat(plan.run(FloatArray.fromElements(1f, 0f)).toHeapArray()).containsExactly(1f, 3f);
            assertThat(plan.run(FloatArray.fromElements(0f, 1f)).toHeapArray()).containsExactly(2f, 4f);
            var transfers = plan.profile();
            assertThat(transfers.up()).isEqualTo(8);
            assertThat(transfers.down()).isEqualTo(8);
        }
    }

    @Test
    void equalWeightsGoUpOnce() {
        var chain = TaskChain.named("shared");
        var x = chain.input("x", Shape.of(1, 2));
        var w = Weight.of("w", Shape.of(2, 2), 1, 2, 3, 4);
        var y = Projection.linear(chain, "first", x, w, null, Activation.IDENTITY);
        chain.output(Projection.linear(chain, "second", y, w, null, Activation.IDENTITY));
        assertThat(chain.cost().bytesUpOnce()).isEqualTo(4L * (4 + 2));
    }

    @Test
    void anInputMarkedAsOutputIsCopied() {
        var chain = TaskChain.named("identity");
        var x = chain.input("x", Shape.of(3));
        chain.output(x);
        try (var plan = chain.plan()) {
            assertThat(plan.run(FloatArray.fromElements(1f, 2f, 3f)).toHeapArray())
                    .containsExactly(1f, 2f, 3f);
        }
    }

    @Test
    void joinsTheUsersOwnTaskGraph() throws TornadoExecutionPlanException {
        var source = FloatArray.fromElements(1f, -2f, 3f, -4f);
        var before = new FloatArray(4);
        var graph = new TaskGraph("mine")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, source)
                .task("before", Elementwise::copy, source, before, 4);
        var chain = TaskChain.named("attention");
        var x = chain.foreign("x", Shape.of(1, 1, 2, 2), before);
        var y = Broadcast.activate(chain, "relu", x, Activation.RELU);
        chain.emitInto(graph);
        var after = new FloatArray(4);
        graph.task("after", Elementwise::copy, y.array(), after, 4)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, after);
        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.execute();
        }
        assertThat(after.toHeapArray()).containsExactly(1f, 0f, 3f, 0f);
    }

    @Test
    void saysWhatIsWrong() {
        var chain = TaskChain.named("wrong");
        var x = chain.input("x", MAP);
        assertThatThrownBy(chain::plan).hasMessageContaining("has no output");
        assertThatThrownBy(() -> Broadcast.multiply(chain, "gate", x, chain.input("g", Shape.of(5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Task 'gate' needs 6 elements in 'g' (one value an image and channel), but its shape is 5.");
        assertThatThrownBy(() -> Projection.linear(
                        chain,
                        "fc",
                        chain.input("v", Shape.of(2, 7)),
                        Weight.of("w", Shape.of(3, 3), new float[9]),
                        null,
                        Activation.RELU))
                .hasMessage("Task 'fc' needs weight 'w' as [outputs, 7], but its shape is 3x3.");
        assertThatThrownBy(() -> chain.input("short", MAP, new FloatArray(3)))
                .hasMessageContaining("needs 120 elements");
        assertThatThrownBy(() -> Pooling.average(chain, "pool", chain.input("flat", Shape.of(2, 3))))
                .hasMessageContaining("takes a feature map");
    }

    @Test
    void aCompiledChainTakesNoFurtherTasks() {
        var chain = TaskChain.named("late");
        var x = chain.input("x", MAP);
        chain.output(Broadcast.activate(chain, "relu", x, Activation.RELU));
        chain.cost();
        assertThatThrownBy(() -> Broadcast.activate(chain, "late", x, Activation.RELU))
                .hasMessageContaining("comes too late");
    }

    @Test
    void aPlanChecksItsInputs() {
        var chain = TaskChain.named("inputs");
        var x = chain.input("x", MAP);
        chain.output(Broadcast.activate(chain, "relu", x, Activation.RELU));
        try (var plan = chain.plan()) {
            assertThatThrownBy(() -> plan.run(new FloatArray(3))).hasMessageContaining("takes 120 values but got 3");
            assertThatThrownBy(() -> plan.run(new FloatArray(120), new FloatArray(120)))
                    .hasMessageContaining("has 1 inputs");
        }
    }
}
