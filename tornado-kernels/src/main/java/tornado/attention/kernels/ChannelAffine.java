package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A factor and a term for each channel, the same for all images: batch norm, bias, depthwise 1x1 convolution. */
public final class ChannelAffine {
    private ChannelAffine() {}

    /**
     * {@code out[b][c][p] = activation(x[b][c][p] * scale[c] + shift[c])}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [batch, channels, pixels]}
     * @param batch images
     * @param channels channels
     * @param pixels elements of a channel
     * @param activation a constant of {@link Activations}
     */
    public static void apply(
            FloatArray x,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int batch,
            int channels,
            int pixels,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    int at = (b * channels + c) * pixels + p;
                    out.set(at, Activations.apply(activation, x.get(at) * scale.get(c) + shift.get(c)));
                }
            }
        }
    }

    /**
     * With a residual: {@code out[b][c][p] = activation(x[b][c][p] * scale[c] + shift[c] + residual[b][c][p])}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param residual {@code [batch, channels, pixels]}
     * @param out {@code [batch, channels, pixels]}
     * @param batch images
     * @param channels channels
     * @param pixels elements of a channel
     * @param activation a constant of {@link Activations}
     */
    public static void applyResidual(
            FloatArray x,
            FloatArray scale,
            FloatArray shift,
            FloatArray residual,
            FloatArray out,
            int batch,
            int channels,
            int pixels,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    int at = (b * channels + c) * pixels + p;
                    out.set(
                            at,
                            Activations.apply(activation, x.get(at) * scale.get(c) + shift.get(c) + residual.get(at)));
                }
            }
        }
    }

    /**
     * The same on rows that lie apart, made dense: what ends a {@link PaddedConvolution}.
     *
     * @param raw {@code [planes, height rows of rawRow elements]}, a plane every {@code rawPlane} elements
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param out {@code [planes, height, width]}
     * @param planes number of channels of all images
     * @param channels channels of an image
     * @param height rows that count
     * @param width elements that count in a row
     * @param rawRow distance of rows in raw
     * @param rawPlane distance of planes in raw
     * @param activation a constant of {@link Activations}
     */
    public static void crop(
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
            int activation) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    float sum = raw.get(n * rawPlane + y * rawRow + z);
                    float value = sum * scale.get(n % channels) + shift.get(n % channels);
                    out.set((n * height + y) * width + z, Activations.apply(activation, value));
                }
            }
        }
    }

    /**
     * A convolution's end, a gate for each channel of each image and a residual in one pass: {@code out = (raw * scale[c] +
     * shift[c]) * gate[n] + residual}.
     *
     * @param raw {@code [planes, height rows of rawRow elements]}, a plane every {@code rawPlane} elements
     * @param scale {@code [channels]}
     * @param shift {@code [channels]}
     * @param gate {@code [planes]}
     * @param residual {@code [planes, height, width]}
     * @param out {@code [planes, height, width]}
     * @param planes number of channels of all images
     * @param channels channels of an image
     * @param height rows that count
     * @param width elements that count in a row
     * @param rawRow distance of rows in raw
     * @param rawPlane distance of planes in raw
     */
    public static void cropGated(
            FloatArray raw,
            FloatArray scale,
            FloatArray shift,
            FloatArray gate,
            FloatArray residual,
            FloatArray out,
            int planes,
            int channels,
            int height,
            int width,
            int rawRow,
            int rawPlane) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int at = (n * height + y) * width + z;
                    float sum = raw.get(n * rawPlane + y * rawRow + z);
                    float value = sum * scale.get(n % channels) + shift.get(n % channels);
                    out.set(at, value * gate.get(n) + residual.get(at));
                }
            }
        }
    }
}
