package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Several branches of one map, mixed by a weight for each branch and channel. */
public final class BranchMixing {
    private BranchMixing() {}

    /**
     * Global average of the sum of all branches, without making the sum: {@code out[b][c] = mean over the pixels of the sum over
     * k of activation(raw[b][k][c] * scale[k][c] + shift[k][c])}.
     *
     * @param raw {@code [batch, branches, channels, height rows of rawRow elements]}, a plane every {@code rawPlane} elements
     * @param scale {@code [branches, channels]}
     * @param shift {@code [branches, channels]}
     * @param out {@code [batch, channels]}
     * @param batch images
     * @param branches branches
     * @param channels channels of a branch
     * @param height rows that count
     * @param width elements that count in a row
     * @param rawRow distance of rows in raw
     * @param rawPlane distance of planes in raw
     * @param activation a constant of {@link Activations}
     */
    public static void average(
            FloatArray raw,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int batch,
            int branches,
            int channels,
            int height,
            int width,
            int rawRow,
            int rawPlane,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                float sum = 0f;
                for (int k = 0; k < branches; k++) {
                    for (int y = 0; y < height; y++) {
                        for (int z = 0; z < width; z++) {
                            float value = raw.get(((b * branches + k) * channels + c) * rawPlane + y * rawRow + z);
                            sum += Activations.apply(
                                    activation, value * scale.get(k * channels + c) + shift.get(k * channels + c));
                        }
                    }
                }
                out.set(b * channels + c, sum / (height * width));
            }
        }
    }

    /**
     * Weighted sum of the branches: {@code out[b][c] = sum over k of weight[b][k][c] * activation(raw[b][k][c] * scale[k][c] +
     * shift[k][c])}.
     *
     * @param raw {@code [batch, branches, channels, height rows of rawRow elements]}, a plane every {@code rawPlane} elements
     * @param scale {@code [branches, channels]}
     * @param shift {@code [branches, channels]}
     * @param weight {@code [batch, branches, channels]}
     * @param out {@code [batch, channels, height, width]}
     * @param batch images
     * @param branches branches
     * @param channels channels of a branch
     * @param height rows that count
     * @param width elements that count in a row
     * @param rawRow distance of rows in raw
     * @param rawPlane distance of planes in raw
     * @param activation a constant of {@link Activations}
     */
    public static void blend(
            FloatArray raw,
            FloatArray scale,
            FloatArray shift,
            FloatArray weight,
            FloatArray out,
            int batch,
            int branches,
            int channels,
            int height,
            int width,
            int rawRow,
            int rawPlane,
            int activation) {
        for (@Parallel int n = 0; n < batch * channels; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int b = n / channels;
                    int c = n % channels;
                    float sum = 0f;
                    for (int k = 0; k < branches; k++) {
                        int plane = (b * branches + k) * channels + c;
                        float value = raw.get(plane * rawPlane + y * rawRow + z);
                        float branch = Activations.apply(
                                activation, value * scale.get(k * channels + c) + shift.get(k * channels + c));
                        sum += weight.get(plane) * branch;
                    }
                    out.set((n * height + y) * width + z, sum);
                }
            }
        }
    }

    /**
     * The branches gated and put one behind the other in a given order: {@code out[b][j][c] = raw[b][order[j]][c] *
     * weight[b][order[j]][c]}. The concatenation is only an index.
     *
     * @param raw {@code [batch, branches, channels, height rows of rawRow elements]}, a plane every {@code rawPlane} elements
     * @param weight {@code [batch, branches, channels]}
     * @param order {@code [branches]}, a permutation
     * @param out {@code [batch, branches, channels, height, width]}
     * @param batch images
     * @param branches branches
     * @param channels channels of a branch
     * @param height rows that count
     * @param width elements that count in a row
     * @param rawRow distance of rows in raw
     * @param rawPlane distance of planes in raw
     */
    public static void arrange(
            FloatArray raw,
            FloatArray weight,
            IntArray order,
            FloatArray out,
            int batch,
            int branches,
            int channels,
            int height,
            int width,
            int rawRow,
            int rawPlane) {
        for (@Parallel int n = 0; n < batch * branches * channels; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int block = n / channels;
                    int plane = (block / branches * branches + order.get(block % branches)) * channels + n % channels;
                    out.set(
                            (n * height + y) * width + z,
                            raw.get(plane * rawPlane + y * rawRow + z) * weight.get(plane));
                }
            }
        }
    }
}
