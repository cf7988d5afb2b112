package tornado.attention.modules.float64;

/** Pooling over space. Inputs are [B, C, H, W] (or [B, C, ...] where a whole plane is reduced). */
final class Pooling64 {
    private Pooling64() {}

    /** The mean of every plane: [B, C]. */
    static Array64 globalAverage(Array64 x) {
        int inner = x.inner(2);
        var means = Array64.zeros(x.dim(0), x.dim(1));
        for (var plane = 0; plane < means.size(); plane++) {
            double sum = 0;
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                sum += x.values()[i];
            }
            means.values()[plane] = sum / inner;
        }
        return means;
    }

    /**
     * The sum of all pixels, each weighted: g_c = sum_n a_n x_cn.
     *
     * @param weights [B, N] in the order of the pixels
     * @return [B, C]
     */
    static Array64 weightedSum(Array64 x, Array64 weights) {
        int channels = x.dim(1);
        int pixels = weights.dim(1);
        var sums = Array64.zeros(x.dim(0), channels);
        for (var plane = 0; plane < sums.size(); plane++) {
            double sum = 0;
            for (var n = 0; n < pixels; n++) {
                sum += weights.values()[plane / channels * pixels + n] * x.values()[plane * pixels + n];
            }
            sums.values()[plane] = sum;
        }
        return sums;
    }

    /**
     * The largest element of every window; padding never wins (it counts as minus infinity), incomplete windows at the
     * lower and right edge are left out.
     */
    static Array64 max(Array64 x, int kernel, int stride, int padding) {
        int outHeight = (x.dim(2) + 2 * padding - kernel) / stride + 1;
        int outWidth = (x.dim(3) + 2 * padding - kernel) / stride + 1;
        var y = Array64.zeros(x.dim(0), x.dim(1), outHeight, outWidth);
        Loops64.forEach(x.dim(0) * x.dim(1), (long) y.size() * kernel * kernel, plane -> {
            for (var oy = 0; oy < outHeight; oy++) {
                for (var ox = 0; ox < outWidth; ox++) {
                    int top = oy * stride - padding;
                    int left = ox * stride - padding;
                    y.values()[(plane * outHeight + oy) * outWidth + ox] =
                            largest(x, plane, top, top + kernel, left, left + kernel);
                }
            }
        });
        return y;
    }

    private static double largest(Array64 x, int plane, int top, int bottom, int left, int right) {
        double largest = Double.NEGATIVE_INFINITY;
        for (var iy = Math.max(0, top); iy < Math.min(x.dim(2), bottom); iy++) {
            for (var ix = Math.max(0, left); ix < Math.min(x.dim(3), right); ix++) {
                largest = Math.max(largest, x.values()[(plane * x.dim(2) + iy) * x.dim(3) + ix]);
            }
        }
        return largest;
    }

    /** Means over bins: bin i of h covers floor(i H / h) to ceil((i + 1) H / h); enlarging repeats pixels. */
    static Array64 adaptiveAverage(Array64 x, int height, int width) {
        var y = Array64.zeros(x.dim(0), x.dim(1), height, width);
        for (var plane = 0; plane < x.dim(0) * x.dim(1); plane++) {
            for (var oy = 0; oy < height; oy++) {
                for (var ox = 0; ox < width; ox++) {
                    int top = oy * x.dim(2) / height;
                    int bottom = Math.ceilDiv((oy + 1) * x.dim(2), height);
                    int left = ox * x.dim(3) / width;
                    int right = Math.ceilDiv((ox + 1) * x.dim(3), width);
                    double sum = 0;
                    for (var iy = top; iy < bottom; iy++) {
                        for (var ix = left; ix < right; ix++) {
                            sum += x.values()[(plane * x.dim(2) + iy) * x.dim(3) + ix];
                        }
                    }
                    y.values()[(plane * height + oy) * width + ox] = sum / ((bottom - top) * (right - left));
                }
            }
        }
        return y;
    }
}
