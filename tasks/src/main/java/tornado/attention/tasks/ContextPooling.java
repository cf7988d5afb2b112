package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.AttentionPoolingGroups;
import tornado.attention.kernels.MatrixProduct;
import tornado.attention.kernels.SoftmaxPooling;
import uk.ac.manchester.tornado.api.KernelContext;

/** Tasks that gather feature vectors: into one by attention, or out of a map into tokens. */
public final class ContextPooling {
    private ContextPooling() {}

    /**
     * Softmax over the pixels, then the sum weighted with it: two kernels, of which each logit's exponential is taken once; with
     * work-groups one kernel, unless the chain exposes attention.
     *
     * @param name of the sum
     * @param attention name of the attention
     * @param x {@code [batch, channels, height, width]}
     * @param logits {@code [batch, 1, height, width]}
     * @return {@code [batch, channels]}
     */
    public static Tensor attention(TaskChain chain, String name, String attention, Tensor x, Tensor logits) {
        if (!chain.exposesAttention()
                && KernelVariants.of(chain).forRows(x.shape().pixels())) {
            return softmax(chain, name, x, logits);
        }
        return withMap(chain, name, attention, x, logits);
    }

    /** Softmax and sum in two kernels, the attention stored between them. */
    private static Tensor withMap(TaskChain chain, String name, String attention, Tensor x, Tensor logits) {
        var map = Normalization.softmaxOverPositions(chain, attention, logits);
        chain.attention(AttentionKind.PIXEL_MAP, map);
        return Pooling.weighted(chain, name, x, map);
    }

    /**
     * Softmax over the pixels and weighted sum in one kernel, the attention not stored; if the chain exposes attention,
     * the softmax and the sum of {@link Normalization} and {@link Pooling}.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param logits {@code [batch, 1, height, width]}
     * @return {@code [batch, channels]}
     */
    public static Tensor softmax(TaskChain chain, String name, Tensor x, Tensor logits) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireElements(name, logits, (long) batch * pixels, "one logit an image and pixel");
        if (chain.exposesAttention()) {
            return withMap(chain, name, name + ".attention", x, logits);
        }
        var y = chain.tensor(name, Shape.of(batch, channels));
        var step = chain.step(name).macs((long) batch * channels * pixels);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            int size = variants.rowSize(pixels);
            step.inGroups(batch * channels, size)
                    .launch(
                            AttentionPoolingGroups::softmaxSum,
                            new KernelContext(),
                            x,
                            logits,
                            out(y),
                            channels,
                            pixels,
                            size,
                            variants.lanes(size));
        } else {
            step.launch(SoftmaxPooling::weightedSum, x, logits, out(y), batch, channels, pixels);
        }
        return y;
    }

    /**
     * A linear layer on feature vectors that lie channel by channel, its result token by token: projection and
     * transposition in one kernel.
     *
     * @param x {@code [batch, inputs, ...]}
     * @param weight {@code [outputs, inputs]}
     * @param bias {@code [outputs]}
     * @return {@code [batch, positions, outputs]}
     */
    public static Tensor tokens(TaskChain chain, String name, Tensor x, Weight weight, Weight bias) {
        int batch = x.shape().batch();
        int inputs = x.shape().channels();
        int tokens = x.shape().pixels();
        Shapes.requireMatrix(name, weight, inputs);
        int outputs = weight.shape().dim(0);
        Shapes.requireVector(name, bias, outputs);
        var w = chain.transposedWeight(weight);
        var b = chain.weight(bias);
        var y = chain.tensor(name, Shape.of(batch, tokens, outputs));
        chain.step(name)
                .macs((long) batch * tokens * inputs * outputs)
                .launch(MatrixProduct::tokens, x, w, b, out(y), batch, tokens, inputs, outputs);
        return y;
    }
}
