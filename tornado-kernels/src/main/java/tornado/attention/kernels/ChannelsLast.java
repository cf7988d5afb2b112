package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Convolutions of maps whose channels lie side by side, {@code [batch, height, width, channels]}: lanes run over channels, so that rows of
 * any length, strides and borders cost nothing, and depthwise convolutions need no padded copy. A 1x1 convolution is a {@link Linear} layer of
 * pixels there.
 */
public final class ChannelsLast {
    private ChannelsLast() {}

    /**
     * 1x1 convolution with a residual: {@code out[b][p][o] = activation(bias[o] + sum over i of x[b][p][i] * weight[i][o] +
     * residual[b][p][o])}.
     *
     * @param x {@code [batch, pixels, inputs]}
     * @param weight {@code [inputs, outputs]}
     * @param bias {@code [outputs]}
     * @param residual {@code [batch, pixels, outputs]}
     * @param out {@code [batch, pixels, outputs]}
     * @param batch images
     * @param pixels pixels of an image
     * @param inputs input channels
     * @param outputs output channels
     * @param activation a constant of {@link Activations}
     */
    public static void pointwiseResidual(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray residual,
            FloatArray out,
            int batch,
            int pixels,
            int inputs,
            int outputs,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    float sum = bias.get(o);
                    for (int i = 0; i < inputs; i++) {
                        sum += x.get((b * pixels + p) * inputs + i) * weight.get(i * outputs + o);
                    }
                    int at = (b * pixels + p) * outputs + o;
                    out.set(at, Activations.apply(activation, sum + residual.get(at)));
                }
            }
        }
    }

    /**
     * Depthwise convolution with zeros around the map: {@code out[b][y][z][c] = activation(bias[c] + sum over t of weight[t][c] *
     * x[b][y * stride + rows[t]][z * stride + columns[t]][c])}.
     *
     * @param x {@code [batch, height, width, channels]}
     * @param weight {@code [taps, channels]}
     * @param bias {@code [channels]}
     * @param rows {@code [taps]}, the row a tap reads for output 0
     * @param columns {@code [taps]}, the column a tap reads for output 0
     * @param out {@code [batch, outHeight, outWidth, channels]}
     * @param lines {@code batch * outHeight}
     * @param channels channels of an image
     * @param height rows of x
     * @param width columns of x
     * @param taps kernel area
     * @param stride distance of outputs
     * @param outHeight rows of an output
     * @param outWidth columns of an output
     * @param activation a constant of {@link Activations}
     */
    public static void depthwise(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            IntArray rows,
            IntArray columns,
            FloatArray out,
            int lines,
            int channels,
            int height,
            int width,
            int taps,
            int stride,
            int outHeight,
            int outWidth,
            int activation) {
        for (@Parallel int line = 0; line < lines; line++) {
            for (@Parallel int z = 0; z < outWidth; z++) {
                for (@Parallel int c = 0; c < channels; c++) {
                    int first = line / outHeight * height;
                    int y = line % outHeight * stride;
                    float sum = bias.get(c);
                    for (int t = 0; t < taps; t++) {
                        int row = y + rows.get(t);
                        int column = z * stride + columns.get(t);
                        if (Bounds.contain(row, height)) {
                            if (Bounds.contain(column, width)) {
                                int at = ((first + row) * width + column) * channels + c;
                                sum += weight.get(t * channels + c) * x.get(at);
                            }
                        }
                    }
                    out.set((line * outWidth + z) * channels + c, Activations.apply(activation, sum));
                }
            }
        }
    }

    /**
     * The same as {@link #depthwise}, four pixels of a row at once: they share their weights, and their sums and activations do not wait
     * for each other: {@code out[b][y][z][c] = activation(bias[c] + sum over t of weight[t][c] *
     * x[b][y * stride + rows[t]][z * stride + columns[t]][c])}.
     *
     * @param x {@code [batch, height, width, channels]}
     * @param weight {@code [taps, channels]}
     * @param bias {@code [channels]}
     * @param rows {@code [taps]}, the row a tap reads for output 0
     * @param columns {@code [taps]}, the column a tap reads for output 0
     * @param out {@code [batch, outHeight, outWidth, channels]}
     * @param lines {@code batch * outHeight}
     * @param channels channels of an image
     * @param height rows of x
     * @param width columns of x
     * @param taps kernel area
     * @param stride distance of outputs
     * @param outHeight rows of an output
     * @param outWidth columns of an output
     * @param activation a constant of {@link Activations}
     */
    public static void depthwiseByFour(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            IntArray rows,
            IntArray columns,
            FloatArray out,
            int lines,
            int channels,
            int height,
            int width,
            int taps,
            int stride,
            int outHeight,
            int outWidth,
            int activation) {
        for (@Parallel int line = 0; line < lines; line++) {
            for (@Parallel int quad = 0; quad < (outWidth + 3) / 4; quad++) {
                for (@Parallel int c = 0; c < channels; c++) {
                    int first = line / outHeight * height;
                    int y = line % outHeight * stride;
                    int z = quad * 4;
                    int step = stride * channels;
                    float sum0 = bias.get(c);
                    float sum1 = sum0;
                    float sum2 = sum0;
                    float sum3 = sum0;
                    for (int t = 0; t < taps; t++) {
                        int row = y + rows.get(t);
                        if (Bounds.contain(row, height)) {
                            int column = z * stride + columns.get(t);
                            int at = ((first + row) * width + column) * channels + c;
                            float w = weight.get(t * channels + c);
                            if (Bounds.contain(column, width)) {
                                sum0 += w * x.get(at);
                            }
                            if (Bounds.contain(column + stride, width)) {
                                sum1 += w * x.get(at + step);
                            }
                            if (Bounds.contain(column + 2 * stride, width)) {
                                sum2 += w * x.get(at + 2 * step);
                            }
                            if (Bounds.contain(column + 3 * stride, width)) {
                                sum3 += w * x.get(at + 3 * step);
                            }
                        }
                    }
                    int to = (line * outWidth + z) * channels + c;
                    out.set(to, Activations.apply(activation, sum0));
                    if (z + 1 < outWidth) {
                        out.set(to + channels, Activations.apply(activation, sum1));
                    }
                    if (z + 2 < outWidth) {
                        out.set(to + 2 * channels, Activations.apply(activation, sum2));
                    }
                    if (z + 3 < outWidth) {
                        out.set(to + 3 * channels, Activations.apply(activation, sum3));
                    }
                }
            }
        }
    }

    /**
     * Convolution of padded planes, a network's first: {@code out[b][y][z][o] = activation(bias[o] + sum over t of weight[t][o] *
     * padded[b][offsets[t] + y * stride * columns + z * stride])}.
     *
     * @param padded {@code [batch, imageSize]}, all padded planes of an image
     * @param weight {@code [taps, outputs]}
     * @param bias {@code [outputs]}
     * @param offsets {@code [taps]}, where a tap reads for output 0
     * @param out {@code [batch, height, width, outputs]}
     * @param lines {@code batch * height}
     * @param outputs output channels
     * @param taps input channels times kernel area
     * @param imageSize elements of an image's padded planes
     * @param columns columns of a padded plane
     * @param stride distance of outputs
     * @param height rows of an output
     * @param width columns of an output
     * @param activation a constant of {@link Activations}
     */
    public static void ofPlanes(
            FloatArray padded,
            FloatArray weight,
            FloatArray bias,
            IntArray offsets,
            FloatArray out,
            int lines,
            int outputs,
            int taps,
            int imageSize,
            int columns,
            int stride,
            int height,
            int width,
            int activation) {
        for (@Parallel int line = 0; line < lines; line++) {
            for (@Parallel int z = 0; z < width; z++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    int from = line / height * imageSize + line % height * stride * columns + z * stride;
                    float sum = bias.get(o);
                    for (int t = 0; t < taps; t++) {
                        sum += padded.get(from + offsets.get(t)) * weight.get(t * outputs + o);
                    }
                    out.set((line * width + z) * outputs + o, Activations.apply(activation, sum));
                }
            }
        }
    }
}
