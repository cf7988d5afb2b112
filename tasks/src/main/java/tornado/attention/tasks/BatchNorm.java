package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;
import static tornado.attention.tasks.Step.updated;

import java.util.Arrays;
import java.util.List;
import tornado.attention.kernels.BatchStatistics;
import tornado.attention.kernels.ChannelAffine;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Batch norm: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift,
 * 2015 (arXiv 1502.03167).
 *
 * <p>In evaluation mode a norm is a constant factor and term for each channel: folded into the weights before it, or applied by
 * the task behind it, never a pass of its own unless it stands alone. In training mode it takes the statistics of the batch in
 * one pass (moments of each plane, combined for each channel), and updates the running averages and the counter on the device.
 */
public final class BatchNorm {
    /**
     * The parameters and buffers of one norm.
     *
     * @param weight {@code [channels]}, gamma
     * @param bias {@code [channels]}, beta
     * @param runningMean {@code [channels]}
     * @param runningVariance {@code [channels]}
     * @param batches one element, {@code num_batches_tracked}; null where buffers stay as they are in training too
     * @param eps added to the variance
     * @param momentum weight of a batch in the running averages
     */
    public record Parameters(
            Weight weight,
            Weight bias,
            Weight runningMean,
            Weight runningVariance,
            Weight batches,
            double eps,
            double momentum) {
        /** Checks that all have as many channels. */
        public Parameters {
            int channels = Math.toIntExact(weight.shape().elements());
            Shapes.requireVector("batch norm", bias, channels);
            Shapes.requireVector("batch norm", runningMean, channels);
            Shapes.requireVector("batch norm", runningVariance, channels);
            if (batches != null) {
                Shapes.requireVector("batch norm", batches, 1);
            }
        }

        /** Number of channels. */
        public int channels() {
            return Math.toIntExact(weight.shape().elements());
        }

        /** {@code gamma / sqrt(running_var + eps)} of a channel. */
        double scale(int channel) {
            return weight.values().get(channel)
                    / Math.sqrt(runningVariance.values().get(channel) + eps);
        }

        /** {@code beta - running_mean * scale} of a channel. */
        double shift(int channel) {
            return bias.values().get(channel) - runningMean.values().get(channel) * scale(channel);
        }
    }

    private BatchNorm() {}

    /**
     * The norm by itself, activation fused: {@code activation((x - mean) / sqrt(var + eps) * gamma + beta)}.
     *
     * @param x {@code [batch, channels, ...]}; the norm is over all axes but the channels
     * @param norm its parameters
     * @param activation applied to the result
     * @return the shape of {@code x}
     */
    public static Tensor apply(TaskChain chain, String name, Tensor x, Parameters norm, Activation activation) {
        return apply(chain, name, x, List.of(norm), activation);
    }

    /**
     * Several norms in one pass, each over some of the channels, activation fused.
     *
     * @param x {@code [batch, channels, ...]}
     * @param norms their channels one behind the other are those of {@code x}
     * @param activation applied to the result
     * @return the shape of {@code x}
     */
    public static Tensor apply(TaskChain chain, String name, Tensor x, List<Parameters> norms, Activation activation) {
        return apply(chain, name, x, affine(chain, name, RowMap.dense(x), norms), activation);
    }

    /**
     * The norm, a residual and the activation: {@code activation(norm(x) + residual)}.
     *
     * @param x {@code [batch, channels, ...]}
     * @param norm its parameters
     * @param residual the shape of {@code x}
     * @param activation applied to the sum
     * @return the shape of {@code x}
     */
    public static Tensor applyResidual(
            TaskChain chain, String name, Tensor x, Parameters norm, Tensor residual, Activation activation) {
        Shapes.requireSame(name, x, residual);
        var affine = affine(chain, name, RowMap.dense(x), List.of(norm));
        var map = RowMap.dense(x);
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        ChannelAffine::applyResidual,
                        x,
                        affine.scale(),
                        affine.shift(),
                        residual,
                        out(y),
                        map.batch(),
                        map.channels(),
                        map.width(),
                        activation.code());
        return y;
    }

    /**
     * A factor and a term for each channel by themselves, activation fused: also a depthwise 1x1 convolution.
     *
     * @param x {@code [batch, channels, ...]}
     * @return the shape of {@code x}
     */
    public static Tensor apply(TaskChain chain, String name, Tensor x, Affine affine, Activation activation) {
        var map = RowMap.dense(x);
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        ChannelAffine::apply,
                        x,
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        map.batch(),
                        map.channels(),
                        map.width(),
                        activation.code());
        return y;
    }

    /**
     * What norms do to a map, as factor and term of each channel, for a task that applies them in passing. In evaluation mode
     * they are constants and no kernel runs; in training mode the statistics of the map are taken.
     *
     * @param map what is normalised
     * @param norms their channels one behind the other are those of the map
     * @throws IllegalArgumentException if the channels do not add up, or in training mode if there is one value a channel
     */
    public static Affine affine(TaskChain chain, String name, RowMap map, List<Parameters> norms) {
        requireChannels(name, map, norms);
        return chain.training() ? trained(chain, name, map, norms) : running(chain, norms);
    }

    private static Affine running(TaskChain chain, List<Parameters> norms) {
        var ones = new float[channels(norms)];
        Arrays.fill(ones, 1f);
        return behind(chain, ones, new float[ones.length], norms);
    }

    /** Running norms behind a factor and a term for each channel, as one factor and term. */
    static Affine behind(TaskChain chain, float[] factor, float[] term, List<Parameters> norms) {
        var scale = new float[factor.length];
        var shift = new float[factor.length];
        int at = 0;
        for (var norm : norms) {
            for (int c = 0; c < norm.channels(); c++, at++) {
                scale[at] = (float) (factor[at] * norm.scale(c));
                shift[at] = (float) (term[at] * norm.scale(c) + norm.shift(c));
            }
        }
        return Affine.constant(chain, scale, shift);
    }

    private static Affine trained(TaskChain chain, String name, RowMap map, List<Parameters> norms) {
        if ((long) map.batch() * map.height() * map.width() < 2) {
            throw new IllegalArgumentException("Task '" + name + "' normalises each channel over a single value of '"
                    + map.tensor().name() + "' in training mode, which has no variance; use a larger batch.");
        }
        var moments = Moments.of(chain, name + ".moments", map);
        var scale = chain.tensor(name + ".scale", Shape.of(map.channels()));
        var shift = chain.tensor(name + ".shift", Shape.of(map.channels()));
        int first = 0;
        for (var norm : norms) {
            combine(chain, name, map, moments, norm, new Affine(scale, shift), first);
            if (norm.batches() != null) {
                var batches = chain.state(norm.batches());
                chain.step(name + ".count").launch(BatchStatistics::increment, updated(batches), 1);
            }
            first += norm.channels();
        }
        return new Affine(scale, shift);
    }

    private static void combine(
            TaskChain chain, String name, RowMap map, Moments moments, Parameters norm, Affine out, int first) {
        var gamma = chain.weight(norm.weight());
        var beta = chain.weight(norm.bias());
        var mean = chain.state(norm.runningMean());
        var variance = chain.state(norm.runningVariance());
        int count = map.height() * map.width();
        long others = (long) (map.channels() - norm.channels()) * Float.BYTES;
        chain.step(name + ".statistics")
                .extraBytes(-2 * others * (map.batch() + 1))
                .launch(
                        BatchStatistics::combine,
                        moments.mean(),
                        moments.squares(),
                        gamma,
                        beta,
                        updated(mean),
                        updated(variance),
                        out(out.scale()),
                        out(out.shift()),
                        map.batch(),
                        map.channels(),
                        first,
                        norm.channels(),
                        count,
                        (float) norm.eps(),
                        norm.batches() == null ? 0f : (float) norm.momentum());
    }

    /**
     * What the backward pass takes from map and gradient: mean, inverse deviation, the gradient of the term and that of the factor.
     *
     * @param x {@code [batch, channels, ...]}
     * @param g the shape of {@code x}
     * @return {@code [4, channels]}
     */
    public static Tensor statistics(TaskChain chain, String name, Tensor x, Tensor g, double eps) {
        var map = RowMap.dense(x);
        int count = map.height() * map.width();
        var moments = Moments.of(chain, name + ".moments", map);
        var centre = chain.tensor(name + ".centre", Shape.of(4, map.channels()));
        chain.step(name + ".centre")
                .extraBytes(-centre.bytes() / 2)
                .launch(
                        BatchStatistics::centre,
                        moments.mean(),
                        moments.squares(),
                        out(centre),
                        map.batch(),
                        map.channels(),
                        count,
                        (float) eps);
        var planes = chain.tensor(name + ".planes", Shape.of(2, map.batch(), map.channels()));
        chain.step(name + ".planes")
                .launch(
                        BatchStatistics::gradientOfPlanes,
                        x,
                        g,
                        centre,
                        out(planes),
                        map.planes(),
                        map.channels(),
                        count);
        var y = chain.tensor(name, Shape.of(4, map.channels()));
        chain.step(name)
                .launch(BatchStatistics::gradientOfChannels, planes, centre, out(y), map.batch(), map.channels());
        return y;
    }

    /**
     * The map's gradient in training.
     *
     * @param x {@code [batch, channels, ...]}
     * @param g the shape of {@code x}
     * @param gamma {@code [channels]}
     * @param statistics of {@link #statistics}
     */
    public static Tensor input(TaskChain chain, String name, Tensor x, Tensor g, Tensor gamma, Tensor statistics) {
        var map = RowMap.dense(x);
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        BatchStatistics::gradient,
                        x,
                        g,
                        gamma,
                        statistics,
                        out(y),
                        map.batch(),
                        map.channels(),
                        map.height() * map.width());
        return y;
    }

    /**
     * A weight with the norm's running factor of its output channel in it: what makes the norm vanish in evaluation mode.
     *
     * @param weight {@code [channels, ...]}
     */
    static Weight folded(TaskChain chain, Weight weight, Parameters norm) {
        return chain.derived(
                Derivation.of(
                        "times scale",
                        weight.identity(),
                        norm.weight().identity(),
                        norm.runningVariance().identity(),
                        norm.eps()),
                weight.name(),
                weight.shape(),
                () -> folded(weight, norm));
    }

    private static FloatArray folded(Weight weight, Parameters norm) {
        var values = weight.values().toHeapArray();
        int perChannel = values.length / norm.channels();
        for (int c = 0; c < norm.channels(); c++) {
            double scale = norm.scale(c);
            for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
                values[i] = (float) (values[i] * scale);
            }
        }
        return FloatArray.fromArray(values);
    }

    /** The bias that goes with {@link #folded}; {@code bias} may be null. */
    static Weight foldedBias(TaskChain chain, Weight bias, Parameters norm) {
        return chain.derived(
                Derivation.of(
                        "times scale plus shift",
                        bias == null ? "no bias" : bias.identity(),
                        norm.weight().identity(),
                        norm.bias().identity(),
                        norm.runningMean().identity(),
                        norm.runningVariance().identity(),
                        norm.eps()),
                norm.bias().name(),
                Shape.of(norm.channels()),
                () -> foldedBias(bias, norm));
    }

    private static FloatArray foldedBias(Weight bias, Parameters norm) {
        var values = new float[norm.channels()];
        for (int c = 0; c < values.length; c++) {
            double before = bias == null ? 0 : bias.values().get(c);
            values[c] = (float) (before * norm.scale(c) + norm.shift(c));
        }
        return FloatArray.fromArray(values);
    }

    private static void requireChannels(String name, RowMap map, List<Parameters> norms) {
        if (channels(norms) != map.channels()) {
            throw new IllegalArgumentException("Task '" + name + "' has batch norms for " + channels(norms)
                    + " channels, but '" + map.tensor().name() + "' has " + map.channels() + ".");
        }
    }

    private static int channels(List<Parameters> norms) {
        return norms.stream().mapToInt(Parameters::channels).sum();
    }
}
