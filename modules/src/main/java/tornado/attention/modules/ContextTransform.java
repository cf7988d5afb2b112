package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.ContextPooling;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;

/**
 * The two halves of a global context block: the context (attention pooling or average pooling) and the transform of it, as
 * GCNet's official code and timm both have them under different weight names.
 *
 * @param fc1 name of the first 1x1 convolution, {@code [R, C, 1, 1]} with bias
 * @param norm name of the layer norm over R
 * @param fc2 name of the second 1x1 convolution, {@code [C, R, 1, 1]} with bias
 * @param eps of the layer norm
 * @param activation between layer norm and second convolution
 */
record ContextTransform(String fc1, String norm, String fc2, double eps, Activation activation) {
    /** The layers' weights; {@code normExtents} are R with the trailing ones that the code gives the layer norm. */
    List<WeightSpec> specs(int channels, int hidden, int... normExtents) {
        return Layers.join(
                Layers.convolution1x1(fc1, channels, hidden, true),
                Layers.affine(norm, normExtents),
                Layers.convolution1x1(fc2, hidden, channels, true));
    }

    /** {@code last(W2 phi(LN(W1 g + b1)) + b2)}: {@code [B, C]} to {@code [B, C]} in three kernels, or one of work-groups. */
    Tensor attach(TaskChain chain, Tensor context, Weights weights, Activation last) {
        return Excitation.normed(
                chain,
                context,
                new Excitation.Layer("fc1", weights.get(fc1 + ".weight"), weights.get(fc1 + ".bias"), activation),
                new Excitation.Norm("norm", weights.get(norm + ".weight"), weights.get(norm + ".bias"), eps),
                new Excitation.Layer("fc2", weights.get(fc2 + ".weight"), weights.get(fc2 + ".bias"), last));
    }

    /** Softmax-weighted sum over the pixels: {@code [B, C, H, W]} to {@code [B, C]} in three kernels, or two with work-groups. */
    static Tensor attentionPooling(TaskChain chain, Tensor x, Weight weight, Weight bias) {
        var logits = Projection.convolution1x1(chain, "logits", x, weight, bias, Activation.IDENTITY);
        return ContextPooling.attention(chain, "context", "attention", x, logits);
    }

    /** MACs of pooling and transforms for one image. */
    static long macs(Shape featureMap, int hidden, boolean attention, int transforms) {
        long channels = featureMap.channels();
        return (attention ? 2 * channels * featureMap.pixels() : 0) + transforms * 2 * channels * hidden;
    }
}
