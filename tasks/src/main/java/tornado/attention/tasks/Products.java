package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.MatrixProduct;
import tornado.attention.kernels.MatrixProductGroups;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * The kernel of a batched matrix product: {@code out[g] = alpha * a[g] b[g]}, matrix {@code g} of an operand at {@code offset + g *
 * stride}.
 *
 * @param groups number of products
 * @param rows rows of the result
 * @param inner length of a sum
 * @param columns columns of the result
 * @param alpha factor
 * @param aOffset index of the first left matrix
 * @param aStride distance of left matrices
 * @param bOffset index of the first right matrix
 * @param bStride distance of right matrices
 */
record Products(
        int groups, int rows, int inner, int columns, float alpha, int aOffset, int aStride, int bOffset, int bStride) {
    /** A library takes whole arrays. */
    private void offer(TaskChain chain, Step step, boolean transposed, Tensor a, Tensor b, Tensor out) {
        if (KernelVariants.of(chain).offersCalls() && aOffset == 0 && bOffset == 0) {
            step.library(LibraryCall.product(this, transposed, a, b, out));
        }
    }

    private boolean tiles(TaskChain chain) {
        var variants = KernelVariants.of(chain);
        return !variants.libraries() && variants.forTiles(rows, inner, columns);
    }

    /** Ends the step with the product of {@code a [rows, inner]} and {@code b [inner, columns]}. */
    void plain(TaskChain chain, Step step, Tensor a, Tensor b, Tensor out) {
        if (tiles(chain)) {
            int tiles = KernelVariants.tiles(groups, rows, columns);
            step.inGroups(tiles, MatrixProductGroups.ITEMS)
                    .launch(
                            MatrixProductGroups::plain,
                            new KernelContext(),
                            a,
                            b,
                            out(out),
                            rows,
                            inner,
                            columns,
                            alpha,
                            aOffset,
                            aStride,
                            bOffset,
                            bStride);
        } else {
            offer(chain, step, false, a, b, out);
            step.launch(
                    MatrixProduct::plain,
                    a,
                    b,
                    out(out),
                    groups,
                    rows,
                    inner,
                    columns,
                    alpha,
                    aOffset,
                    aStride,
                    bOffset,
                    bStride);
        }
    }

    /** The same with {@code a [inner, rows]}. */
    void transposed(TaskChain chain, Step step, Tensor a, Tensor b, Tensor out) {
        if (tiles(chain)) {
            int tiles = KernelVariants.tiles(groups, rows, columns);
            step.inGroups(tiles, MatrixProductGroups.ITEMS)
                    .launch(
                            MatrixProductGroups::transposed,
                            new KernelContext(),
                            a,
                            b,
                            out(out),
                            rows,
                            inner,
                            columns,
                            alpha,
                            aOffset,
                            aStride,
                            bOffset,
                            bStride);
        } else {
            offer(chain, step, true, a, b, out);
            step.launch(
                    MatrixProduct::transposed,
                    a,
                    b,
                    out(out),
                    groups,
                    rows,
                    inner,
                    columns,
                    alpha,
                    aOffset,
                    aStride,
                    bOffset,
                    bStride);
        }
    }
}
