package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Maximum over square windows, with a factor and a term for each channel and an activation on the way. */
public final class MaxPooling {
    private MaxPooling() {}

    /**
     * Windows without padding; rows and columns that fill no window are left out: {@code out[n][y][z] = max over u, v of
     * x[n][y * stride + u][z * stride + v]}.
     *
     * @param x {@code [planes, height, width]}
     * @param out {@code [planes, outHeight, outWidth]}
     * @param planes number of channels of all images
     * @param height rows of x
     * @param width columns of x
     * @param outHeight {@code (height - size) / stride + 1}
     * @param outWidth {@code (width - size) / stride + 1}
     * @param size side of a window
     * @param stride distance of windows
     */
    public static void inside(
            FloatArray x,
            FloatArray out,
            int planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int size,
            int stride) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < outHeight; y++) {
                for (@Parallel int z = 0; z < outWidth; z++) {
                    int corner = (n * height + y * stride) * width + z * stride;
                    float max = x.get(corner);
                    for (int u = 0; u < size; u++) {
                        for (int v = 0; v < size; v++) {
                            max = TornadoMath.max(max, x.get(corner + u * width + v));
                        }
                    }
                    out.set((n * outHeight + y) * outWidth + z, max);
                }
            }
        }
    }

    /**
     * Windows with padding less than half their size, so that each has its middle in the map: {@code out[n][y][z] = max over u, v of
     * x[n][y * stride - padding + u][z * stride - padding + v]}, what lies outside left out.
     *
     * @param x {@code [planes, height, width]}
     * @param out {@code [planes, outHeight, outWidth]}
     * @param planes number of channels of all images
     * @param height rows of x
     * @param width columns of x
     * @param outHeight {@code (height + 2 * padding - size) / stride + 1}
     * @param outWidth {@code (width + 2 * padding - size) / stride + 1}
     * @param size side of a window
     * @param stride distance of windows
     * @param padding rows and columns beyond each side, less than half the size
     */
    public static void centred(
            FloatArray x,
            FloatArray out,
            int planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int size,
            int stride,
            int padding) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < outHeight; y++) {
                for (@Parallel int z = 0; z < outWidth; z++) {
                    float max = x.get((n * height + y * stride) * width + z * stride);
                    for (int u = 0; u < size; u++) {
                        int row = y * stride - padding + u;
                        if (Bounds.contain(row, height)) {
                            for (int v = 0; v < size; v++) {
                                int column = z * stride - padding + v;
                                if (Bounds.contain(column, width)) {
                                    max = TornadoMath.max(max, x.get((n * height + row) * width + column));
                                }
                            }
                        }
                    }
                    out.set((n * outHeight + y) * outWidth + z, max);
                }
            }
        }
    }

    /**
     * Windows with padding; what lies outside the map is left out: {@code out[n][y][z] = max over u, v of x[n][y * stride - padding +
     * u][z * stride - padding + v]}.
     *
     * @param x {@code [planes, height, width]}
     * @param out {@code [planes, outHeight, outWidth]}
     * @param planes number of channels of all images
     * @param height rows of x
     * @param width columns of x
     * @param outHeight {@code (height + 2 * padding - size) / stride + 1}
     * @param outWidth {@code (width + 2 * padding - size) / stride + 1}
     * @param size side of a window
     * @param stride distance of windows
     * @param padding rows and columns beyond each side, at most half the size
     */
    public static void padded(
            FloatArray x,
            FloatArray out,
            int planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int size,
            int stride,
            int padding) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < outHeight; y++) {
                for (@Parallel int z = 0; z < outWidth; z++) {
                    int top = TornadoMath.max(y * stride - padding, 0);
                    int left = TornadoMath.max(z * stride - padding, 0);
                    int bottom = TornadoMath.min(y * stride - padding + size, height);
                    int right = TornadoMath.min(z * stride - padding + size, width);
                    float max = x.get((n * height + top) * width + left);
                    for (int u = top; u < bottom; u++) {
                        for (int v = left; v < right; v++) {
                            max = TornadoMath.max(max, x.get((n * height + u) * width + v));
                        }
                    }
                    out.set((n * outHeight + y) * outWidth + z, max);
                }
            }
        }
    }

    /**
     * A window around each pixel, what lies outside the map left out (padding with minus infinity, stride 1): {@code out[n][y][z]
     * = activation(max over the window of x * scale[c] + shift[c])}. For an activation that never falls this is the maximum of
     * the activated values.
     *
     * @param x {@code [planes, height, width]}
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [planes, height, width]}
     * @param planes number of channels of all images
     * @param channels channels of an image
     * @param height rows
     * @param width columns
     * @param reach the window has side {@code 2 * reach + 1}
     * @param activation a constant of {@link Activations} that never falls
     */
    public static void around(
            FloatArray x,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int planes,
            int channels,
            int height,
            int width,
            int reach,
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    float factor = scale.get(n % channels);
                    float term = shift.get(n % channels);
                    int center = (n * height + y) * width + z;
                    float max = x.get(center) * factor + term;
                    for (int u = 0; u < 2 * reach + 1; u++) {
                        for (int v = 0; v < 2 * reach + 1; v++) {
                            int row = y + u - reach;
                            int column = z + v - reach;
                            if (Bounds.contain(row, height) && Bounds.contain(column, width)) {
                                max = TornadoMath.max(max, x.get((n * height + row) * width + column) * factor + term);
                            }
                        }
                    }
                    out.set(center, Activations.apply(activation, max));
                }
            }
        }
    }

    /**
     * The gradient of a map under {@link #padded}: each pixel gathers from the windows whose first largest element it is.
     *
     * @param x {@code [planes, height, width]}
     * @param g the result's gradient, {@code [planes, outHeight, outWidth]}
     * @param out {@code [planes, height, width]}
     * @param planes number of channels of all images
     * @param height rows of x
     * @param width columns of x
     * @param outHeight rows of the result
     * @param outWidth columns of the result
     * @param size side of a window
     * @param stride distance of windows
     * @param padding rows and columns beyond each side
     */
    public static void inputGradient(
            FloatArray x,
            FloatArray g,
            FloatArray out,
            int planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int size,
            int stride,
            int padding) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int p = 0; p < height * width; p++) {
                int row = p / width;
                int column = p % width;
                float sum = 0f;
                for (int w = 0; w < outHeight * outWidth; w++) {
                    int top = TornadoMath.max(w / outWidth * stride - padding, 0);
                    int left = TornadoMath.max(w % outWidth * stride - padding, 0);
                    int bottom = TornadoMath.min(w / outWidth * stride - padding + size, height);
                    int right = TornadoMath.min(w % outWidth * stride - padding + size, width);
                    if (row >= top && row < bottom && column >= left && column < right) {
                        float mine = x.get(n * height * width + p);
                        float lost = 0f;
                        for (int u = top; u < bottom; u++) {
                            for (int v = left; v < right; v++) {
                                float other = x.get((n * height + u) * width + v);
                                boolean before = u < row || u == row && v < column;
                                lost += other > mine || before && other == mine ? 1f : 0f;
                            }
                        }
                        sum += lost == 0f ? g.get(n * outHeight * outWidth + w) : 0f;
                    }
                }
                out.set(n * height * width + p, sum);
            }
        }
    }
}
