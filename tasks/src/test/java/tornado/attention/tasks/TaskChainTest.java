package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** What is small and lives long takes no buffer of the maps between. */
    @Test
    void noBufferIsLongerThanTheTensorItWasMadeFor() {
        var chain = TaskChain.named("small");
        var x = chain.input("x", MAP);
        var y = x;
        var means = new ArrayList<Tensor>();
        for (int i = 0; i < 6; i++) {
            y = Broadcast.activate(chain, "step", y, Activation.TANH);
            means.add(Pooling.average(chain, "mean", y));
        }
        for (var mean : means) {
            y = Broadcast.multiply(chain, "gate", y, mean);
        }
        chain.output(y);
        // input, output, two maps that alternate; six means
        assertThat(chain.cost().peakDeviceBytes())
                .isEqualTo(4 * x.bytes() + means.size() * means.getFirst().bytes());
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
        var grids = chain.emitInto(graph);
        var after = new FloatArray(4);
        graph.task("after", Elementwise::copy, y.array(), after, 4)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, after);
        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            grids.ifPresent(plan::withGridScheduler);
            plan.execute();
        }
        assertThat(grids).isEmpty();
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
                .hasMessageContaining("needs an array of 120 elements");
        assertThatThrownBy(() -> Pooling.average(chain, "pool", chain.input("flat", Shape.of(2, 3))))
                .hasMessageContaining("takes a feature map");
    }

    @Test
    void aCompiledChainTakesNothingMore() {
        var chain = TaskChain.named("late");
        var x = chain.input("x", MAP);
        chain.cost();
        var y = Broadcast.activate(chain, "relu", x, Activation.RELU);
        chain.output(y);
        chain.plan().close();
        assertThatThrownBy(() -> Broadcast.activate(chain, "late", x, Activation.RELU))
                .hasMessage("Chain 'late' is already compiled, so task 'late' comes too late; build a new chain.");
        assertThatThrownBy(() -> chain.output(y)).hasMessageContaining("output 'relu' comes too late");
        assertThatThrownBy(() -> chain.input("x2", MAP)).hasMessageContaining("input 'x2' comes too late");
        assertThatThrownBy(chain::plan).hasMessageContaining("a second plan comes too late");
    }

    @Test
    void tensorsOfAnotherChainAreRefused() {
        var other = TaskChain.named("other").input("x", MAP);
        var chain = TaskChain.named("mine");
        assertThatThrownBy(() -> Broadcast.activate(chain, "relu", other, Activation.RELU))
                .hasMessageContaining("uses tensor 'x' of another chain");
        assertThatThrownBy(() -> chain.output(other)).hasMessageContaining("of another chain");
        var foreign = chain.foreign("f", Shape.of(4), new FloatArray(4));
        chain.output(Broadcast.activate(chain, "relu", foreign, Activation.RELU));
        assertThatThrownBy(chain::plan).hasMessageContaining("use emitInto(graph)");
    }

    @Test
    void twoShapesOfOneArrayAreTransposedEachForItself() {
        var w = Weight.of("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        var chain = TaskChain.named("shapes");
        var x = chain.input("x", Shape.of(1, 3));
        var y = Projection.linear(chain, "wide", x, w, null, Activation.IDENTITY);
        chain.output(Projection.linear(chain, "tall", y, w.reshaped(3, 2), null, Activation.IDENTITY));
        try (var plan = chain.plan()) {
            // [1, 0, 0] by [[1,2,3],[4,5,6]] is [1, 4]; that by [[1,2],[3,4],[5,6]] is [9, 19, 29]
            assertThat(plan.run(FloatArray.fromElements(1f, 0f, 0f)).toHeapArray())
                    .containsExactly(9f, 19f, 29f);
        }
    }

    @Test
    void twoStatesOfOneNameAreRefused() {
        var chain = TaskChain.named("states");
        var mean = Weight.of("running_mean", Shape.of(1), 1f);
        assertThat(chain.state(mean)).isSameAs(chain.state(mean));
        assertThatThrownBy(() -> chain.state(Weight.of("running_mean", Shape.of(1), 2f)))
                .hasMessage("Chain 'states' has another state 'running_mean'; attach it in a scope of its own.");
        assertThat(chain.scope("second")
                        .state(Weight.of("running_mean", Shape.of(1), 2f))
                        .name())
                .isEqualTo("second.running_mean");
    }

    @Test
    void viewsOfOneTensorComeDownOnce() {
        var chain = TaskChain.named("views");
        var x = chain.input("x", MAP);
        var y = Broadcast.activate(chain, "relu", x, Activation.RELU);
        chain.output(y).output(chain.view(y, Shape.of(6, 20))).output(x).output(x);
        assertThat(chain.cost().bytesDownPerRun()).isEqualTo(2 * x.bytes());
        assertThat(chain.cost().kernels()).isEqualTo(2);
    }

    @Test
    void costAllocatesNothingForTheInput() {
        var chain = TaskChain.named("large");
        var x = chain.input("x", Shape.of(8, 2048, 300, 400));
        chain.output(Broadcast.activate(chain, "relu", x, Activation.RELU));
        assertThat(chain.cost().peakDeviceBytes()).isEqualTo(2 * x.bytes());
    }

    @Test
    void onePlanServesOneThreadAtATime() throws InterruptedException {
        var chain = TaskChain.named("threads");
        var x = chain.input("x", Shape.of(1, 1, 64, 64));
        chain.output(Broadcast.activate(chain, "copy", x, Activation.IDENTITY));
        var wrong = new AtomicInteger();
        var refused = new AtomicInteger();
        try (var plan = chain.plan()) {
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 2; t++) {
                var input = new FloatArray(x.elements());
                input.init(t + 1);
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 2000; i++) {
                        try {
                            plan.run(input);
                        } catch (IllegalStateException e) {
                            refused.incrementAndGet();
                            if (!e.getMessage().contains("running in another thread")) {
                                wrong.incrementAndGet();
                            }
                        }
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            var last = plan.read(plan.outputs().getFirst());
            for (float v : last) {
                assertThat(v).isEqualTo(last[0]);
            }
        }
        assertThat(wrong).hasValue(0);
        assertThat(refused.get()).isLessThan(4000);
    }

    @Test
    void onlyWhatComesToTheHostIsRead() {
        var chain = TaskChain.named("read");
        var x = chain.input("x", MAP);
        var between = Broadcast.activate(chain, "between", x, Activation.RELU);
        chain.output(Broadcast.activate(chain, "last", between, Activation.RELU));
        try (var plan = chain.plan()) {
            plan.run();
            assertThatThrownBy(() -> plan.read(between)).hasMessageContaining("does not come to the host");
        }
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
