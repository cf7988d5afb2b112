package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gradients of a convolution's map and weight: sums in a fixed order, so the same bits in every run.
 *
 * <p>Sizes, of {@link #input}: batch, input channels, height and width of the map, output channels, height and width of the result, height and width of the
 * kernel, stride, rows and columns of padding, dilation, groups.
 */
public final class ConvolutionGradient {
    private ConvolutionGradient() {}

    /**
     * The map's gradient: each element gathers from the results that it went into.
     *
     * @param g the result's gradient, {@code [batch, outputs, outHeight, outWidth]}
     * @param w the weight, {@code [outputs, inputs / groups, kernel height, kernel width]}
     * @param out {@code [batch, inputs, height, width]}
     * @param sizes as above
     * @param planes batch times input channels
     * @param pixels pixels of the map
     */
    public static void input(FloatArray g, FloatArray w, FloatArray out, IntArray sizes, int planes, int pixels) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                int perGroup = sizes.get(1) / sizes.get(13);
                int outputs = sizes.get(4) / sizes.get(13);
                int image = n / sizes.get(1);
                int channel = n % sizes.get(1);
                int group = channel / perGroup;
                int kernel = sizes.get(7) * sizes.get(8);
                float sum = 0f;
                for (int o = 0; o < outputs; o++) {
                    for (int t = 0; t < kernel; t++) {
                        int row = p / sizes.get(3) + sizes.get(10) - t / sizes.get(8) * sizes.get(12);
                        int column = p % sizes.get(3) + sizes.get(11) - t % sizes.get(8) * sizes.get(12);
                        int y = row / sizes.get(9);
                        int z = column / sizes.get(9);
                        boolean met = row >= 0
                                && column >= 0
                                && y * sizes.get(9) == row
                                && z * sizes.get(9) == column
                                && y < sizes.get(5)
                                && z < sizes.get(6);
                        if (met) {
                            int output = group * outputs + o;
                            int at = ((image * sizes.get(4) + output) * sizes.get(5) + y) * sizes.get(6) + z;
                            sum += g.get(at) * w.get((output * perGroup + channel % perGroup) * kernel + t);
                        }
                    }
                }
                out.set(n * pixels + p, sum);
            }
        }
    }

    /**
     * A weight as that of a convolution which makes the map's gradient, or some pixels of it: some taps in another order, inputs and
     * outputs of each group exchanged.
     *
     * @param w {@code [groups, outputs, inputs, size]}
     * @param sources {@code [taps]}, the tap that each one is
     * @param out {@code [groups, inputs, outputs, taps]}
     * @param groups groups of channels
     * @param outputs of a group
     * @param inputs of a group
     * @param size taps of {@code w}
     * @param taps of {@code out}
     */
    public static void turn(
            FloatArray w, IntArray sources, FloatArray out, int groups, int outputs, int inputs, int size, int taps) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int i = 0; i < inputs; i++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    for (int t = 0; t < taps; t++) {
                        float value = w.get(((g * outputs + o) * inputs + i) * size + sources.get(t));
                        out.set(((g * inputs + i) * outputs + o) * taps + t, value);
                    }
                }
            }
        }
    }

    /**
     * Planes put together of those of each remainder of row and column: {@code out[n][y][z] = parts[n / channels][rows[y] + columns[z] + n %
     * channels * plane]}.
     *
     * @param parts {@code [planes / channels, imageSize]}
     * @param rows {@code [height]}, where a row is
     * @param columns {@code [width]}, where a column is, from there
     * @param out {@code [planes, height, width]}
     * @param planes channels of all images
     * @param channels channels of an image
     * @param imageSize elements of an image in {@code parts}
     * @param plane elements of a channel in each part
     * @param height rows of {@code out}
     * @param width columns of {@code out}
     */
    public static void interleave(
            FloatArray parts,
            IntArray rows,
            IntArray columns,
            FloatArray out,
            int planes,
            int channels,
            int imageSize,
            int plane,
            int height,
            int width) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int from = n / channels * imageSize + n % channels * plane + rows.get(y);
                    out.set((n * height + y) * width + z, parts.get(from + columns.get(z)));
                }
            }
        }
    }

    /**
     * Planes with zeros between their elements: {@code out[n][y * stride][z * stride] = g[n][y][z]}.
     *
     * @param g {@code [planes, height, width]}
     * @param out {@code [planes, outHeight, outWidth]}
     * @param planes number of planes
     * @param height rows of {@code g}
     * @param width columns of {@code g}
     * @param outHeight rows of {@code out}, at most {@code height * stride}
     * @param outWidth columns of {@code out}, at most {@code width * stride}
     * @param stride distance of elements
     * @param reciprocal of the stride, in units of 2^-16 and rounded up: a division is nothing for lanes, and for extents of less than 2^16 /
     *     stride this gives the same
     */
    public static void spread(
            FloatArray g,
            FloatArray out,
            int planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int stride,
            int reciprocal) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int v = 0; v < outHeight; v++) {
                for (@Parallel int u = 0; u < outWidth; u++) {
                    int y = v * reciprocal >> 16;
                    int z = u * reciprocal >> 16;
                    float value = 0f;
                    // One condition: with a single row or column half of two would be a constant, which TornadoVM 5.2
                    // does not compile.
                    int between = v - y * stride + u - z * stride;
                    if (between == 0) {
                        value = g.get((n * height + y) * width + z);
                    }
                    out.set((n * outHeight + v) * outWidth + u, value);
                }
            }
        }
    }

    /**
     * A map with its channels last: {@code out[b][q][c] = x[b][c][sources[q]]}, 0 where the source is below 0.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param sources {@code [positions]}
     * @param out {@code [batch, positions, channels]}
     * @param batch images
     * @param positions of the result
     * @param channels channels
     * @param pixels of the map
     */
    public static void channelsLast(
            FloatArray x, IntArray sources, FloatArray out, int batch, int positions, int channels, int pixels) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int q = 0; q < positions; q++) {
                for (@Parallel int c = 0; c < channels; c++) {
                    int from = sources.get(q);
                    float value = 0f;
                    if (from >= 0) {
                        value = x.get((b * channels + c) * pixels + from);
                    }
                    out.set((b * positions + q) * channels + c, value);
                }
            }
        }
    }

    /**
     * The same as {@link #channelsLast}, eight channels at once: their planes may lie a multiple of what a cache maps to the same place
     * apart.
     *
     * @param x {@code [batch, eighths, 8, pixels]}
     * @param sources {@code [positions]}
     * @param out {@code [batch, positions, eighths, 8]}
     * @param batch images
     * @param eighths an eighth of the channels
     * @param positions of the result
     * @param pixels of the map
     */
    public static void channelsLastByEight(
            FloatArray x, IntArray sources, FloatArray out, int batch, int eighths, int positions, int pixels) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int k = 0; k < eighths; k++) {
                for (@Parallel int q = 0; q < positions; q++) {
                    int from = sources.get(q);
                    int at = (b * eighths + k) * 8 * pixels + from;
                    float value0 = 0f;
                    float value1 = 0f;
                    float value2 = 0f;
                    float value3 = 0f;
                    float value4 = 0f;
                    float value5 = 0f;
                    float value6 = 0f;
                    float value7 = 0f;
                    if (from >= 0) {
                        value0 = x.get(at);
                        value1 = x.get(at + pixels);
                        value2 = x.get(at + 2 * pixels);
                        value3 = x.get(at + 3 * pixels);
                        value4 = x.get(at + 4 * pixels);
                        value5 = x.get(at + 5 * pixels);
                        value6 = x.get(at + 6 * pixels);
                        value7 = x.get(at + 7 * pixels);
                    }
                    int to = ((b * positions + q) * eighths + k) * 8;
                    out.set(to, value0);
                    out.set(to + 1, value1);
                    out.set(to + 2, value2);
                    out.set(to + 3, value3);
                    out.set(to + 4, value4);
                    out.set(to + 5, value5);
                    out.set(to + 6, value6);
                    out.set(to + 7, value7);
                }
            }
        }
    }

    /**
     * Part of a weight's gradient, from some images each: row r of a group, an input and a tap, is the sum of what it reads times the
     * result's gradient.
     *
     * @param x padded planes, an image every {@code imageSize} elements
     * @param g {@code [images, groups, pixels, outputs]}, the result's gradient, 0 where a row of {@code x} has none
     * @param offsets {@code [rows]}, where a row reads for pixel 0
     * @param out {@code [parts / groups, groups, rows, outputs]}
     * @param parts groups of all parts of the batch
     * @param groups groups of channels
     * @param rows inputs of a group times taps
     * @param outputs of a group
     * @param images of a part of the batch
     * @param imageSize elements of an image in {@code x}
     * @param groupSize elements of a group's planes
     * @param pixels of an image in {@code g}
     */
    public static void weight(
            FloatArray x,
            FloatArray g,
            IntArray offsets,
            FloatArray out,
            int parts,
            int groups,
            int rows,
            int outputs,
            int images,
            int imageSize,
            int groupSize,
            int pixels) {
        for (@Parallel int n = 0; n < parts; n++) {
            for (@Parallel int r = 0; r < rows; r++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    int first = n / groups * images;
                    int group = n % groups;
                    float sum = 0f;
                    for (int b = 0; b < images; b++) {
                        int from = (first + b) * imageSize + group * groupSize + offsets.get(r);
                        int at = ((first + b) * groups + group) * pixels * outputs + o;
                        for (int q = 0; q < pixels; q++) {
                            sum += x.get(from + q) * g.get(at + q * outputs);
                        }
                    }
                    out.set((n * rows + r) * outputs + o, sum);
                }
            }
        }
    }

    /**
     * Planes laid out like the padded map: {@code out[n][q] = x[n][sources[q]]}, 0 where the source is below 0.
     *
     * @param x {@code [planes, pixels]}
     * @param sources {@code [positions]}
     * @param out {@code [planes, positions]}
     * @param planes number of planes
     * @param positions of the result
     * @param pixels of the map
     */
    public static void laidOut(FloatArray x, IntArray sources, FloatArray out, int planes, int positions, int pixels) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int q = 0; q < positions; q++) {
                int from = sources.get(q);
                float value = 0f;
                if (from >= 0) {
                    value = x.get(n * pixels + from);
                }
                out.set(n * positions + q, value);
            }
        }
    }

    /**
     * The same as {@link #weight} of groups with few outputs: the pixels of a plane lie together, and are what is summed at once.
     *
     * @param x padded planes, an image every {@code imageSize} elements
     * @param g {@code [images, channels, pixels]}, the result's gradient laid out like {@code x}
     * @param offsets {@code [rows]}, where a row reads for pixel 0
     * @param firsts {@code [rows]}, the first channel of a row's group
     * @param out {@code [chunks, rows, outputs]}
     * @param chunks parts
     * @param rows groups times inputs of a group times taps
     * @param outputs of a group
     * @param images of a chunk
     * @param imageSize elements of an image in {@code x}
     * @param pixels of a plane in {@code g}
     * @param channels of {@code g}
     */
    public static void narrowWeight(
            FloatArray x,
            FloatArray g,
            IntArray offsets,
            IntArray firsts,
            FloatArray out,
            int chunks,
            int rows,
            int outputs,
            int images,
            int imageSize,
            int pixels,
            int channels) {
        for (@Parallel int s = 0; s < chunks; s++) {
            for (@Parallel int r = 0; r < rows; r++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    float sum = 0f;
                    for (int b = 0; b < images; b++) {
                        int from = (s * images + b) * imageSize + offsets.get(r);
                        int at = ((s * images + b) * channels + firsts.get(r) + o) * pixels;
                        for (int q = 0; q < pixels; q++) {
                            sum += x.get(from + q) * g.get(at + q);
                        }
                    }
                    out.set((s * rows + r) * outputs + o, sum);
                }
            }
        }
    }

    /**
     * The same as {@link #narrowWeight} with four outputs at once, which read the map together.
     *
     * @param x padded planes, an image every {@code imageSize} elements
     * @param g {@code [images, channels, pixels]}, the result's gradient laid out like {@code x}
     * @param offsets {@code [rows]}, where a row reads for pixel 0
     * @param firsts {@code [rows]}, the first channel of a row's group
     * @param out {@code [chunks, rows, quarters, 4]}
     * @param chunks parts
     * @param rows groups times inputs of a group times taps
     * @param quarters a quarter of the outputs of a group
     * @param images of a chunk
     * @param imageSize elements of an image in {@code x}
     * @param pixels of a plane in {@code g}
     * @param channels of {@code g}
     */
    public static void narrowWeightByFour(
            FloatArray x,
            FloatArray g,
            IntArray offsets,
            IntArray firsts,
            FloatArray out,
            int chunks,
            int rows,
            int quarters,
            int images,
            int imageSize,
            int pixels,
            int channels) {
        for (@Parallel int s = 0; s < chunks; s++) {
            for (@Parallel int r = 0; r < rows; r++) {
                for (@Parallel int o = 0; o < quarters; o++) {
                    float sum0 = 0f;
                    float sum1 = 0f;
                    float sum2 = 0f;
                    float sum3 = 0f;
                    for (int b = 0; b < images; b++) {
                        int from = (s * images + b) * imageSize + offsets.get(r);
                        int at = ((s * images + b) * channels + firsts.get(r) + o * 4) * pixels;
                        for (int q = 0; q < pixels; q++) {
                            float value = x.get(from + q);
                            sum0 += value * g.get(at + q);
                            sum1 += value * g.get(at + pixels + q);
                            sum2 += value * g.get(at + 2 * pixels + q);
                            sum3 += value * g.get(at + 3 * pixels + q);
                        }
                    }
                    int to = ((s * rows + r) * quarters + o) * 4;
                    out.set(to, sum0);
                    out.set(to + 1, sum1);
                    out.set(to + 2, sum2);
                    out.set(to + 3, sum3);
                }
            }
        }
    }

    /**
     * The sum of the parts, outputs first.
     *
     * @param parts {@code [chunks, groups, rows, outputs]}
     * @param out {@code [groups, outputs, rows]}
     * @param chunks parts
     * @param groups groups of channels
     * @param rows inputs of a group times taps
     * @param outputs of a group
     */
    public static void sum(FloatArray parts, FloatArray out, int chunks, int groups, int rows, int outputs) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int r = 0; r < rows; r++) {
                    float sum = 0f;
                    for (int s = 0; s < chunks; s++) {
                        sum += parts.get(((s * groups + g) * rows + r) * outputs + o);
                    }
                    out.set((g * outputs + o) * rows + r, sum);
                }
            }
        }
    }
}
