package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Several chains with their weights on the device once. */
class SharedPlansTest {
    private static final int FEATURES = 40;

    private static final Weight FIRST = random("fc1", 1);
    private static final Weight SECOND = random("fc2", 2);
    private static final Weight OTHER = random("other", 3);

    private static Weight random(String name, long seed) {
        var random = new SplittableRandom(seed);
        var values = new float[FEATURES * FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Weight.of(name, Shape.of(FEATURES, FEATURES), values);
    }

    private static TaskChain chain(String name, int batch, Weight... weights) {
        var chain = TaskChain.named(name);
        var x = chain.input("x", Shape.of(batch, FEATURES));
        for (var weight : weights) {
            // The transpose is made by each chain for itself.
            x = Projection.linear(chain, weight.name(), x, weight, null, Activation.TANH);
        }
        return chain.output(x);
    }

    private static float[] alone(TaskChain chain, FloatArray x) {
        try (var plan = chain.plan()) {
            plan.run(x);
            return plan.read(plan.outputs().getFirst());
        }
    }

    @Test
    void runInAnyOrderTheyComputeWhatPlansOfTheirOwnDo() {
        RandomCases.repeat(5, random -> {
            var x1 = random.normal(FEATURES);
            var x8 = random.normal(8 * FEATURES);
            var x3 = random.normal(3 * FEATURES);
            var inputs = List.of(x1, x8, x3);
            var expected = List.of(
                    alone(chain("one", 1, FIRST, SECOND), x1),
                    alone(chain("eight", 8, FIRST, SECOND), x8),
                    alone(chain("three", 3, SECOND, OTHER), x3));
            try (var shared = SharedPlans.of(
                    chain("one", 1, FIRST, SECOND),
                    chain("eight", 8, FIRST, SECOND),
                    chain("three", 3, SECOND, OTHER))) {
                for (int i = 0; i < 20; i++) {
                    int which = random.between(0, 2);
                    var plan = shared.plans().get(which);
                    plan.run(inputs.get(which));
                    assertThat(plan.read(plan.outputs().getFirst())).isEqualTo(expected.get(which));
                }
            }
        });
    }

    @Test
    void weightsGoUpOnceAndTakeDeviceMemoryOnce() {
        long matrix = 4L * FEATURES * FEATURES;
        try (var shared = SharedPlans.of(chain("one", 1, FIRST, SECOND), chain("eight", 8, FIRST, SECOND))) {
            // zeros for the missing biases; inputs, hidden and output rows
            assertThat(shared.deviceBytes()).isEqualTo(2 * matrix + 4L * FEATURES * (1 + 3 + 3 * 8));
            for (int i = 0; i < 2; i++) {
                assertThat(shared.plans().get(0).profile().up()).isEqualTo(4L * FEATURES);
                assertThat(shared.plans().get(1).profile().up()).isEqualTo(4L * 8 * FEATURES);
            }
        }
    }

    @Test
    void plansOfSeveralThreadsTakeTurns() throws Exception {
        var x1 = new FloatArray(FEATURES);
        var x8 = new FloatArray(8 * FEATURES);
        x1.init(0.5f);
        x8.init(0.5f);
        var expected = List.of(alone(chain("one", 1, FIRST), x1), alone(chain("eight", 8, FIRST), x8));
        try (var shared = SharedPlans.of(chain("one", 1, FIRST), chain("eight", 8, FIRST));
                var threads = Executors.newFixedThreadPool(2)) {
            var results = new ArrayList<Future<?>>();
            for (int which = 0; which < 2; which++) {
                int mine = which;
                var plan = shared.plans().get(mine);
                results.add(threads.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        plan.run(mine == 0 ? x1 : x8);
                        assertThat(plan.read(plan.outputs().getFirst())).isEqualTo(expected.get(mine));
                    }
                }));
            }
            for (var result : results) {
                result.get();
            }
        }
    }

    @Test
    void chainsWithoutWeightsAndOtherDevicesWork() {
        var x = new FloatArray(4);
        x.init(-2f);
        var chains = new ArrayList<TaskChain>();
        for (var name : List.of("a", "b")) {
            var chain = TaskChain.named(name);
            chains.add(chain.output(
                    Broadcast.activate(chain, "relu", chain.input("x", Shape.of(1, 1, 2, 2)), Activation.RELU)));
        }
        var device = TornadoExecutionPlan.getDevice(0, 1);
        try (var shared = SharedPlans.of(device, chains)) {
            for (var plan : shared.plans()) {
                assertThat(plan.device()).isEqualTo(device);
                assertThat(plan.run(x).toHeapArray()).containsOnly(0f);
            }
        }
    }

    @Test
    void whatCannotBeSharedIsRefused() {
        assertThatThrownBy(SharedPlans::of).hasMessage("There is no chain to compile; give at least one.");
        assertThatThrownBy(() -> SharedPlans.of(chain("a", 1, FIRST), chain("a", 2, FIRST)))
                .hasMessage("Two chains are named 'a'; give those that share weights different names.");
        var compiled = chain("once", 1, FIRST);
        compiled.plan().close();
        assertThatThrownBy(() -> SharedPlans.of(compiled)).isInstanceOf(IllegalStateException.class);
        var training = TaskChain.named("training", ChainOptions.evaluation().inTraining());
        var x = training.input("x", Shape.of(2, 2, 3, 3));
        training.output(BatchNorm.apply(training, "norm", x, norm(), Activation.IDENTITY));
        assertThatThrownBy(() -> SharedPlans.of(training))
                .hasMessage(
                        "Chain 'training' updates weights in training mode and so cannot share them; compile it alone.");
        var shared = SharedPlans.of(chain("a", 1, FIRST), chain("b", 2, FIRST));
        shared.close();
        shared.close();
        assertThatThrownBy(() -> shared.plans().getLast().run()).hasMessageContaining("closed");
    }

    @Test
    void aChainThatFindsNoMemoryIsNotCompiled() {
        var large = TaskChain.named("large");
        var x = large.input("x", Shape.of(1, 1, 1 << 15, 1 << 15));
        large.output(Broadcast.activate(large, "relu", x, Activation.RELU));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(large::plan).hasMessageStartingWith("Chain 'large' needs");
            assertThatThrownBy(() -> SharedPlans.of(large)).hasMessageStartingWith("Chain 'large' needs");
        }
    }

    private static BatchNorm.Parameters norm() {
        return new BatchNorm.Parameters(
                two("weight"),
                two("bias"),
                two("running_mean"),
                two("running_var"),
                Weight.of("num_batches_tracked", Shape.of(1), 0),
                1e-5,
                0.1);
    }

    private static Weight two(String name) {
        return Weight.of(name, Shape.of(2), 1, 1);
    }
}
