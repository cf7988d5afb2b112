package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What comes before the product of a covariance: means and centred features, of a window of the map (a centre crop is
 * an index). The features are centred before they are multiplied, because subtracting the product of the means
 * afterwards loses all digits where the mean is large. The product itself is {@link MatrixProduct#transposed} of the
 * centred features with themselves.
 */
public final class Covariance {
    private Covariance() {}

    /**
     * Mean of a window of each channel, taken around the window's first pixel so that a constant channel has exactly
     * its value as mean: {@code out[r] = x0 + mean of (x[r] - x0)}.
     *
     * @param x {@code [rows, height, width]}, rows = batch * channels
     * @param out {@code [rows]}
     * @param rows number of rows
     * @param height lines of the map
     * @param width pixels of a line
     * @param top first line of the window
     * @param left first pixel of the window in a line
     * @param windowHeight lines of the window, at least 1
     * @param windowWidth pixels of the window in a line, at least 1
     */
    public static void mean(
            FloatArray x,
            FloatArray out,
            int rows,
            int height,
            int width,
            int top,
            int left,
            int windowHeight,
            int windowWidth) {
        for (@Parallel int r = 0; r < rows; r++) {
            int origin = (r * height + top) * width + left;
            float first = x.get(origin);
            float sum = 0f;
            for (int i = 0; i < windowHeight; i++) {
                for (int j = 0; j < windowWidth; j++) {
                    sum += x.get(origin + i * width + j) - first;
                }
            }
            out.set(r, first + sum / (windowHeight * windowWidth));
        }
    }

    /**
     * Centred feature vectors, pixel by pixel: {@code out[b][p][c] = x[b][c][pixel p of the window] - mean[b][c]}. The
     * channels become contiguous, because the lanes of the product run over them.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param mean {@code [batch, channels]}
     * @param out {@code [batch, windowHeight * windowWidth, channels]}
     * @param batch images
     * @param channels channels
     * @param height lines of the map
     * @param width pixels of a line
     * @param top first line of the window
     * @param left first pixel of the window in a line
     * @param windowHeight lines of the window
     * @param windowWidth pixels of the window in a line
     */
    public static void center(
            FloatArray x,
            FloatArray mean,
            FloatArray out,
            int batch,
            int channels,
            int height,
            int width,
            int top,
            int left,
            int windowHeight,
            int windowWidth) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int p = 0; p < windowHeight * windowWidth; p++) {
                for (@Parallel int c = 0; c < channels; c++) {
                    int pixel = (top + p / windowWidth) * width + left + p % windowWidth;
                    float value = x.get((b * channels + c) * height * width + pixel);
                    out.set((b * windowHeight * windowWidth + p) * channels + c, value - mean.get(b * channels + c));
                }
            }
        }
    }
}
