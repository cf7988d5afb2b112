package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Average pooling to a given size, smaller or larger than the map. */
public final class AdaptivePooling {
    private AdaptivePooling() {}

    /**
     * Output row i is the mean over the rows from {@code floor(i * height / outHeight)} to before {@code ceil((i + 1) * height /
     * outHeight)}, columns likewise: bins may overlap, and repeat rows where the output is larger.
     *
     * @param x {@code [planes, height, width]}
     * @param out {@code [planes, outHeight, outWidth]}
     * @param planes number of channels of all images
     * @param height rows of x
     * @param width columns of x
     * @param outHeight rows of out
     * @param outWidth columns of out
     */
    public static void average(
            FloatArray x, FloatArray out, int planes, int height, int width, int outHeight, int outWidth) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int i = 0; i < outHeight; i++) {
                for (@Parallel int j = 0; j < outWidth; j++) {
                    int top = i * height / outHeight;
                    int bottom = ((i + 1) * height + outHeight - 1) / outHeight;
                    int left = j * width / outWidth;
                    int right = ((j + 1) * width + outWidth - 1) / outWidth;
                    float sum = 0f;
                    for (int y = top; y < bottom; y++) {
                        for (int z = left; z < right; z++) {
                            sum += x.get((n * height + y) * width + z);
                        }
                    }
                    out.set((n * outHeight + i) * outWidth + j, sum / ((bottom - top) * (right - left)));
                }
            }
        }
    }

    /**
     * The gradient of a map under {@link #average}: each element gathers its share of the bins it lies in.
     *
     * @param g the result's gradient, {@code [planes, outHeight, outWidth]}
     * @param out {@code [planes, height, width]}
     * @param planes number of channels of all images
     * @param height rows of the map
     * @param width columns of the map
     * @param outHeight rows of the result
     * @param outWidth columns of the result
     */
    public static void inputGradient(
            FloatArray g, FloatArray out, int planes, int height, int width, int outHeight, int outWidth) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int p = 0; p < height * width; p++) {
                int row = p / width;
                int column = p % width;
                float sum = 0f;
                for (int i = 0; i < outHeight * outWidth; i++) {
                    int top = i / outWidth * height / outHeight;
                    int bottom = ((i / outWidth + 1) * height + outHeight - 1) / outHeight;
                    int left = i % outWidth * width / outWidth;
                    int right = ((i % outWidth + 1) * width + outWidth - 1) / outWidth;
                    if (row >= top && row < bottom && column >= left && column < right) {
                        sum += g.get(n * outHeight * outWidth + i) / ((bottom - top) * (right - left));
                    }
                }
                out.set(n * height * width + p, sum);
            }
        }
    }
}
