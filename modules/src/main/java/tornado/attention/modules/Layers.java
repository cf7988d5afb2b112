package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.BatchNorm;

/** The weights of common layers under PyTorch's names, with PyTorch's default initialisation. */
final class Layers {
    private Layers() {}

    /** {@code nn.Linear}: {@code name.weight [outputs, inputs]} and, if wanted, {@code name.bias [outputs]}. */
    static List<WeightSpec> linear(String name, int inputs, int outputs, boolean bias) {
        var specs = new ArrayList<WeightSpec>();
        specs.add(WeightSpec.parameter(name + ".weight", Initializer.torchDefault(inputs), outputs, inputs));
        if (bias) {
            specs.add(WeightSpec.parameter(name + ".bias", Initializer.torchDefault(inputs), outputs));
        }
        return specs;
    }

    /** {@code nn.Conv2d} with a square kernel: {@code name.weight [outputs, inputs / groups, k, k]} and, if wanted, a bias. */
    static List<WeightSpec> convolution(String name, int inputs, int outputs, int kernel, int groups, boolean bias) {
        int fanIn = inputs / groups * kernel * kernel;
        var specs = new ArrayList<WeightSpec>();
        specs.add(WeightSpec.parameter(
                name + ".weight", Initializer.torchDefault(fanIn), outputs, inputs / groups, kernel, kernel));
        if (bias) {
            specs.add(WeightSpec.parameter(name + ".bias", Initializer.torchDefault(fanIn), outputs));
        }
        return specs;
    }

    /** A 1x1 {@code nn.Conv2d}. */
    static List<WeightSpec> convolution1x1(String name, int inputs, int outputs, boolean bias) {
        return convolution(name, inputs, outputs, 1, 1, bias);
    }

    /** The layers of RCAN's {@code conv_du}. */
    static List<WeightSpec> bottleneck(int channel, int hidden) {
        return join(
                convolution1x1("conv_du.0", channel, hidden, true), convolution1x1("conv_du.2", hidden, channel, true));
    }

    /** Scale 1 and shift 0 of a normalisation, in the extents its code gives them. */
    static List<WeightSpec> affine(String name, int... extents) {
        return List.of(
                WeightSpec.parameter(name + ".weight", Initializer.constant(1), extents),
                WeightSpec.parameter(name + ".bias", Initializer.constant(0), extents));
    }

    /**
     * {@code nn.BatchNorm}: {@code name.weight}, {@code name.bias}, {@code name.running_mean}, {@code name.running_var}, all
     * {@code [channels]}, and the counter {@code name.num_batches_tracked}.
     */
    static List<WeightSpec> batchNorm(String name, int channels) {
        return List.of(
                WeightSpec.parameter(name + ".weight", Initializer.constant(1), channels),
                WeightSpec.parameter(name + ".bias", Initializer.constant(0), channels),
                WeightSpec.buffer(name + ".running_mean", Initializer.constant(0), channels),
                WeightSpec.buffer(name + ".running_var", Initializer.constant(1), channels),
                WeightSpec.counter(name + ".num_batches_tracked"));
    }

    /** The weights of {@link #batchNorm} with PyTorch's eps 1e-5 and momentum 0.1. */
    static BatchNorm.Parameters norm(Weights weights, String name) {
        return norm(weights, name, 0.1);
    }

    /** The weights of {@link #batchNorm} with PyTorch's eps 1e-5 and this momentum. */
    static BatchNorm.Parameters norm(Weights weights, String name, double momentum) {
        return new BatchNorm.Parameters(
                weights.get(name + ".weight"),
                weights.get(name + ".bias"),
                weights.get(name + ".running_mean"),
                weights.get(name + ".running_var"),
                weights.get(name + ".num_batches_tracked"),
                1e-5,
                momentum);
    }

    /** All specs of several layers in order. */
    @SafeVarargs
    static List<WeightSpec> join(List<WeightSpec>... layers) {
        var all = new ArrayList<WeightSpec>();
        for (var layer : layers) {
            all.addAll(layer);
        }
        return all;
    }

    /** A weight spec with another initialiser, where a paper's code departs from PyTorch's default. */
    static List<WeightSpec> initialised(List<WeightSpec> specs, String name, Initializer initializer) {
        return specs.stream()
                .map(s -> s.name().equals(name) ? new WeightSpec(s.name(), s.shape(), initializer, s.kind()) : s)
                .toList();
    }

    /** Fails unless channels can be divided into groups. */
    static void requireGroups(String module, String channels, int count, String setting, int groups) {
        requirePositive(module, setting, groups);
        if (count % groups != 0) {
            throw new IllegalArgumentException("Module " + module + " needs " + channels + " divisible by " + setting
                    + ", but " + channels + " is " + count + " and " + setting + " is " + groups + ".");
        }
    }

    /** Fails unless a kernel is odd: padding {@code kernel / 2} makes an even one change the size of the map. */
    static void requireOddKernel(String module, String setting, int kernel) {
        if (kernel < 1 || kernel % 2 == 0) {
            throw new IllegalArgumentException("Module " + module + " needs odd " + setting
                    + ", because an even kernel changes the size of the map, but one is " + kernel + ".");
        }
    }

    /** Fails unless a setting is at least 1. */
    static void requirePositive(String module, String setting, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Module " + module + " needs " + setting + " of at least 1, but it is " + value + ".");
        }
    }
}
