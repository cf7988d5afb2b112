package tornado.attention.modules.float64;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One forward pass as a module sees it: settings, parameters under the module's own prefix, inputs, mode, and the place
 * where batch norms leave their new statistics.
 */
final class Call64 {
    /** PyTorch's default for every batch norm. */
    static final double BATCH_NORM_EPS = 1e-5;
    /** PyTorch's default weight of the newest batch in the running statistics. */
    static final double BATCH_NORM_MOMENTUM = 0.1;

    private final String module;
    private final String prefix;
    private final Map<String, Object> config;
    private final Map<String, Array64> parameters;
    private final Map<String, Array64> inputs;
    private final boolean train;
    private final Map<String, Array64> after;

    Call64(
            String module,
            Map<String, Object> config,
            Map<String, Array64> parameters,
            Map<String, Array64> inputs,
            boolean train) {
        this(module, "", config, parameters, inputs, train, new HashMap<>());
    }

    private Call64(
            String module,
            String prefix,
            Map<String, Object> config,
            Map<String, Array64> parameters,
            Map<String, Array64> inputs,
            boolean train,
            Map<String, Array64> after) {
        this.module = module;
        this.prefix = prefix;
        this.config = config;
        this.parameters = parameters;
        this.inputs = inputs;
        this.train = train;
        this.after = after;
    }

    /** The same call seen by a submodule: its parameters start with this name and a dot. */
    Call64 within(String name) {
        return new Call64(module, prefix + name + ".", config, parameters, inputs, train, after);
    }

    Map<String, Array64> after() {
        return after;
    }

    boolean train() {
        return train;
    }

    Array64 input() {
        return input("input");
    }

    Array64 input(String name) {
        return optionalInput(name)
                .orElseThrow(() -> new IllegalArgumentException(module + " was called without its input \"" + name
                        + "\"; pass the inputs " + inputs.keySet() + " and this one."));
    }

    Optional<Array64> optionalInput(String name) {
        return Optional.ofNullable(inputs.get(name));
    }

    Array64 parameter(String name) {
        return optionalParameter(name)
                .orElseThrow(() -> new IllegalArgumentException(module + " has no parameter \"" + prefix + name
                        + "\" among those given; pass the complete state_dict."));
    }

    Optional<Array64> optionalParameter(String name) {
        return Optional.ofNullable(parameters.get(prefix + name));
    }

    // ------------------------------------------------------------------------------------------------ settings

    /** A setting as it was given; null where it is missing or null. */
    Object setting(String key) {
        return config.get(key);
    }

    int integer(String key, int fallback) {
        return config.get(key) instanceof Number number ? number.intValue() : absent(key, fallback);
    }

    double real(String key, double fallback) {
        return config.get(key) instanceof Number number ? number.doubleValue() : absent(key, fallback);
    }

    boolean flag(String key, boolean fallback) {
        return config.get(key) instanceof Boolean flag ? flag : absent(key, fallback);
    }

    String word(String key, String fallback) {
        return config.get(key) instanceof String word ? word : absent(key, fallback);
    }

    List<Integer> integers(String key, List<Integer> fallback) {
        return config.get(key) instanceof List<?> list
                ? list.stream().map(element -> ((Number) element).intValue()).toList()
                : absent(key, fallback);
    }

    private <T> T absent(String key, T fallback) {
        if (config.get(key) != null) {
            throw new IllegalArgumentException("The setting \"" + key + "\" of " + module + " is "
                    + config.get(key).getClass().getSimpleName() + " but should be like " + fallback
                    + "; correct its type.");
        }
        return fallback;
    }

    // ------------------------------------------------------------------------------------ layers with parameters

    /** name.weight x + name.bias over the last axis; the bias is left out where there is none. */
    Array64 linear(String name, Array64 x) {
        return Linear64.linear(
                x,
                parameter(name + ".weight"),
                optionalParameter(name + ".bias").orElse(null));
    }

    Array64 convolution(String name, Array64 x, Convolution64.Geometry geometry) {
        return Convolution64.conv2d(
                x,
                parameter(name + ".weight"),
                optionalParameter(name + ".bias").orElse(null),
                geometry);
    }

    Array64 pointwise(String name, Array64 x) {
        return convolution(name, x, Convolution64.Geometry.PLAIN);
    }

    Array64 batchNorm(String name, Array64 x) {
        return batchNorm(name, x, BATCH_NORM_MOMENTUM);
    }

    /**
     * Batch norm over [B, C, ...]: running statistics in eval mode; those of the batch, with the update noted, in train
     * mode.
     */
    Array64 batchNorm(String name, Array64 x, double momentum) {
        var layer = within(name);
        var runningMean = layer.parameter("running_mean");
        var runningVariance = layer.parameter("running_var");
        double[] mean = runningMean.values();
        double[] variance = runningVariance.values();
        if (train) {
            var statistics = Norm64.statistics(x);
            mean = statistics.mean();
            variance = statistics.variance();
            after.put(layer.prefix + "running_mean", blend(runningMean, statistics.mean(), momentum));
            after.put(layer.prefix + "running_var", blend(runningVariance, statistics.unbiased(), momentum));
            layer.optionalParameter("num_batches_tracked")
                    .ifPresent(count -> after.put(layer.prefix + "num_batches_tracked", count.map(n -> n + 1)));
        }
        return Norm64.apply(x, mean, variance, layer.parameter("weight"), layer.parameter("bias"), BATCH_NORM_EPS);
    }

    private static Array64 blend(Array64 running, double[] batch, double momentum) {
        return running.combine(Array64.of(batch, running.shape()), (old, now) -> (1 - momentum) * old + momentum * now);
    }

    /** Layer norm over the last axis. */
    Array64 layerNorm(String name, Array64 x, double eps) {
        return Norm64.layerNorm(x, parameter(name + ".weight"), parameter(name + ".bias"), eps);
    }

    /** Refuses what draws random numbers: there would be nothing to compare. */
    void refuseDropout(double rate) {
        if (train && rate > 0) {
            throw new IllegalArgumentException("The dropout of " + module + " (rate " + rate
                    + ") is random in train mode, so it has no reference; set it to 0 or use eval mode.");
        }
    }
}
