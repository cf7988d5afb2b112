package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** 1-D convolution along the channels. */
public final class ChannelConvolution {
    private ChannelConvolution() {}

    /**
     * Correlation with one filter for all channels, zero padding, same length: {@code out[r][c] = activation(sum over j of
     * weight[j] * x[r][c + j - size / 2])}.
     *
     * @param x {@code [rows, channels]}
     * @param weight {@code [size]}
     * @param out {@code [rows, channels]}
     * @param rows number of rows
     * @param channels channels in a row
     * @param size taps, odd
     * @param activation a constant of {@link Activations}
     */
    public static void apply(
            FloatArray x, FloatArray weight, FloatArray out, int rows, int channels, int size, int activation) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int c = 0; c < channels; c++) {
                float sum = 0f;
                for (int j = 0; j < size; j++) {
                    int at = c + j - size / 2;
                    if (Bounds.contain(at, channels)) {
                        sum += weight.get(j) * x.get(r * channels + at);
                    }
                }
                out.set(r * channels + c, Activations.apply(activation, sum));
            }
        }
    }
}
