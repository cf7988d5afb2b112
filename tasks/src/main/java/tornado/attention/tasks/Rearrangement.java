package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.Arrays;
import java.util.List;
import tornado.attention.kernels.Gather;
import tornado.attention.kernels.Transposition;

/** Tasks that only move elements, for the few cases in which no kernel can index them where they lie. */
public final class Rearrangement {
    private Rearrangement() {}

    /**
     * Some channels of a map, position by position.
     *
     * @param x {@code channels} of {@code [batch, ..., positions]}
     * @return {@code [batch, positions, channels]}
     */
    public static Tensor transpose(TaskChain chain, String name, FeatureSlice x) {
        var y = chain.tensor(name, Shape.of(x.batch(), x.pixels(), x.channels()));
        FeatureSlice.counted(chain.step(name), x)
                .launch(
                        Transposition::apply,
                        x.tensor(),
                        out(y),
                        x.batch(),
                        x.channels(),
                        x.pixels(),
                        x.offset(),
                        x.stride());
        return y;
    }

    /**
     * Entry {@code index} of the first axis: a view where it is the only one, else a copy.
     *
     * @param x {@code [entries, ...]}
     * @return the shape of {@code x} without its first axis
     */
    public static Tensor entry(TaskChain chain, String name, Tensor x, int index) {
        var extents = x.shape().dims();
        var rest = Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
        if (extents[0] == 1) {
            return chain.view(x, rest);
        }
        var y = chain.tensor(name, rest);
        copy(chain, name, x, index * y.elements(), y, 0, y.elements());
        return y;
    }

    /**
     * Tensors of one shape behind each other: a view of the only one, else one copy each.
     *
     * @return {@code [number, shape of one]}
     */
    public static Tensor stack(TaskChain chain, String name, List<Tensor> parts) {
        var one = parts.getFirst().shape().dims();
        var extents = new int[one.length + 1];
        extents[0] = parts.size();
        System.arraycopy(one, 0, extents, 1, one.length);
        if (parts.size() == 1) {
            return chain.view(parts.getFirst(), Shape.of(extents));
        }
        var y = chain.tensor(name, Shape.of(extents));
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            Shapes.requireSame(name, parts.getFirst(), part);
            copy(chain, name + "." + i, part, 0, y, i * part.elements(), part.elements());
        }
        return y;
    }

    private static void copy(TaskChain chain, String name, Tensor x, int from, Tensor y, int to, int n) {
        chain.step(name)
                .extraBytes(2L * n * Float.BYTES - x.bytes() - y.bytes())
                .launch(Gather::range, x, out(y), n, from, to);
    }
}
