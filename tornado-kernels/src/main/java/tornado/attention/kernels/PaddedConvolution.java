package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * k x k convolution without a bounds test in its pixel loop.
 *
 * <p>The input is first copied into zero-padded planes whose rows share their padding: the zeros left of a row are those right
 * of the row above. A tap is then one constant offset, and the pixels of an output channel are one flattened loop over whole
 * padded rows. The few sums at the end of each row that belong to no output pixel are computed and skipped by whoever reads the
 * rows next. With a stride s the copy sorts the pixels into up to s x s phases (all pixels whose row and column leave the same
 * remainders), so that neighbouring outputs read neighbouring elements of one phase and nothing is computed in vain.
 */
public final class PaddedConvolution {
    private PaddedConvolution() {}

    /**
     * The padded copy: element (i, j) of phase (a, b) is {@code x[i * stride + a - top][j * stride + b - left]}, 0 outside.
     *
     * @param x {@code [planes, height, width]}, planes = batch * channels
     * @param phaseRows {@code [phases]}, a of each phase
     * @param phaseColumns {@code [phases]}, b of each phase
     * @param out {@code [planes, phases, rows, columns]}
     * @param planes number of channels of all images
     * @param height rows of x
     * @param width columns of x
     * @param phases number of phases, 1 without a stride
     * @param rows rows of a phase
     * @param columns columns of a phase
     * @param stride distance of outputs
     * @param top rows of zeros above
     * @param left zeros left of a row
     */
    public static void pad(
            FloatArray x,
            IntArray phaseRows,
            IntArray phaseColumns,
            FloatArray out,
            int planes,
            int height,
            int width,
            int phases,
            int rows,
            int columns,
            int stride,
            int top,
            int left) {
        for (@Parallel int n = 0; n < planes * phases; n++) {
            for (@Parallel int i = 0; i < rows; i++) {
                for (@Parallel int j = 0; j < columns; j++) {
                    int y = i * stride + phaseRows.get(n % phases) - top;
                    int z = j * stride + phaseColumns.get(n % phases) - left;
                    float value = 0f;
                    // The same for all columns, and so asked by itself.
                    if (Bounds.contain(y, height)) {
                        if (Bounds.contain(z, width)) {
                            value = x.get((n / phases * height + y) * width + z);
                        }
                    }
                    out.set((n * rows + i) * columns + j, value);
                }
            }
        }
    }

    /**
     * The padded copy of a convolution's raw rows, with its bias or batch norm and its activation on the way: {@code
     * activation(raw * scale[c] + shift[c])} inside, 0 outside, stride 1.
     *
     * @param raw {@code [planes, height rows of rawRow elements]}, a plane every {@code rawPlane} elements
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [planes, rows, columns]}
     * @param planes number of channels of all images
     * @param channels channels of an image
     * @param height rows that count
     * @param width elements that count in a row
     * @param rawRow distance of rows in raw
     * @param rawPlane distance of planes in raw
     * @param rows rows of a padded plane
     * @param columns columns of a padded plane
     * @param top rows of zeros above
     * @param left zeros left of a row
     * @param activation a constant of {@link Activations}
     */
    public static void padActivated(
            FloatArray raw,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int planes,
            int channels,
            int height,
            int width,
            int rawRow,
            int rawPlane,
            int rows,
            int columns,
            int top,
            int left,
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int i = 0; i < rows; i++) {
                for (@Parallel int j = 0; j < columns; j++) {
                    int y = i - top;
                    int z = j - left;
                    float value = 0f;
                    if (Bounds.contain(y, height)) {
                        if (Bounds.contain(z, width)) {
                            float sum = raw.get(n * rawPlane + y * rawRow + z);
                            value = Activations.apply(
                                    activation, sum * scale.get(n % channels) + shift.get(n % channels));
                        }
                    }
                    out.set((n * rows + i) * columns + j, value);
                }
            }
        }
    }

    /**
     * The sums: {@code out[b][first + g * outputs + o][q] = activation(bias[g * outputs + o] + sum over t of
     * weight[g * outputs + o][t] * padded[b][g][offsets[t] + q])}.
     *
     * @param padded {@code [batch, groups, groupSize]}, the padded planes of a group's input channels
     * @param weight {@code [groups * outputs, taps]}
     * @param bias {@code [groups * outputs]}
     * @param offsets {@code [taps]}, where a tap reads for output 0
     * @param out {@code [batch, outputPlanes, pixels]}
     * @param batch images
     * @param groups groups of channels
     * @param outputs output channels of a group
     * @param taps input channels of a group times kernel area
     * @param groupSize elements of a group's padded planes
     * @param pixels length of the pixel loop
     * @param outputPlanes planes an image has in {@code out}; other kernels may write some of them
     * @param first the first plane written
     * @param activation a constant of {@link Activations}
     */
    public static void taps(
            FloatArray padded,
            FloatArray weight,
            FloatArray bias,
            IntArray offsets,
            FloatArray out,
            int batch,
            int groups,
            int outputs,
            int taps,
            int groupSize,
            int pixels,
            int outputPlanes,
            int first,
            int activation) {
        for (@Parallel int n = 0; n < batch * groups; n++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int q = 0; q < pixels; q++) {
                    int row = n % groups * outputs + o;
                    float sum = bias.get(row);
                    for (int t = 0; t < taps; t++) {
                        sum += weight.get(row * taps + t) * padded.get(n * groupSize + offsets.get(t) + q);
                    }
                    out.set((n / groups * outputPlanes + first + row) * pixels + q, Activations.apply(activation, sum));
                }
            }
        }
    }

    /**
     * The sums of a strided convolution of planes that are not sorted into phases, row by row: {@code out[b][g * outputs + o][y][z] =
     * activation(bias[g * outputs + o] + sum over t of weight[g * outputs + o][t] * padded[b][g][offsets[t] + y * stride * columns +
     * z * stride])}.
     *
     * @param padded {@code [batch, groups, groupSize]}, the padded planes of a group's input channels
     * @param weight {@code [groups * outputs, taps]}
     * @param bias {@code [groups * outputs]}
     * @param offsets {@code [taps]}, where a tap reads for output 0
     * @param out {@code [batch, groups * outputs, height, width]}
     * @param planes groups of all images
     * @param groups groups of channels
     * @param outputs output channels of a group
     * @param taps input channels of a group times kernel area
     * @param groupSize elements of a group's padded planes
     * @param columns columns of a padded plane
     * @param stride distance of outputs
     * @param height rows of an output
     * @param width columns of an output
     * @param activation a constant of {@link Activations}
     */
    public static void strided(
            FloatArray padded,
            FloatArray weight,
            FloatArray bias,
            IntArray offsets,
            FloatArray out,
            int planes,
            int groups,
            int outputs,
            int taps,
            int groupSize,
            int columns,
            int stride,
            int height,
            int width,
            int activation) {
        for (@Parallel int line = 0; line < planes * height; line++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int n = line / height;
                    int y = line % height;
                    int row = n % groups * outputs + o;
                    int from = n * groupSize + y * stride * columns + z * stride;
                    float sum = bias.get(row);
                    for (int t = 0; t < taps; t++) {
                        sum += weight.get(row * taps + t) * padded.get(from + offsets.get(t));
                    }
                    out.set(((n * outputs + o) * height + y) * width + z, Activations.apply(activation, sum));
                }
            }
        }
    }

    /**
     * A depthwise convolution, two output rows at a time: an element that is read once serves a tap of either. {@code
     * out[n][y][z] = activation(scale[c] * (sum over u, v of weight[c][u + 1][v] * padded[n][offset of (u, v) + y * columns + z]) +
     * shift[c])}.
     *
     * @param padded {@code [planes, planeSize]}, rows of {@code columns} elements
     * @param weight {@code [channels, kernel rows + 2, kernel columns]}, the first and the last row zeros
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param offsets {@code [taps]}, where each tap of {@code kernel rows + 1} rows reads for output 0
     * @param out {@code [planes, height, width]}
     * @param planes channels of all images
     * @param channels channels of an image
     * @param taps {@code (kernel rows + 1) * kernelColumns}
     * @param kernelColumns columns of the kernel
     * @param planeSize elements of a padded plane
     * @param columns columns of a padded plane
     * @param height rows of an output
     * @param width columns of an output
     * @param activation a constant of {@link Activations}
     */
    public static void depthwise(
            FloatArray padded,
            FloatArray weight,
            FloatArray scale,
            FloatArray shift,
            IntArray offsets,
            FloatArray out,
            int planes,
            int channels,
            int taps,
            int kernelColumns,
            int planeSize,
            int columns,
            int height,
            int width,
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int pair = 0; pair < (height + 1) / 2; pair++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int c = n % channels;
                    int row = 2 * pair;
                    int from = n * planeSize + row * columns + z;
                    int w = c * (taps + kernelColumns);
                    float upper = 0f;
                    float lower = 0f;
                    for (int t = 0; t < taps; t++) {
                        float x = padded.get(from + offsets.get(t));
                        upper += weight.get(w + kernelColumns + t) * x;
                        lower += weight.get(w + t) * x;
                    }
                    int to = (n * height + row) * width + z;
                    out.set(to, Activations.apply(activation, upper * scale.get(c) + shift.get(c)));
                    if (row + 1 < height) {
                        out.set(to + width, Activations.apply(activation, lower * scale.get(c) + shift.get(c)));
                    }
                }
            }
        }
    }
}
