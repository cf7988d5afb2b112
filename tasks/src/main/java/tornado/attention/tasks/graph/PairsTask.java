package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.BilinearPooling;
import tornado.attention.tasks.Shape;

/**
 * Products of all pairs of channels, {@code [B, C, ...]} to {@code [B, C (C + 1) / 2, ...]}: by diagonals, channel j + d times channel
 * j for d = 0, 1 ...
 */
public record PairsTask() implements Composite {
    @Override
    public String word() {
        return "pairs";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var extents = inputs.getFirst().dims();
        if (extents.length < 2 || inputs.getFirst().elements() == 0) {
            throw new IllegalArgumentException(
                    "Pairs are made of channels [batch, channels, ...], not of " + inputs.getFirst() + ".");
        }
        extents[1] = Math.multiplyExact(extents[1], extents[1] + 1) / 2;
        return Shape.of(extents);
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        return output.elements();
    }

    @Override
    public Value expand(List<Value> inputs) {
        var x = inputs.getFirst();
        int channels = x.shape().dim(1);
        return Value.of(SelectTask.of(1, BilinearPooling.channels(channels, 0)), x)
                .times(Value.of(SelectTask.of(1, BilinearPooling.channels(channels, 1)), x));
    }
}
