package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.Codewords;

/** Tasks that describe the feature vectors of a map by a few codewords (context encoding, arXiv 1803.08904). */
public final class CodewordEncoding {
    private CodewordEncoding() {}

    /**
     * Residuals to each codeword, summed with soft assignments: {@code e_k = sum over n of a_nk (x_n - d_k)},
     * {@code a_n = softmax_k(s_k |x_n - d_k|^2)}. Four kernels: distances, softmax, residuals, and the small
     * transposition of the result.
     *
     * @param x {@code [batch, depth, ...]}, at least one position
     * @param codewords d, {@code [codes, depth]}
     * @param scale s, {@code [codes]}
     * @return {@code [batch, codes, depth]}
     */
    public static Tensor encode(TaskChain chain, String name, Tensor x, Weight codewords, Weight scale) {
        if (x.shape().rank() < 3 || x.elements() == 0) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' takes feature vectors [batch, depth, ...], at least one, but '" + x.name()
                            + "' has shape " + x.shape() + ".");
        }
        int batch = x.shape().batch();
        int depth = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireMatrix(name, codewords, depth);
        int codes = codewords.shape().dim(0);
        Shapes.requireVector(name, scale, codes);
        var d = chain.transposedWeight(codewords);
        var s = chain.weight(scale);
        var distances = chain.tensor(name + ".distances", Shape.of(batch, pixels, codes));
        long macs = (long) batch * pixels * codes * depth;
        chain.step(name + ".distances")
                .macs(macs)
                .launch(Codewords::distances, x, d, s, out(distances), batch, depth, pixels, codes);
        var assignment = chain.tensor(name + ".assignment", distances.shape());
        Normalization.softmaxRows(
                chain, chain.step(name + ".assignment"), distances, assignment, batch * pixels, codes);
        expose(chain, name, x, assignment);
        var sums = chain.tensor(name + ".residuals", Shape.of(batch, depth, codes));
        chain.step(name + ".residuals")
                .macs(macs)
                .launch(Codewords::residuals, x, assignment, d, out(sums), batch, depth, pixels, codes);
        return Rearrangement.transpose(chain, name, FeatureSlice.of(sums));
    }

    /** One map of assignments a codeword; made only if the chain exposes attention. */
    private static void expose(TaskChain chain, String name, Tensor x, Tensor assignment) {
        if (chain.exposesAttention()) {
            var maps = Rearrangement.transpose(chain, name + ".maps", FeatureSlice.of(assignment));
            boolean map = x.shape().rank() == 4;
            int height = map ? x.shape().height() : 1;
            int width = map ? x.shape().width() : x.shape().pixels();
            chain.attention(
                    AttentionKind.PIXEL_MAP,
                    chain.view(maps, Shape.of(x.shape().batch(), maps.shape().dim(1), height, width)));
        }
    }
}
