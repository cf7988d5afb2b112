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
}
