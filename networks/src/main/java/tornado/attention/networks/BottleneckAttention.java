package tornado.attention.networks;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.modules.ConvolutionLayer;
import tornado.attention.modules.Initializer;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.SelectTask;
import tornado.attention.tasks.graph.Value;

/**
 * Attention of all pixels with relative positions: Srinivas et al., Bottleneck Transformers for Visual Recognition, CVPR 2021 (arXiv
 * 2101.11605), as timm has it.
 *
 * <pre>
 *   A = softmax over keys of (q k' / sqrt d + q . width_rel[j' - j + W - 1] + q . height_rel[i' - i + H - 1]),  Y = A v
 * </pre>
 *
 * @param path of the layer
 * @param qkv {@code qkv.weight [2 h d + C, C, 1, 1]}: queries, keys, values, each head by head
 * @param heightRel {@code pos_embed.height_rel [2 H - 1, d]}
 * @param widthRel {@code pos_embed.width_rel [2 W - 1, d]}
 * @param map H, W
 * @param heads h
 * @param depth d
 * @param stride 2 to halve the map behind it
 */
record BottleneckAttention(
        String path, ConvolutionLayer qkv, Value heightRel, Value widthRel, Size map, int heads, int depth, int stride)
        implements Part {
    static BottleneckAttention of(Parts p, int channels, int stride, Size map, int heads, Integer headWidth) {
        if (channels % heads != 0) {
            throw new IllegalArgumentException("Attention " + p.parameters().path("") + " has " + channels
                    + " channels, which cannot be divided among " + heads + " heads.");
        }
        int depth = headWidth == null ? Widths.round(channels) / heads : headWidth;
        var positions = p.parameters().at("pos_embed");
        var initial = Initializer.normal(1 / Math.sqrt(depth));
        return new BottleneckAttention(
                p.parameters().path("attention"),
                p.parameters()
                        .with("weight", Initializer.normal(1 / Math.sqrt(channels)))
                        .convolution1x1("qkv", channels, 2 * heads * depth + channels, false),
                positions.get("height_rel", initial, 2 * map.height() - 1, depth),
                positions.get("width_rel", initial, 2 * map.width() - 1, depth),
                map,
                heads,
                depth,
                stride);
    }

    @Override
    public Value apply(Value x) {
        var shape = x.shape();
        if (shape.height() != map.height() || shape.width() != map.width()) {
            throw new IllegalArgumentException("Attention " + path + " has relative positions for a map of " + map
                    + ", but the map is " + shape.height() + "x" + shape.width()
                    + "; use images of the size that the network was made for.");
        }
        int batch = shape.batch() * heads;
        int pixels = shape.pixels();
        int width = heads * depth;
        var all = qkv.apply(x);
        var q = all.slice(1, 0, width).reshape(batch, depth, pixels);
        var k = all.slice(1, width, width).reshape(batch, depth, pixels);
        var v = all.slice(1, 2 * width, shape.channels()).reshape(batch, -1, pixels);
        var scores = q.product(true, k, false, 1 / Math.sqrt(depth)).plus(positions(q));
        var attention = scores.softmax(2)
                .named(path)
                .exposed(AttentionKind.QUERY_KEY_MAP, Shape.of(shape.batch(), heads, pixels, pixels));
        var y = v.product(false, attention, true, 1).reshape(shape.dims());
        return stride == 1 ? y : Pools.average(y);
    }

    /** What relative positions add to the scores: each query has one number a distance; those of each key are picked. */
    private Value positions(Value q) {
        var tables = Value.concat(0, List.of(widthRel, heightRel));
        int distances = tables.shape().dim(0);
        int pixels = map.height() * map.width();
        var numbers = q.transpose(0, 2, 1).linear(tables, null);
        return Value.of(
                        new SelectTask(1, picks(distances)),
                        numbers.reshape(q.shape().dim(0), pixels * distances))
                .reshape(q.shape().dim(0), pixels, pixels);
    }

    private List<List<Integer>> picks(int distances) {
        int columns = map.width();
        int pixels = map.height() * columns;
        var lists = new ArrayList<List<Integer>>(pixels * pixels);
        for (int query = 0; query < pixels; query++) {
            for (int key = 0; key < pixels; key++) {
                int across = key % columns - query % columns + columns - 1;
                int down = key / columns - query / columns + map.height() - 1;
                lists.add(List.of(query * distances + across, query * distances + 2 * columns - 1 + down));
            }
        }
        return lists;
    }
}
