package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;

/**
 * Attention without parameters: Yang et al., SimAM: A Simple, Parameter-Free Attention Module for Convolutional Neural Networks, ICML
 * 2021.
 *
 * <pre>
 *   d = (X - mean over n of X)^2 per channel
 *   Y = X * sigmoid(d / (4 (sum over n of d / (N - 1) + lambda)) + 1/2)
 * </pre>
 *
 * <p>No parameters, no MACs, 2 kernels. One pixel has no variance and gives NaN.
 *
 * @param lambda added to the variance
 */
public record SimAM(double lambda) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SimAM",
            "simam",
            "SimAM: A Simple, Parameter-Free Attention Module for Convolutional Neural Networks, Yang et al., ICML 2021",
            "",
            List.of(Option.of("e_lambda", Option.Kind.NUMBER, 1e-4, "added to the variance")),
            (p, s) -> new SimAM(s.number("e_lambda")),
            map -> Map.of());

    @Override
    public Value apply(Value x) {
        Inputs.requireShape("SimAM", x, -1, -1, -1, -1);
        var d = x.minus(x.mean(Value.PIXELS).named("moments").perChannel()).map(UnaryFunction.SQUARE);
        var energy =
                d.sum(Value.PIXELS).map(UnaryFunction.IDENTITY, 4.0 / (x.shape().pixels() - 1), 4 * lambda);
        var gates = d.over(energy.perChannel()).map(UnaryFunction.SIGMOID, 1, 0.5);
        return x.times(gates.exposed(AttentionKind.PIXEL_MAP)).named("gate");
    }
}
