package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;

/**
 * Some channels of a tensor {@code [batch, channels, ...]}, read where they lie: several projections of one map are
 * made by one task and used without being taken apart.
 *
 * @param tensor holds the channels
 * @param first the first one
 * @param channels how many
 */
public record FeatureSlice(Tensor tensor, int first, int channels) {
    /** Checks that the tensor has the channels. */
    public FeatureSlice {
        if (tensor.shape().rank() < 3
                || first < 0
                || channels < 1
                || first + channels > tensor.shape().channels()) {
            throw new IllegalArgumentException("A slice of " + channels + " channels from " + first
                    + " needs a tensor [batch, channels, ...] that has them, but '" + tensor.name() + "' has shape "
                    + tensor.shape() + ".");
        }
    }

    /** All channels. */
    public static FeatureSlice of(Tensor tensor) {
        return new FeatureSlice(tensor, 0, tensor.shape().channels());
    }

    /** Images. */
    public int batch() {
        return tensor.shape().batch();
    }

    /** Positions of an image. */
    public int pixels() {
        return tensor.shape().pixels();
    }

    /** Index of the first element. */
    int offset() {
        return first * pixels();
    }

    /** Elements from one image to the next. */
    int stride() {
        return tensor.shape().channels() * pixels();
    }

    /** Bytes of the channels of all images. */
    long bytes() {
        return (long) batch() * channels * pixels() * Float.BYTES;
    }

    /** Whether another slice, perhaps of another view, reads the same elements. */
    private boolean reads(FeatureSlice other) {
        return tensor.base() == other.tensor.base() && first == other.first && channels == other.channels;
    }

    /** Counts the bytes of the slices a step reads instead of those of the tensors they lie in. */
    static Step counted(Step step, FeatureSlice... slices) {
        var distinct = new ArrayList<FeatureSlice>();
        for (var slice : slices) {
            if (distinct.stream().noneMatch(slice::reads)) {
                distinct.add(slice);
            }
        }
        var tensors = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        long bytes = 0;
        for (var slice : distinct) {
            bytes += slice.bytes();
            if (tensors.add(slice.tensor().base())) {
                bytes -= slice.tensor().bytes();
            }
        }
        return step.extraBytes(bytes);
    }
}
