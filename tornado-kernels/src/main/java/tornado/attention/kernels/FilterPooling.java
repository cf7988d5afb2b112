package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Pooling with a fixed filter over the whole map, such as a basis function of the discrete cosine transform. */
public final class FilterPooling {
    private FilterPooling() {}

    /**
     * {@code out[b][f * channels + c] = sum over p of x[b][f * channels + c][p] * filter[f][p]}.
     *
     * @param x {@code [batch, filters * channels, pixels]}
     * @param filter {@code [filters, pixels]}
     * @param out {@code [batch, filters * channels]}
     * @param batch images
     * @param filters number of filters
     * @param channels neighbouring channels that share a filter
     * @param pixels pixels of a channel
     */
    public static void weighted(
            FloatArray x, FloatArray filter, FloatArray out, int batch, int filters, int channels, int pixels) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int f = 0; f < filters; f++) {
                for (@Parallel int c = 0; c < channels; c++) {
                    int row = (b * filters + f) * channels + c;
                    float sum = 0f;
                    for (int p = 0; p < pixels; p++) {
                        sum += x.get(row * pixels + p) * filter.get(f * pixels + p);
                    }
                    out.set(row, sum);
                }
            }
        }
    }
}
