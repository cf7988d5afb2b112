package tornado.attention.modules.float64;

/** The single operations that modules are made of, as the comparison times them one by one. */
final class OperationReference {
    private OperationReference() {}

    /** The softmax of every plane. */
    static Array64 softmax(Call64 call) {
        var x = call.input();
        return Activation64.softmax(x.reshape(x.dim(0), x.dim(1), x.inner(2)), 2)
                .reshape(x.shape());
    }

    /** sum_n a_n x_cn, one weight a pixel. */
    static Array64 attentionPool(Call64 call) {
        return Pooling64.weightedSum(call.input(), call.input("attention"));
    }

    /** A convolution without bias that keeps the size of the map. */
    static Array64 convolution(Call64 call) {
        var weight = call.parameter("weight");
        var geometry = Convolution64.Geometry.same(weight.dim(2)).grouped(call.integer("groups", 1));
        return Convolution64.conv2d(call.input(), weight, null, geometry);
    }

    /** fc2 relu(fc1 x). */
    static Array64 mlp(Call64 call) {
        return call.linear("fc2", call.linear("fc1", call.input()).map(Activation64::relu));
    }

    /** The norm of every token. */
    static Array64 layerNorm(Call64 call) {
        return Norm64.layerNorm(call.input(), call.parameter("weight"), call.parameter("bias"), 1e-5);
    }

    /** q k^T of every head. */
    static Array64 queryKey(Call64 call) {
        return Linear64.multiply(call.input("q"), Linear64.transpose(call.input("k")));
    }

    /** a v of every head. */
    static Array64 attentionValue(Call64 call) {
        return Linear64.multiply(call.input("attention"), call.input("v"));
    }
}
