package tornado.attention.modules.float64;

import java.util.Arrays;

/** Two-dimensional convolution (cross-correlation, as in every deep-learning library). */
final class Convolution64 {

    /**
     * How the kernel moves over the image.
     *
     * @param stride step in both directions
     * @param padding zeros on all four sides
     * @param dilation distance of neighbouring taps
     * @param groups blocks of channels convolved by themselves
     */
    record Geometry(int stride, int padding, int dilation, int groups) {
        /** Step 1, no padding, no dilation, one group. */
        static final Geometry PLAIN = new Geometry(1, 0, 1, 1);

        /** Keeps the size of the image for an odd kernel. */
        static Geometry same(int kernel) {
            return new Geometry(1, kernel / 2, 1, 1);
        }

        Geometry grouped(int newGroups) {
            return new Geometry(stride, padding, dilation, newGroups);
        }

        Geometry strided(int newStride) {
            return new Geometry(newStride, padding, dilation, groups);
        }
    }

    private Convolution64() {}

    /**
     * y[b,o] = bias[o] + sum over the channels c of o's group and the taps of w[o,c] x[b,c].
     *
     * @param x input [B, C, H, W]
     * @param weight [O, C/groups, kh, kw]
     * @param bias [O], or null for none
     * @return [B, O, H', W'], H' = (H + 2 padding - dilation (kh - 1) - 1) / stride + 1
     */
    static Array64 conv2d(Array64 x, Array64 weight, Array64 bias, Geometry geometry) {
        check(x, weight, geometry);
        var pointwise = weight.dim(2) == 1 && weight.dim(3) == 1 && geometry.stride == 1 && geometry.padding == 0;
        if (pointwise) { // one long row instead of H short ones: the same sums, a faster inner loop
            var flat = rows(x.reshape(x.dim(0), x.dim(1), 1, x.dim(2) * x.dim(3)), weight, bias, geometry);
            return flat.reshape(x.dim(0), weight.dim(0), x.dim(2), x.dim(3));
        }
        return rows(x, weight, bias, geometry);
    }

    private static void check(Array64 x, Array64 weight, Geometry geometry) {
        if (x.rank() != 4
                || weight.rank() != 4
                || x.dim(1) != weight.dim(1) * geometry.groups
                || weight.dim(0) % geometry.groups != 0) {
            throw new IllegalArgumentException("A convolution with weight " + Arrays.toString(weight.shape()) + " and "
                    + geometry.groups + " group(s) does not fit an input of shape " + Arrays.toString(x.shape())
                    + "; the input needs [B, groups * weight[1], H, W] and weight[0] a multiple of groups.");
        }
    }

    private static Array64 rows(Array64 x, Array64 weight, Array64 bias, Geometry geometry) {
        int height = x.dim(2);
        int width = x.dim(3);
        int outputs = weight.dim(0);
        int outHeight = outputSize(height, weight.dim(2), geometry);
        int outWidth = outputSize(width, weight.dim(3), geometry);
        var y = Array64.zeros(x.dim(0), outputs, outHeight, outWidth);
        var work = (long) y.size() * weight.size() / Math.max(1, outputs);
        Loops64.forEach(x.dim(0) * outputs, work, index -> {
            int o = index % outputs;
            int from = index * outHeight * outWidth;
            if (bias != null) {
                Arrays.fill(y.values(), from, from + outHeight * outWidth, bias.values()[o]);
            }
            int perGroup = weight.dim(1);
            int firstChannel = o / (outputs / geometry.groups) * perGroup;
            for (var c = 0; c < perGroup; c++) {
                int plane = ((index / outputs) * x.dim(1) + firstChannel + c) * height * width;
                addPlane(x, plane, weight, (o * perGroup + c) * weight.dim(2) * weight.dim(3), y, from, geometry);
            }
        });
        return y;
    }

    /** Adds one input plane, seen through its kernel, to one output plane. */
    private static void addPlane(
            Array64 x, int plane, Array64 weight, int tap, Array64 y, int from, Geometry geometry) {
        int outHeight = y.dim(2);
        for (var ky = 0; ky < weight.dim(2); ky++) {
            for (var kx = 0; kx < weight.dim(3); kx++) {
                double w = weight.values()[tap + ky * weight.dim(3) + kx];
                for (var oy = 0; oy < outHeight; oy++) {
                    int iy = oy * geometry.stride + ky * geometry.dilation - geometry.padding;
                    if (iy >= 0 && iy < x.dim(2)) {
                        int shift = kx * geometry.dilation - geometry.padding;
                        addRow(
                                x.values(),
                                plane + iy * x.dim(3),
                                x.dim(3),
                                shift,
                                w,
                                y.values(),
                                from + oy * y.dim(3),
                                y.dim(3),
                                geometry.stride);
                    }
                }
            }
        }
    }

    private static void addRow(
            double[] x, int row, int width, int shift, double w, double[] y, int to, int outWidth, int stride) {
        int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int last = Math.min(outWidth, shift >= width ? 0 : (width - 1 - shift) / stride + 1);
        if (stride == 1) { // unit stride by itself, so that the compiler finds vectors
            for (var ox = first; ox < last; ox++) {
                y[to + ox] += w * x[row + shift + ox];
            }
        } else {
            for (var ox = first; ox < last; ox++) {
                y[to + ox] += w * x[row + shift + ox * stride];
            }
        }
    }

    private static int outputSize(int size, int kernel, Geometry geometry) {
        int reach = geometry.dilation * (kernel - 1) + 1;
        int padded = size + 2 * geometry.padding;
        if (padded < reach) {
            throw new IllegalArgumentException("A kernel that reaches over " + reach
                    + " elements does not fit a padded side of " + padded + "; use a larger image or more padding.");
        }
        return (padded - reach) / geometry.stride + 1;
    }
}
