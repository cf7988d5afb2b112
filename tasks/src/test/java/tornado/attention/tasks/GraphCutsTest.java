package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Chains of several task graphs: the same results, and only inputs and outputs cross between host and device. */
class GraphCutsTest {
    private static final int N = 64;

    /** {@code x + 1 + 1 + ...}, the input and an early tensor added again at the end. */
    private static TaskChain chain(int tasks, int most) {
        var chain = TaskChain.named("long", ChainOptions.evaluation().withTasksAGraph(most));
        var x = chain.input("x", Shape.of(1, 1, 8, 8));
        var one = chain.weight(Weight.of("one", Shape.of(1, 1), 1f));
        var y = Broadcast.add(chain, "first", x, one);
        var early = y;
        for (int i = 3; i < tasks; i++) {
            y = Broadcast.add(chain, "add", y, one);
        }
        y = Broadcast.residual(chain, "early", y, early, Activation.IDENTITY);
        chain.output(early);
        return chain.output(Broadcast.residual(chain, "input", y, x, Activation.IDENTITY));
    }

    private static FloatArray image() {
        var image = new FloatArray(N);
        for (int i = 0; i < N; i++) {
            image.set(i, i);
        }
        return image;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 100})
    void resultsAreThoseOfOneGraph(int most) {
        try (var plan = chain(12, most).plan()) {
            for (int run = 0; run < 3; run++) {
                plan.run(image());
                var early = plan.read(plan.outputs().get(0));
                var last = plan.read(plan.outputs().get(1));
                for (int i = 0; i < N; i++) {
                    assertThat(early[i]).isEqualTo(i + 1);
                    assertThat(last[i]).isEqualTo(i + 10 + i + 1 + i);
                }
            }
        }
    }

    @Test
    void onlyInputsAndOutputsCross() {
        try (var plan = chain(400, 100).plan()) {
            plan.run(image());
            var moved = plan.profile();
            assertThat(moved.up()).isEqualTo(4 * N);
            assertThat(moved.down()).isEqualTo(2 * 4 * N);
            assertThat(plan.read(plan.outputs().get(1))[0]).isEqualTo(399);
        }
    }

    @Test
    void runningAveragesAreOneArrayForAllGraphs() {
        var chain =
                TaskChain.named("train", ChainOptions.evaluation().inTraining().withTasksAGraph(2));
        var x = chain.input("x", Shape.of(2, 3, 2, 2));
        var norm = new BatchNorm.Parameters(
                Weight.of("w", Shape.of(3), 1, 1, 1),
                Weight.of("b", Shape.of(3), 0, 0, 0),
                Weight.of("m", Shape.of(3), 0, 0, 0),
                Weight.of("v", Shape.of(3), 1, 1, 1),
                Weight.of("n", Shape.of(), 0),
                1e-5,
                0.5);
        var y = BatchNorm.apply(chain, "bn", x, norm, Activation.IDENTITY);
        chain.output(BatchNorm.apply(chain, "bn", y, norm, Activation.RELU));
        try (var plan = chain.plan()) {
            plan.run();
            plan.run();
            assertThat(plan.weights().get("n").values().get(0)).isEqualTo(4);
        }
    }

    /** TornadoVM 5.2 has room for 1,024 nodes in a graph: each array takes three, each task and each array it writes more. */
    @Test
    void aGraphOfManyArraysHasFewerTasks() {
        var chain = TaskChain.named("wide", ChainOptions.evaluation().withTasksAGraph(400));
        var y = chain.input("x", Shape.of(1, 1, 8, 8));
        for (int i = 0; i < 300; i++) {
            y = Broadcast.add(chain, "add", y, chain.weight(Weight.of("w" + i, Shape.of(1, 1), i)));
        }
        chain.output(y);
        var ends = new GraphCuts(chain.steps()).ends(400);
        assertThat(ends).hasSizeBetween(3, 5).endsWith(300);
        for (int i = 0; i < ends.size(); i++) {
            int tasks = ends.get(i) - (i == 0 ? 0 : ends.get(i - 1));
            assertThat(3 * (2 * tasks + 1) + 3 * tasks).isLessThan(1024);
        }
        assertThat(new GraphCuts(chain.steps()).ends(50)).hasSizeBetween(6, 11);
    }

    @Test
    void aGraphHasATask() {
        assertThatThrownBy(() -> ChainOptions.evaluation().withTasksAGraph(0))
                .hasMessage("A task graph has at least 1 task, not 0.");
    }
}
