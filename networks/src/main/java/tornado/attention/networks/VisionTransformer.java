package tornado.attention.networks;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.LayerNormLayer;
import tornado.attention.modules.LinearLayer;
import tornado.attention.modules.Parameters;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.ExpandTask;
import tornado.attention.tasks.graph.Value;

/**
 * timm's vision transformer: Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021 (arXiv 2010.11929), and DeiT (arXiv
 * 2012.12877).
 *
 * <pre>
 *   images ─ patch_embed ─ class token in front ─ + pos_embed ─ blocks.0 ... ─ norm ─ head ─▶ logits
 *
 *   block   X + proj(MHSA(norm1 X)), then X + fc2(gelu(fc1(norm2 X)))
 * </pre>
 */
final class VisionTransformer {
    /** A block's layers; the scales are null where there is none. */
    private record Block(
            String path,
            LayerNormLayer norm1,
            LinearLayer q,
            LinearLayer k,
            LinearLayer v,
            LinearLayer proj,
            Value scale1,
            LayerNormLayer norm2,
            LinearLayer fc1,
            LinearLayer fc2,
            Value scale2,
            AttendTask attention)
            implements Part {
        @Override
        public Value apply(Value x) {
            var normed = norm1.apply(x).named(path + "norm1");
            var attended = attention
                    .attend(q.apply(normed), k.apply(normed), v.apply(normed))
                    .named(path + "attn");
            var y = x.plus(scaled(proj.apply(attended), scale1)).named(path + "proj");
            var hidden = fc1.apply(norm2.apply(y).named(path + "norm2"))
                    .activate(Activation.GELU)
                    .named(path + "fc1");
            return y.plus(scaled(fc2.apply(hidden), scale2)).named(path + "fc2");
        }

        private static Value scaled(Value x, Value scale) {
            return scale == null ? x : x.times(scale);
        }
    }

    private VisionTransformer() {}

    private static Block block(Parameters p, int width, int hidden, int heads, double eps, Double scale) {
        var weights = p.with("weight", Initializer.normal(0.02)).with("bias", Initializer.constant(0));
        var qkv = weights.linear("attn.qkv", width, 3 * width, true);
        var proj = weights.linear("attn.proj", width, width, true);
        var attention = new AttendTask(
                AttendTask.Kind.SOFTMAX, AttendTask.Layout.TOKENS, heads, 1 / Math.sqrt((double) width / heads), 0, 0);
        return new Block(
                p.path(""),
                p.layerNorm("norm1", eps, width),
                rows(qkv, 0, width),
                rows(qkv, 1, width),
                rows(qkv, 2, width),
                proj,
                scale == null ? null : p.get("ls1.gamma", Initializer.constant(scale), width),
                p.layerNorm("norm2", eps, width),
                weights.linear("mlp.fc1", width, hidden, true),
                weights.linear("mlp.fc2", hidden, width, true),
                scale == null ? null : p.get("ls2.gamma", Initializer.constant(scale), width),
                attention);
    }

    /** Queries, keys or values of the joined projection. */
    private static LinearLayer rows(LinearLayer joined, int which, int width) {
        return new LinearLayer(
                joined.name() + "." + "qkv".charAt(which),
                joined.weight().slice(0, which * width, width),
                joined.bias().slice(0, which * width, width));
    }

    static Body of(Parameters parameters, NetworkConfig c, Size image) {
        var size = c.counts("img_size", 2);
        int patch = c.count("patch_size");
        int width = c.count("embed_dim");
        int heads = c.count("num_heads");
        double eps = c.number("ln_eps");
        if (size.get(0) % patch != 0 || size.get(1) % patch != 0 || width % heads != 0) {
            throw new IllegalArgumentException("The " + c.owner() + " has images of " + size + " in patches of " + patch
                    + ", and width " + width + " for " + heads + " heads; both must divide.");
        }
        boolean withClass = c.flag("class_token");
        boolean average = switch (c.text("global_pool")) {
            case "avg" -> true;
            case "token" -> false;
            default ->
                throw new IllegalArgumentException(
                        "The " + c.owner() + " has 'global_pool' = " + c.text("global_pool") + "; use token or avg.");
        };
        if (!average && !withClass) {
            throw new IllegalArgumentException(
                    "The " + c.owner() + " answers with its class token but has none; set class_token to true.");
        }
        int registers = c.integer("reg_tokens");
        int prefix = (withClass ? 1 : 0) + registers;
        int patches = size.get(0) / patch * (size.get(1) / patch);
        boolean patchesOnly = c.flag("no_embed_class");
        var initial = Initializer.normal(0.02);
        var tokens = new ArrayList<Value>();
        if (withClass) {
            tokens.add(parameters.get("cls_token", Initializer.normal(1e-6), 1, 1, width));
        }
        if (registers > 0) {
            tokens.add(parameters.get("reg_token", Initializer.normal(1e-6), 1, registers, width));
        }
        var positions = parameters.get("pos_embed", initial, 1, patches + (patchesOnly ? 0 : prefix), width);
        var weights = parameters.with("weight", initial).with("bias", Initializer.constant(0));
        var embed = weights.convolution(
                "patch_embed.proj", 3, width, patch, Window.plain().strided(patch), true);
        Double scale = c.has("init_values") ? c.number("init_values") : null;
        var blocks = new ArrayList<Part>();
        for (int i = 0; i < c.count("depth"); i++) {
            int hidden = (int) (width * c.number("mlp_ratio"));
            blocks.add(block(parameters.at("blocks." + i), width, hidden, heads, eps, scale));
        }
        var norm = parameters.layerNorm(average ? "fc_norm" : "norm", eps, width);
        var head = weights.linear("head", width, c.count("num_classes"), true);
        return images -> {
            if (images.shape().height() != size.get(0) || images.shape().width() != size.get(1)) {
                throw new IllegalArgumentException("The " + c.owner() + " takes images of " + size.get(0) + "x"
                        + size.get(1) + ", because its positions are made for them, but they are "
                        + images.shape().height() + "x" + images.shape().width() + ".");
            }
            var trail = new Features.Trail();
            int batch = images.shape().batch();
            var x = trail.at(
                    "patch_embed",
                    embed.apply(images)
                            .reshape(batch, width, patches)
                            .transpose(0, 2, 1)
                            .named("patch_embed"));
            x = patchesOnly ? x.plus(positions) : x;
            x = inFront(tokens, x);
            x = patchesOnly ? x : x.plus(positions).named("pos_embed");
            for (int i = 0; i < blocks.size(); i++) {
                x = trail.at("blocks." + i, blocks.get(i).apply(x));
            }
            if (!average) {
                trail.at("norm", norm.apply(x));
            }
            // A norm of each token by itself: that of the one that is read is enough.
            var read = average
                    ? x.slice(1, prefix, patches).mean(1)
                    : x.slice(1, 0, 1).reshape(batch, width);
            var pooled = norm.apply(read);
            return trail.end(pooled, head.apply(pooled));
        };
    }

    /** Learned tokens in front of those of each image. */
    private static Value inFront(List<Value> tokens, Value patches) {
        var all = new ArrayList<Value>();
        int batch = patches.shape().dim(0);
        for (var token : tokens) {
            int count = token.shape().dim(1);
            var target = Shape.of(batch, count, token.shape().dim(2));
            all.add(batch == 1 ? token : Value.of(new ExpandTask(target), token));
        }
        all.add(patches);
        return Value.concat(1, all);
    }
}
