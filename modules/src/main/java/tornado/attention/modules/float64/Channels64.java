package tornado.attention.modules.float64;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Maps and vectors of channels: broadcasts over the pixels, slices and concatenation. */
final class Channels64 {
    private Channels64() {}

    /** Combines every pixel of channel c with the channel's value: x [B, C, ...], z B*C values. */
    static Array64 broadcast(Array64 x, Array64 z, DoubleBinaryOperator operator) {
        if (z.size() != x.dim(0) * x.dim(1)) {
            throw new IllegalArgumentException("A vector of shape " + Arrays.toString(z.shape())
                    + " cannot be spread over the pixels of " + Arrays.toString(x.shape())
                    + "; it needs one value per image and channel.");
        }
        int inner = x.inner(2);
        var y = Array64.zeros(x.shape());
        for (var plane = 0; plane < z.size(); plane++) {
            double value = z.values()[plane];
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                y.values()[i] = operator.applyAsDouble(x.values()[i], value);
            }
        }
        return y;
    }

    /** y_cn = x_cn z_c. */
    static Array64 scale(Array64 x, Array64 z) {
        return broadcast(x, z, (a, b) -> a * b);
    }

    /** y_cn = x_cn + z_c. */
    static Array64 shift(Array64 x, Array64 z) {
        return broadcast(x, z, Double::sum);
    }

    /** Channels from (inclusive) to (exclusive) of [B, C, ...]. */
    static Array64 slice(Array64 x, int from, int to) {
        int[] shape = x.shape().clone();
        shape[1] = to - from;
        var y = Array64.zeros(shape);
        int inner = x.inner(2);
        for (var b = 0; b < x.dim(0); b++) {
            System.arraycopy(
                    x.values(),
                    (b * x.dim(1) + from) * inner,
                    y.values(),
                    b * (to - from) * inner,
                    (to - from) * inner);
        }
        return y;
    }

    /** The parts one after another along the channels. */
    static Array64 concat(List<Array64> parts) {
        int[] shape = parts.getFirst().shape().clone();
        shape[1] = parts.stream().mapToInt(part -> part.dim(1)).sum();
        var y = Array64.zeros(shape);
        int at = 0;
        for (var b = 0; b < shape[0]; b++) {
            for (var part : parts) {
                int length = part.inner(1);
                System.arraycopy(part.values(), b * length, y.values(), at, length);
                at += length;
            }
        }
        return y;
    }
}
