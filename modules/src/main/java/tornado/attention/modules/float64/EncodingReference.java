package tornado.attention.modules.float64;

import java.util.List;

/** Context Encoding for Semantic Segmentation, Zhang et al., CVPR 2018 (arXiv 1803.08904). */
final class EncodingReference {
    private EncodingReference() {}

    /** Codewords against pixels: [B, D, ...] gives [B, K, D]. */
    static Array64 encoding(Call64 call) {
        return encode(call.input(), call.parameter("codewords"), call.parameter("scale"));
    }

    /** e_k = sum_n a_nk (x_n - d_k), a_n = softmax_k(s_k |x_n - d_k|^2). */
    private static Array64 encode(Array64 x, Array64 codewords, Array64 scale) {
        int depth = x.dim(1);
        int codes = codewords.dim(0);
        int pixels = x.inner(2);
        var tokens = Linear64.transpose(x.reshape(x.dim(0), depth, pixels)).values();
        var e = Array64.zeros(x.dim(0), codes, depth);
        var d = codewords.values();
        Loops64.forEach(x.dim(0), 2L * x.size() * codes, b -> {
            var a = new double[codes];
            for (var n = b * pixels; n < (b + 1) * pixels; n++) {
                for (var k = 0; k < codes; k++) {
                    double distance = 0;
                    for (var c = 0; c < depth; c++) {
                        double residual = tokens[n * depth + c] - d[k * depth + c];
                        distance += residual * residual;
                    }
                    a[k] = scale.values()[k] * distance;
                }
                Activation64.softmax(a, 0, codes, 1);
                for (var k = 0; k < codes; k++) {
                    for (var c = 0; c < depth; c++) {
                        e.values()[(b * codes + k) * depth + c] += a[k] * (tokens[n * depth + c] - d[k * depth + c]);
                    }
                }
            }
        });
        return e;
    }

    /** relu(X + X gamma), and the classes of the semantic encoding loss where it is asked for. */
    static List<Array64> module(Call64 call) {
        var x = call.input();
        var features =
                call.batchNorm("encoding.1", call.pointwise("encoding.0", x)).map(Activation64::relu);
        var codewords = call.parameter("encoding.3.codewords");
        var encoded = encode(features, codewords, call.parameter("encoding.3.scale"));
        var e = meanOverCodes(call.batchNorm("encoding.4", encoded).map(Activation64::relu));
        var gamma = call.linear("fc.0", e).map(Activation64::sigmoid);
        var y = x.plus(Channels64.scale(x, gamma)).map(Activation64::relu);
        return call.flag("se_loss", true) ? List.of(y, call.linear("selayer", e)) : List.of(y);
    }

    /** [B, K, D] to [B, D]. */
    private static Array64 meanOverCodes(Array64 e) {
        int codes = e.dim(1);
        int depth = e.dim(2);
        var mean = Array64.zeros(e.dim(0), depth);
        for (var i = 0; i < e.size(); i++) {
            mean.values()[i / (codes * depth) * depth + i % depth] += e.values()[i] / codes;
        }
        return mean;
    }
}
