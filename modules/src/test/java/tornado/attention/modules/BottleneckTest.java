package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.StepCost;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Fusion across modules: the bottleneck of an SE-ResNet, whose gate, residual and ReLU are one pass over the map. */
class BottleneckTest {
    private static final Shape MAP = Shape.of(1, 64, 14, 14);

    /** A bottleneck with SE in it, or without. */
    private record Bottleneck(
            ConvolutionLayer conv1,
            BatchNormLayer norm1,
            ConvolutionLayer conv2,
            BatchNormLayer norm2,
            ConvolutionLayer conv3,
            BatchNormLayer norm3,
            SqueezeExcite se) {
        static Bottleneck of(Parameters p) {
            return new Bottleneck(
                    p.convolution1x1("conv1", 64, 16, false),
                    p.batchNorm("bn1", 16),
                    p.convolution("conv2", 16, 16, 3, Window.same(3), false),
                    p.batchNorm("bn2", 16),
                    p.convolution1x1("conv3", 16, 64, false),
                    p.batchNorm("bn3", 64),
                    SqueezeExcite.of("se", 64, p.linear("se.fc1", 64, 4, false), p.linear("se.fc2", 4, 64, false)));
        }

        Value features(Value x) {
            var first = norm1.apply(conv1.apply(x)).relu();
            return norm3.apply(conv3.apply(norm2.apply(conv2.apply(first)).relu()));
        }

        Value apply(Value x) {
            return se.apply(features(x)).plus(x).relu();
        }
    }

    private static Bottleneck bottleneck() {
        return Bottleneck.of(Parameters.of(Weights.initial(Parameters.asked(Bottleneck::of), 1)));
    }

    private static Tensor append(TaskChain chain, Tensor x, Value input, Value output) {
        var inputs = new IdentityHashMap<Value, Tensor>(Map.of(input, x));
        return Lowering.append(chain, inputs, List.of(output)).getFirst();
    }

    private static ChainCost together() {
        var chain = TaskChain.named("together");
        var x = chain.input("x", MAP);
        var input = Value.input("x", MAP);
        chain.output(append(chain, x, input, bottleneck().apply(input)));
        return chain.cost();
    }

    private static ChainCost oneByOne() {
        var block = bottleneck();
        var chain = TaskChain.named("apart");
        var x = chain.input("x", MAP);
        var input = Value.input("x", MAP);
        var features = append(chain, x, input, block.features(input));
        var map = Value.input("features", MAP);
        var gated = append(chain, features, map, block.se().apply(map));
        chain.output(Broadcast.residual(chain, "residual", gated, x, Activation.RELU));
        return chain.cost();
    }

    @Test
    void gateResidualAndReluAreOnePass() {
        var together = together();
        var apart = oneByOne();
        assertThat(together.kernels()).isEqualTo(apart.kernels() - 1);
        // The gated map is neither written nor read again.
        assertThat(apart.bytes() - together.bytes()).isEqualTo(2 * 4 * MAP.elements());
        assertThat(together.steps()).extracting(StepCost::covers).last().isEqualTo("times, plus, relu (gated sum)");
    }

    @Test
    void fusedAndTaskByTaskAreTheSame() {
        var fused = run(TaskChain.named("fused"));
        var chain = TaskChain.named("single", ChainOptions.evaluation().withoutFusion());
        var single = run(chain);
        for (int i = 0; i < fused.length; i++) {
            assertThat(fused[i]).isCloseTo(single[i], within(1e-4f));
        }
    }

    private static float[] run(TaskChain chain) {
        var x = chain.input("x", MAP);
        var input = Value.input("x", MAP);
        var y = append(chain, x, input, bottleneck().apply(input));
        chain.output(y);
        var image = new FloatArray((int) MAP.elements());
        for (int i = 0; i < image.getSize(); i++) {
            image.set(i, (float) Math.sin(i));
        }
        try (var plan = chain.plan()) {
            plan.run(image);
            return plan.read(y);
        }
    }
}
