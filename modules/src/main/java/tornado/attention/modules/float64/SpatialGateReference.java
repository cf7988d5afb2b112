package tornado.attention.modules.float64;

import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Gates of pixels, rows and columns: CBAM, coordinate attention, SimAM. */
final class SpatialGateReference {
    private SpatialGateReference() {}

    static Array64 convolutionalBlock(Call64 call) {
        var x = call.input();
        int batch = x.dim(0);
        int channels = x.dim(1);
        var most = Array64.zeros(batch, channels);
        int inner = x.inner(2);
        for (var plane = 0; plane < batch * channels; plane++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (var i = 0; i < inner; i++) {
                largest = Math.max(largest, x.values()[plane * inner + i]);
            }
            most.values()[plane] = largest;
        }
        var gate = Activation64.named(call.word("gate_layer", "sigmoid"));
        var gates = excited(call, Pooling64.globalAverage(x))
                .combine(excited(call, most), Double::sum)
                .map(gate);
        var scaled = Channels64.scale(x, gates);
        var mean = overChannels(scaled, 0, Double::sum).map(v -> v / channels);
        var both = Channels64.concat(List.of(mean, overChannels(scaled, Double.NEGATIVE_INFINITY, Math::max)));
        int kernel = call.integer("spatial_kernel_size", 7);
        var map = call.batchNorm(
                        "spatial.conv.bn",
                        call.convolution("spatial.conv.conv", both, Convolution64.Geometry.same(kernel)))
                .map(Activation64::sigmoid);
        var y = Array64.zeros(x.shape());
        for (var i = 0; i < y.size(); i++) {
            y.values()[i] = scaled.values()[i] * map.values()[i / (channels * inner) * inner + i % inner];
        }
        return y;
    }

    private static Array64 excited(Call64 call, Array64 z) {
        var hidden = call.linear("channel.fc1", z).map(Activation64.named(call.word("act_layer", "relu")));
        return call.linear("channel.fc2", hidden);
    }

    private static Array64 overChannels(Array64 x, double start, DoubleBinaryOperator operator) {
        int inner = x.inner(2);
        var y = Array64.zeros(x.dim(0), 1, x.dim(2), x.dim(3));
        for (var i = 0; i < y.size(); i++) {
            double value = start;
            for (var c = 0; c < x.dim(1); c++) {
                value = operator.applyAsDouble(value, x.values()[(i / inner * x.dim(1) + c) * inner + i % inner]);
            }
            y.values()[i] = value;
        }
        return y;
    }

    static Array64 coordinate(Call64 call) {
        var x = call.input();
        int batch = x.dim(0);
        int channels = x.dim(1);
        int height = x.dim(2);
        int width = x.dim(3);
        var both = Array64.zeros(batch, channels, height + width, 1);
        for (var i = 0; i < x.size(); i++) {
            int plane = i / (height * width) * (height + width);
            both.values()[plane + i / width % height] += x.values()[i] / width;
            both.values()[plane + height + i % width] += x.values()[i] / height;
        }
        var act = Activation64.named(call.word("act_layer", "hard_swish"));
        var gate = Activation64.named(call.word("gate_layer", "sigmoid"));
        var y = call.batchNorm("bn1", call.pointwise("conv1", both)).map(act);
        var rows = call.pointwise("conv_h", y).map(gate);
        var columns = call.pointwise("conv_w", y).map(gate);
        double skip = call.flag("has_skip", false) ? 1 : 0;
        var out = Array64.zeros(x.shape());
        for (var i = 0; i < x.size(); i++) {
            int plane = i / (height * width) * (height + width);
            double gates = rows.values()[plane + i / width % height] * columns.values()[plane + height + i % width];
            out.values()[i] = x.values()[i] * (gates + skip);
        }
        return out;
    }

    static Array64 simple(Call64 call) {
        var x = call.input();
        double lambda = call.real("e_lambda", 1e-4);
        int inner = x.inner(2);
        var mean = Pooling64.globalAverage(x);
        var y = Array64.zeros(x.shape());
        for (var plane = 0; plane < mean.size(); plane++) {
            double squares = 0;
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                squares += Math.pow(x.values()[i] - mean.values()[plane], 2);
            }
            double scale = 4 * (squares / (inner - 1) + lambda);
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                double d = Math.pow(x.values()[i] - mean.values()[plane], 2);
                y.values()[i] = x.values()[i] * Activation64.sigmoid(d / scale + 0.5);
            }
        }
        return y;
    }
}
