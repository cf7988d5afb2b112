package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;

class TruthTest {
    private static final Shape SHAPE = Shape.of(1, 4);

    private static Truth gradient(UnaryFunction function, double... elements) {
        var x = Value.input("x", SHAPE);
        var seed = Value.input("seed", SHAPE);
        var y = x.map(function);
        var gradient = Gradient.of(List.of(y), List.of(seed), List.of(x), false).get(x);
        return Truth.of(
                List.of(y, gradient.times(2)),
                Map.of(x, new Array(SHAPE, elements), seed, new Array(SHAPE, new double[] {1, 2, 3, 4})),
                false);
    }

    @Test
    void bothSlopesAreRightAtAKinkAndOneElsewhere() {
        var truth = gradient(UnaryFunction.RELU, 1e-9, -1e-9, 0, 1);
        assertThat(truth.kinks()).isEqualTo(3);
        assertThat(truth.values().getLast().values()).containsExactly(2, 0, 0, 8);
        assertThat(truth.slack().getLast().values()).containsExactly(2, 4, 6, 0);
        assertThat(truth.slack().getFirst().values()).containsOnly(0);
    }

    @Test
    void farFromAKinkNothingIsAllowed() {
        var truth = gradient(UnaryFunction.RELU, 0.01, -0.01, 0.5, 1);
        assertThat(truth.kinks()).isZero();
        assertThat(truth.slack()).allSatisfy(s -> assertThat(s.values()).containsOnly(0));
    }

    @Test
    void bothEndsOfARampAreKinks() {
        var truth = gradient(UnaryFunction.RELU6, 6, 1e-7, 3, -5);
        assertThat(truth.kinks()).isEqualTo(2);
        assertThat(truth.slack().getLast().values()).containsExactly(2, 4, 0, 0);
        assertThat(gradient(UnaryFunction.SILU, 0, 0, 0, 0).kinks()).isZero();
    }
}
