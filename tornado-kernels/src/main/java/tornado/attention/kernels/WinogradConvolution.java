package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What lies before and behind the products of a convolution with fewer of them (Winograd 1980; Lavin and Gray, arXiv 1509.09308):
 * the rows of a tile as values of a polynomial at a few points, and the values of the product's polynomial as output rows.
 *
 * <p>Only the kernel's rows are treated so; its columns stay taps, so that everything moves along whole rows. For r kernel rows a
 * tile of m output rows needs m + r - 1 rows of products in place of m * r:
 *
 * <table>
 * <caption>what there is</caption>
 * <tr><th>kernel rows</th><th>output rows of a tile</th><th>points</th><th>products, of the direct sum's</th></tr>
 * <tr><td>3</td><td>4</td><td>6</td><td>1/2</td></tr>
 * <tr><td>5</td><td>4</td><td>8</td><td>2/5</td></tr>
 * <tr><td>7</td><td>2</td><td>8</td><td>4/7</td></tr>
 * </table>
 *
 * <p>Six points are 0, 1, -1, 2, -1/2 and infinity, eight are 0, 1, -1, 2, -2, 1/2, -1/2 and infinity; with these the error is at
 * most twice that of the direct sum in FP32 (Barabasz et al., arXiv 1803.10986, tell how points differ).
 */
public final class WinogradConvolution {
    private WinogradConvolution() {}

    /**
     * The rows of each tile at six points; outside the map there are zeros.
     *
     * @param x {@code [planes, height, columns]}
     * @param out {@code [planes / inputs, 6, inputs, tiles, width]}
     * @param planes channels of all images
     * @param inputs channels that a convolution adds up
     * @param tile output rows of a tile, which begins so many rows behind the one before
     * @param tiles tiles of a plane
     * @param height rows of a plane
     * @param columns columns of a plane
     * @param top rows of zeros above the plane in the first tile, below 0 if that begins behind the plane's first row
     * @param left columns of zeros left of the plane, below 0 if tiles begin behind its first column
     * @param width columns of a tile
     */
    public static void inputOfF43(
            FloatArray x,
            FloatArray out,
            int planes,
            int inputs,
            int tile,
            int tiles,
            int height,
            int columns,
            int top,
            int left,
            int width) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int t = 0; t < tiles; t++) {
                for (@Parallel int q = 0; q < width; q++) {
                    int y = t * tile - top;
                    int z = q - left;
                    int at = (n * height + y) * columns + z;
                    float x0 = 0f;
                    float x1 = 0f;
                    float x2 = 0f;
                    float x3 = 0f;
                    float x4 = 0f;
                    float x5 = 0f;
                    if (Bounds.contain(z, columns)) {
                        if (Bounds.contain(y, height)) {
                            x0 = x.get(at);
                        }
                        if (Bounds.contain(y + 1, height)) {
                            x1 = x.get(at + columns);
                        }
                        if (Bounds.contain(y + 2, height)) {
                            x2 = x.get(at + 2 * columns);
                        }
                        if (Bounds.contain(y + 3, height)) {
                            x3 = x.get(at + 3 * columns);
                        }
                        if (Bounds.contain(y + 4, height)) {
                            x4 = x.get(at + 4 * columns);
                        }
                        if (Bounds.contain(y + 5, height)) {
                            x5 = x.get(at + 5 * columns);
                        }
                    }
                    int image = n / inputs;
                    int plane = tiles * width;
                    int point = inputs * plane;
                    int to = (image * 6 * inputs + n - image * inputs) * plane + t * width + q;
                    out.set(to, x0 + 1.5f * (x1 - x3) - 2f * x2 + x4);
                    out.set(to + point, x4 - 0.5f * x3 - 2.5f * x2 - x1);
                    out.set(to + 2 * point, x4 - 2.5f * x3 + 0.5f * x2 + x1);
                    out.set(to + 3 * point, x4 + 0.5f * (x3 - x1) - x2);
                    out.set(to + 4 * point, x4 - 2f * (x3 - x1) - x2);
                    out.set(to + 5 * point, x5 - 1.5f * (x4 - x2) - 2f * x3 + x1);
                }
            }
        }
    }

    /**
     * The rows of each tile at eight points; outside the map there are zeros.
     *
     * @param x {@code [planes, height, columns]}
     * @param out {@code [planes / inputs, 8, inputs, tiles, width]}
     * @param planes channels of all images
     * @param inputs channels that a convolution adds up
     * @param tile output rows of a tile, which begins so many rows behind the one before
     * @param tiles tiles of a plane
     * @param height rows of a plane
     * @param columns columns of a plane
     * @param top rows of zeros above the plane in the first tile, below 0 if that begins behind the plane's first row
     * @param left columns of zeros left of the plane, below 0 if tiles begin behind its first column
     * @param width columns of a tile
     */
    public static void inputOfF45AndF27(
            FloatArray x,
            FloatArray out,
            int planes,
            int inputs,
            int tile,
            int tiles,
            int height,
            int columns,
            int top,
            int left,
            int width) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int t = 0; t < tiles; t++) {
                for (@Parallel int q = 0; q < width; q++) {
                    int y = t * tile - top;
                    int z = q - left;
                    int at = (n * height + y) * columns + z;
                    float x0 = 0f;
                    float x1 = 0f;
                    float x2 = 0f;
                    float x3 = 0f;
                    float x4 = 0f;
                    float x5 = 0f;
                    float x6 = 0f;
                    float x7 = 0f;
                    if (Bounds.contain(z, columns)) {
                        if (Bounds.contain(y, height)) {
                            x0 = x.get(at);
                        }
                        if (Bounds.contain(y + 1, height)) {
                            x1 = x.get(at + columns);
                        }
                        if (Bounds.contain(y + 2, height)) {
                            x2 = x.get(at + 2 * columns);
                        }
                        if (Bounds.contain(y + 3, height)) {
                            x3 = x.get(at + 3 * columns);
                        }
                        if (Bounds.contain(y + 4, height)) {
                            x4 = x.get(at + 4 * columns);
                        }
                        if (Bounds.contain(y + 5, height)) {
                            x5 = x.get(at + 5 * columns);
                        }
                        if (Bounds.contain(y + 6, height)) {
                            x6 = x.get(at + 6 * columns);
                        }
                        if (Bounds.contain(y + 7, height)) {
                            x7 = x.get(at + 7 * columns);
                        }
                    }
                    int image = n / inputs;
                    int plane = tiles * width;
                    int point = inputs * plane;
                    int to = (image * 8 * inputs + n - image * inputs) * plane + t * width + q;
                    // Even and odd powers at 1, 2 and 1/2 serve their negatives as well.
                    float even1 = x2 - 4.25f * x4 + x6;
                    float odd1 = x1 - 4.25f * x3 + x5;
                    float even2 = 0.25f * x2 - 1.25f * x4 + x6;
                    float odd2 = 0.5f * x1 - 2.5f * x3 + 2f * x5;
                    float evenHalf = 4f * x2 - 5f * x4 + x6;
                    float oddHalf = 2f * x1 - 2.5f * x3 + 0.5f * x5;
                    out.set(to, x6 - x0 + 5.25f * (x2 - x4));
                    out.set(to + point, even1 + odd1);
                    out.set(to + 2 * point, even1 - odd1);
                    out.set(to + 3 * point, even2 + odd2);
                    out.set(to + 4 * point, even2 - odd2);
                    out.set(to + 5 * point, evenHalf + oddHalf);
                    out.set(to + 6 * point, evenHalf - oddHalf);
                    out.set(to + 7 * point, x7 - x1 + 5.25f * (x3 - x5));
                }
            }
        }
    }

    /**
     * Four output rows of each tile from the sums at six points: {@code activation(row * scale[c] + shift[c])}.
     *
     * @param sums {@code [planes / outputs, 6, outputs]}, planes of {@code (tiles - 1) * row + width} elements
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [images, imagePlanes]}, planes of {@code (height - 1) * outRow + width} elements; other kernels may write
     *     some of them
     * @param planes output channels of all images
     * @param outputs output channels of a group
     * @param channels output channels of an image
     * @param tiles tiles of a plane
     * @param height output rows
     * @param width columns of an output row
     * @param row distance of tiles in a plane of sums
     * @param outRow distance of output rows
     * @param imagePlanes planes an image has in {@code out}
     * @param first the first of them written
     * @param activation a constant of {@link Activations}
     */
    public static void outputOfF43(
            FloatArray sums,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int planes,
            int outputs,
            int channels,
            int tiles,
            int height,
            int width,
            int row,
            int outRow,
            int imagePlanes,
            int first,
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int t = 0; t < tiles; t++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int group = n / outputs;
                    int plane = (tiles - 1) * row + width;
                    int point = outputs * plane;
                    int at = (group * 6 * outputs + n - group * outputs) * plane + t * row + z;
                    float s1 = sums.get(at + point);
                    float s2 = sums.get(at + 2 * point);
                    float s3 = sums.get(at + 3 * point);
                    float s4 = sums.get(at + 4 * point);
                    float sum = s1 + s2;
                    float difference = s1 - s2;
                    int image = n / channels;
                    int channel = n - image * channels;
                    float factor = scale.get(channel);
                    float term = shift.get(channel);
                    int y = 4 * t;
                    int to = (image * imagePlanes + first + channel) * ((height - 1) * outRow + width) + y * outRow + z;
                    float row0 = sums.get(at) + sum + s3 + s4;
                    out.set(to, Activations.apply(activation, row0 * factor + term));
                    if (y + 1 < height) {
                        float row1 = difference + 2f * s3 - 0.5f * s4;
                        out.set(to + outRow, Activations.apply(activation, row1 * factor + term));
                    }
                    if (y + 2 < height) {
                        float row2 = sum + 4f * s3 + 0.25f * s4;
                        out.set(to + 2 * outRow, Activations.apply(activation, row2 * factor + term));
                    }
                    if (y + 3 < height) {
                        float row3 = difference + 8f * s3 - 0.125f * s4 + sums.get(at + 5 * point);
                        out.set(to + 3 * outRow, Activations.apply(activation, row3 * factor + term));
                    }
                }
            }
        }
    }

    /**
     * Four output rows of each tile from the sums at eight points; parameters as for {@link #outputOfF43}.
     *
     * @param sums {@code [planes / outputs, 8, outputs]}, planes of {@code (tiles - 1) * row + width} elements
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [images, imagePlanes]}, planes of {@code (height - 1) * outRow + width} elements
     * @param planes output channels of all images
     * @param outputs output channels of a group
     * @param channels output channels of an image
     * @param tiles tiles of a plane
     * @param height output rows
     * @param width columns of an output row
     * @param row distance of tiles in a plane of sums
     * @param outRow distance of output rows
     * @param imagePlanes planes an image has in {@code out}
     * @param first the first of them written
     * @param activation a constant of {@link Activations}
     */
    public static void outputOfF45(
            FloatArray sums,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int planes,
            int outputs,
            int channels,
            int tiles,
            int height,
            int width,
            int row,
            int outRow,
            int imagePlanes,
            int first,
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int t = 0; t < tiles; t++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int group = n / outputs;
                    int plane = (tiles - 1) * row + width;
                    int point = outputs * plane;
                    int at = (group * 8 * outputs + n - group * outputs) * plane + t * row + z;
                    float s1 = sums.get(at + point);
                    float s2 = sums.get(at + 2 * point);
                    float s3 = sums.get(at + 3 * point);
                    float s4 = sums.get(at + 4 * point);
                    float s5 = sums.get(at + 5 * point);
                    float s6 = sums.get(at + 6 * point);
                    float sum1 = s1 + s2;
                    float difference1 = s1 - s2;
                    float sum2 = s3 + s4;
                    float difference2 = s3 - s4;
                    float sumHalf = s5 + s6;
                    float differenceHalf = s5 - s6;
                    int image = n / channels;
                    int channel = n - image * channels;
                    float factor = scale.get(channel);
                    float term = shift.get(channel);
                    int y = 4 * t;
                    int to = (image * imagePlanes + first + channel) * ((height - 1) * outRow + width) + y * outRow + z;
                    float row0 = sums.get(at) + sum1 + sum2 + sumHalf;
                    out.set(to, Activations.apply(activation, row0 * factor + term));
                    if (y + 1 < height) {
                        float row1 = difference1 + 2f * difference2 + 0.5f * differenceHalf;
                        out.set(to + outRow, Activations.apply(activation, row1 * factor + term));
                    }
                    if (y + 2 < height) {
                        float row2 = sum1 + 4f * sum2 + 0.25f * sumHalf;
                        out.set(to + 2 * outRow, Activations.apply(activation, row2 * factor + term));
                    }
                    if (y + 3 < height) {
                        float row3 =
                                difference1 + 8f * difference2 + 0.125f * differenceHalf + sums.get(at + 7 * point);
                        out.set(to + 3 * outRow, Activations.apply(activation, row3 * factor + term));
                    }
                }
            }
        }
    }

    /**
     * Two output rows of each tile from the sums at eight points; parameters as for {@link #outputOfF43}.
     *
     * @param sums {@code [planes / outputs, 8, outputs]}, planes of {@code (tiles - 1) * row + width} elements
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [images, imagePlanes]}, planes of {@code (height - 1) * outRow + width} elements
     * @param planes output channels of all images
     * @param outputs output channels of a group
     * @param channels output channels of an image
     * @param tiles tiles of a plane
     * @param height output rows
     * @param width columns of an output row
     * @param row distance of tiles in a plane of sums
     * @param outRow distance of output rows
     * @param imagePlanes planes an image has in {@code out}
     * @param first the first of them written
     * @param activation a constant of {@link Activations}
     */
    public static void outputOfF27(
            FloatArray sums,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int planes,
            int outputs,
            int channels,
            int tiles,
            int height,
            int width,
            int row,
            int outRow,
            int imagePlanes,
            int first,
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int t = 0; t < tiles; t++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int group = n / outputs;
                    int plane = (tiles - 1) * row + width;
                    int point = outputs * plane;
                    int at = (group * 8 * outputs + n - group * outputs) * plane + t * row + z;
                    float s1 = sums.get(at + point);
                    float s2 = sums.get(at + 2 * point);
                    float s3 = sums.get(at + 3 * point);
                    float s4 = sums.get(at + 4 * point);
                    float s5 = sums.get(at + 5 * point);
                    float s6 = sums.get(at + 6 * point);
                    int image = n / channels;
                    int channel = n - image * channels;
                    float factor = scale.get(channel);
                    float term = shift.get(channel);
                    int y = 2 * t;
                    int to = (image * imagePlanes + first + channel) * ((height - 1) * outRow + width) + y * outRow + z;
                    float row0 = sums.get(at) + (s1 + s2) + (s3 + s4) + (s5 + s6);
                    out.set(to, Activations.apply(activation, row0 * factor + term));
                    if (y + 1 < height) {
                        float row1 = s1 - s2 + 2f * (s3 - s4) + 0.5f * (s5 - s6) + sums.get(at + 7 * point);
                        out.set(to + outRow, Activations.apply(activation, row1 * factor + term));
                    }
                }
            }
        }
    }

    /**
     * Kernels at the points: {@code out[g][p][o][i][v] = sum_u factors[p][u] w[g][o][i][u][v]}.
     *
     * @param w {@code [groups, outputs, inputs, rows, columns]}
     * @param factors {@code [points, rows]}
     * @param out {@code [groups, points, outputs, inputs, columns]}
     * @param groups groups of channels
     * @param points number of points
     * @param outputs of a group
     * @param inputs of a group
     * @param rows of a kernel
     * @param columns of a kernel
     */
    public static void weight(
            FloatArray w,
            FloatArray factors,
            FloatArray out,
            int groups,
            int points,
            int outputs,
            int inputs,
            int rows,
            int columns) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int p = 0; p < points; p++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    for (int i = 0; i < inputs; i++) {
                        for (int v = 0; v < columns; v++) {
                            float sum = 0f;
                            for (int u = 0; u < rows; u++) {
                                int from = (((g * outputs + o) * inputs + i) * rows + u) * columns + v;
                                sum += factors.get(p * rows + u) * w.get(from);
                            }
                            out.set((((g * points + p) * outputs + o) * inputs + i) * columns + v, sum);
                        }
                    }
                }
            }
        }
    }

    /**
     * A result's gradient at six points, channels last: the sums of {@link #outputOfF43}, turned about. Eight channels at once.
     *
     * @param g {@code [images, eighths, 8, height, width]}
     * @param out {@code [images, 6, (tiles - 1) * row + width, eighths, 8]}, zeros between rows
     * @param parts images times eighths
     * @param eighths an eighth of the channels
     * @param tiles tiles of a plane
     * @param height rows of a plane
     * @param width columns of a plane
     * @param row distance of tiles
     */
    public static void gradientOfF43(
            FloatArray g, FloatArray out, int parts, int eighths, int tiles, int height, int width, int row) {
        for (@Parallel int n = 0; n < parts; n++) {
            for (@Parallel int t = 0; t < tiles; t++) {
                for (@Parallel int z = 0; z < row; z++) {
                    int y = 4 * t;
                    int pixel = t * row + z;
                    int pixels = (tiles - 1) * row + width;
                    int to = ((n / eighths * 6 * pixels + pixel) * eighths + n % eighths) * 8;
                    int point = pixels * eighths * 8;
                    if (pixel < pixels) {
                        for (int c = 0; c < 8; c++) {
                            int at = ((n * 8 + c) * height + y) * width + z;
                            float g0 = 0f;
                            float g1 = 0f;
                            float g2 = 0f;
                            float g3 = 0f;
                            if (z < width) {
                                g0 = g.get(at);
                                if (y + 1 < height) {
                                    g1 = g.get(at + width);
                                }
                                if (y + 2 < height) {
                                    g2 = g.get(at + 2 * width);
                                }
                                if (y + 3 < height) {
                                    g3 = g.get(at + 3 * width);
                                }
                            }
                            float even = g0 + g2;
                            float odd = g1 + g3;
                            out.set(to + c, g0);
                            out.set(to + point + c, even + odd);
                            out.set(to + 2 * point + c, even - odd);
                            out.set(to + 3 * point + c, g0 + 2f * g1 + 4f * g2 + 8f * g3);
                            out.set(to + 4 * point + c, g0 - 0.5f * g1 + 0.25f * g2 - 0.125f * g3);
                            out.set(to + 5 * point + c, g3);
                        }
                    }
                }
            }
        }
    }

    /**
     * A weight's gradient from that of the kernels at six points, in parts: {@link #weight} turned about.
     *
     * @param parts {@code [chunks, 6, inputs, columns, outputs]}
     * @param factors {@code [6, 3]}
     * @param out {@code [outputs, inputs, 3, columns]}
     * @param chunks parts
     * @param outputs of the convolution
     * @param inputs of the convolution
     * @param columns of a kernel
     */
    public static void weightGradientOfF43(
            FloatArray parts, FloatArray factors, FloatArray out, int chunks, int outputs, int inputs, int columns) {
        for (@Parallel int i = 0; i < inputs; i++) {
            for (@Parallel int v = 0; v < columns; v++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    int rows = inputs * columns;
                    float row0 = 0f;
                    float row1 = 0f;
                    float row2 = 0f;
                    for (int p = 0; p < 6; p++) {
                        float sum = 0f;
                        for (int s = 0; s < chunks; s++) {
                            sum += parts.get(((s * 6 + p) * rows + i * columns + v) * outputs + o);
                        }
                        row0 += factors.get(p * 3) * sum;
                        row1 += factors.get(p * 3 + 1) * sum;
                        row2 += factors.get(p * 3 + 2) * sum;
                    }
                    int to = (o * inputs + i) * 3 * columns + v;
                    out.set(to, row0);
                    out.set(to + columns, row1);
                    out.set(to + 2 * columns, row2);
                }
            }
        }
    }
}
