package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.LinearGroups;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Two small linear layers on pooled vectors: the bottleneck that turns a squeezed vector into gates. Two or three portable
 * kernels; one work-group kernel, whose group keeps what is between in local memory.
 */
public final class Excitation {
    /**
     * Weights of one layer.
     *
     * @param name of its task
     * @param weight {@code [outputs, inputs]}, or that with trailing extents of 1
     * @param bias {@code [outputs]}, or null for none
     * @param activation applied to its result
     */
    public record Layer(String name, Weight weight, Weight bias, Activation activation) {
        private int outputs() {
            return weight.shape().dim(0);
        }
    }

    /**
     * Layer norm between the layers, before the first one's activation.
     *
     * @param name of its task
     * @param gamma {@code [hidden]}
     * @param beta {@code [hidden]}
     * @param eps added to the biased variance
     */
    public record Norm(String name, Weight gamma, Weight beta, double eps) {}

    private Excitation() {}

    /**
     * Both layers.
     *
     * @param x {@code [rows, inputs]}
     * @param reduce to the hidden features
     * @param expand from them
     * @return {@code [rows, outputs]}
     */
    public static Tensor apply(TaskChain chain, Tensor x, Layer reduce, Layer expand) {
        int inputs = x.shape().dim(-1);
        int hidden = reduce.outputs();
        int outputs = expand.outputs();
        var variants = KernelVariants.of(chain);
        if (!variants.fusesExcitation(inputs, hidden, outputs)) {
            var between =
                    Projection.linear(chain, reduce.name(), x, reduce.weight(), reduce.bias(), reduce.activation());
            return Projection.linear(
                    chain, expand.name(), between, expand.weight(), expand.bias(), expand.activation());
        }
        var fused = Fused.of(chain, x, reduce, expand);
        var step = fused.step(chain);
        int size = variants.vectorSize();
        step.inGroups(fused.rows(), size)
                .launch(
                        LinearGroups::excitation,
                        new KernelContext(),
                        x,
                        fused.w1(),
                        fused.b1(),
                        fused.w2(),
                        fused.b2(),
                        out(fused.y()),
                        inputs,
                        hidden,
                        outputs,
                        reduce.activation().code(),
                        expand.activation().code(),
                        size);
        return fused.y();
    }

    /**
     * Both layers with a layer norm between them; the first layer's activation comes behind the norm.
     *
     * @param x {@code [rows, channels]}
     * @param reduce to the hidden features
     * @param norm over the hidden features
     * @param expand back to as many features as {@code x} has
     * @return {@code [rows, channels]}
     */
    public static Tensor normed(TaskChain chain, Tensor x, Layer reduce, Norm norm, Layer expand) {
        int channels = x.shape().dim(-1);
        int hidden = reduce.outputs();
        var variants = KernelVariants.of(chain);
        if (expand.outputs() != channels || !variants.fusesExcitation(channels, hidden, channels)) {
            var between =
                    Projection.linear(chain, reduce.name(), x, reduce.weight(), reduce.bias(), Activation.IDENTITY);
            var normed = Normalization.layerNorm(
                    chain, norm.name(), between, norm.gamma(), norm.beta(), norm.eps(), reduce.activation());
            return Projection.linear(chain, expand.name(), normed, expand.weight(), expand.bias(), expand.activation());
        }
        Shapes.requireVector(norm.name(), norm.gamma(), hidden);
        Shapes.requireVector(norm.name(), norm.beta(), hidden);
        var fused = Fused.of(chain, x, reduce, expand);
        var gamma = chain.weight(norm.gamma());
        var beta = chain.weight(norm.beta());
        var step = fused.step(chain);
        int size = variants.vectorSize();
        step.inGroups(fused.rows(), size)
                .launch(
                        LinearGroups::normedExcitation,
                        new KernelContext(),
                        x,
                        fused.w1(),
                        fused.b1(),
                        gamma,
                        beta,
                        fused.w2(),
                        fused.b2(),
                        out(fused.y()),
                        channels,
                        hidden,
                        (float) norm.eps(),
                        reduce.activation().code(),
                        expand.activation().code(),
                        size);
        return fused.y();
    }

    /** Tensors of both layers in one kernel, which has the second one's name. */
    private record Fused(String name, Tensor x, Tensor w1, Tensor b1, Tensor w2, Tensor b2, Tensor y, int rows) {
        static Fused of(TaskChain chain, Tensor x, Layer reduce, Layer expand) {
            int hidden = reduce.outputs();
            int outputs = expand.outputs();
            Shapes.requireMatrix(reduce.name(), reduce.weight(), x.shape().dim(-1));
            Shapes.requireVector(reduce.name(), reduce.bias(), hidden);
            Shapes.requireMatrix(expand.name(), expand.weight(), hidden);
            Shapes.requireVector(expand.name(), expand.bias(), outputs);
            var extents = x.shape().dims();
            extents[extents.length - 1] = outputs;
            return new Fused(
                    expand.name(),
                    x,
                    chain.transposedWeight(reduce.weight()),
                    bias(chain, reduce),
                    chain.transposedWeight(expand.weight()),
                    bias(chain, expand),
                    chain.tensor(expand.name(), Shape.of(extents)),
                    x.elements() / x.shape().dim(-1));
        }

        private static Tensor bias(TaskChain chain, Layer layer) {
            return layer.bias() == null ? chain.zeros(layer.outputs()) : chain.weight(layer.bias());
        }

        Step step(TaskChain chain) {
            long weights = (long) w1.elements() + w2.elements();
            return chain.step(name).macs(rows * weights);
        }
    }
}
