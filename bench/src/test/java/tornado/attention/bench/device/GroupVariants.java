package tornado.attention.bench.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.ContextPooling;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.FeatureSlice;
import tornado.attention.tasks.Moments;
import tornado.attention.tasks.Normalization;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.RowMap;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.SpatialAttention;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.VariantChoice;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Work-group kernels against the portable ones, on whichever engine this JVM has: each through a task that uses it, on random odd
 * shapes. A program of its own for TornadoVM: one line a kernel, {@code pass NAME} or {@code fail NAME: why}.
 */
final class GroupVariants {
    /** Relative to the largest value: the same sums as a tree and in order, exponentials rescaled. */
    private static final float TOLERANCE = 1e-5f;

    /** One case: what a chain computes, from its random numbers. */
    @FunctionalInterface
    private interface Body {
        List<Tensor> attach(TaskChain chain, Draw draw);
    }

    private GroupVariants() {}

    /** {@code compare SHAPES}, {@code repeat RUNS}, or {@code compile}: each kernel once, with {@code begin NAME} before it. */
    public static void main(String[] arguments) {
        if (arguments[0].equals("compile")) {
            cases().forEach((name, body) -> {
                System.out.println("begin " + name);
                run(body, 1, groups(deviceProfile()), chain -> "");
                System.out.println("pass " + name);
            });
            System.exit(0);
        }
        int count = Integer.parseInt(arguments[1]);
        var outcome =
                arguments[0].equals("compare") ? compareAll(count, deviceProfile()) : Map.of("repeat", repeat(count));
        outcome.forEach((name, reason) ->
                System.out.println(reason.isEmpty() ? "pass " + name : "fail " + name + ": " + reason));
        System.exit(0);
    }

    /** Numbers of one case: the same for both variants, since they are drawn in the same order from the same seed. */
    static final class Draw {
        private final SplittableRandom random;
        private final TaskChain chain;

        private Draw(long seed, TaskChain chain) {
            random = new SplittableRandom(seed);
            this.chain = chain;
        }

        int between(int low, int high) {
            return random.nextInt(low, high + 1);
        }

        private float[] values(long count) {
            var values = new float[(int) count];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }

        Tensor input(String name, int... extents) {
            var shape = Shape.of(extents);
            return chain.input(name, shape, FloatArray.fromArray(values(shape.elements())));
        }

        Tensor map() {
            return input("x", between(1, 2), between(1, 7), between(5, 13), between(8, 29));
        }

        Weight weight(String name, int... extents) {
            var shape = Shape.of(extents);
            return Weight.of(name, shape, values(shape.elements()));
        }

        Activation activation() {
            return Activation.values()[random.nextInt(Activation.values().length)];
        }
    }

    private static Map<String, Body> cases() {
        var cases = new TreeMap<String, Body>();
        cases.put("GlobalPoolingGroups.average", (c, d) -> List.of(Pooling.average(c, "t", d.map())));
        cases.put("AttentionPoolingGroups.weightedSum", (c, d) -> {
            var x = d.map();
            return List.of(Pooling.weighted(
                    c, "t", x, d.input("a", x.shape().batch(), x.shape().pixels())));
        });
        cases.put("AttentionPoolingGroups.softmaxSum", (c, d) -> {
            var x = d.map();
            var logits = d.input(
                    "l", x.shape().batch(), 1, x.shape().height(), x.shape().width());
            return List.of(ContextPooling.softmax(c, "t", x, logits));
        });
        cases.put(
                "SoftmaxGroups.rows",
                (c, d) -> List.of(
                        Normalization.softmaxOverPositions(c, "t", d.input("x", d.between(1, 5), d.between(32, 300)))));
        cases.put("LayerNormGroups.rows", (c, d) -> {
            int n = d.between(32, 300);
            var x = d.input("x", d.between(1, 5), n);
            return List.of(
                    Normalization.layerNorm(c, "t", x, d.weight("g", n), d.weight("b", n), 1e-5, d.activation()));
        });
        cases.put("ChannelStatisticsGroups.moments", (c, d) -> {
            var moments = Moments.of(c, "t", RowMap.dense(d.map()));
            return List.of(moments.mean(), moments.squares());
        });
        cases.put("ChannelStatisticsGroups.channelNorm", (c, d) -> {
            var x = d.map();
            var norm = ChannelStatistics.Norm.values()[d.between(1, 2)];
            return List.of(
                    ChannelStatistics.norm(c, "t", x, d.weight("w", x.shape().channels()), norm, 1e-5));
        });
        cases.put("ChannelStatisticsGroups.gate", (c, d) -> {
            int n = d.between(32, 200);
            var s = d.input("s", d.between(1, 4), n);
            return List.of(ChannelStatistics.gate(
                    c, "t", s, d.weight("g", n), d.weight("b", n), ChannelStatistics.Norm.L2, 1e-5));
        });
        cases.put("ChannelStatisticsGroups.filtered", (c, d) -> {
            int filters = d.between(1, 3);
            var x = d.input("x", d.between(1, 2), filters * d.between(1, 3), 7, d.between(6, 20));
            var filter = d.weight("f", filters, 7, x.shape().width());
            return List.of(ChannelStatistics.filtered(c, "t", x, filter));
        });
        cases.put("LinearGroups.apply", (c, d) -> {
            int inputs = d.between(32, 150);
            int outputs = d.between(1, 70);
            var x = d.input("x", d.between(1, 5), inputs);
            return List.of(Projection.linear(
                    c, "t", x, d.weight("w", outputs, inputs), d.weight("b", outputs), d.activation()));
        });
        cases.put("LinearGroups.excitation", (c, d) -> {
            int hidden = d.between(1, 70);
            int inputs = d.between(1, 90);
            int outputs = d.between(1, 300);
            var x = d.input("x", d.between(1, 4), inputs);
            var one = new Excitation.Layer("r", d.weight("w1", hidden, inputs), d.weight("b1", hidden), d.activation());
            var two = new Excitation.Layer("e", d.weight("w2", outputs, hidden), null, d.activation());
            return List.of(Excitation.apply(c, x, one, two));
        });
        cases.put("LinearGroups.normedExcitation", (c, d) -> {
            int hidden = d.between(2, 70);
            int channels = d.between(1, 90);
            var x = d.input("x", d.between(1, 4), channels);
            var one =
                    new Excitation.Layer("r", d.weight("w1", hidden, channels), d.weight("b1", hidden), d.activation());
            var norm = new Excitation.Norm("n", d.weight("g", hidden), d.weight("b", hidden), 1e-3);
            var two = new Excitation.Layer(
                    "e", d.weight("w2", channels, hidden), d.weight("b2", channels), d.activation());
            return List.of(Excitation.normed(c, x, one, norm, two));
        });
        cases.put("CovarianceGroups.mean", (c, d) -> {
            var x = d.input("x", 1, d.between(2, 6), d.between(9, 15), d.between(9, 15));
            return List.of(SecondOrder.covariance(c, "t", x, 7));
        });
        cases.put("MatrixProductGroups.transposed", (c, d) -> {
            // More pixels than a slice of 32, so that slices follow one another.
            var x = d.input("x", 1, d.between(33, 45), 5, d.between(7, 9));
            return List.of(SecondOrder.covariance(c, "t", x, Integer.MAX_VALUE));
        });
        cases.put("MatrixProductGroups.plain", (c, d) -> {
            int inputs = d.between(17, 70);
            var x = d.input("x", d.between(1, 2), inputs, 5, d.between(4, 9));
            return List.of(
                    SpatialAttention.project(c, "t", d.weight("w", d.between(16, 70), inputs), FeatureSlice.of(x)));
        });
        return cases;
    }

    /** The kernels that are compared. */
    static List<String> kernels() {
        return List.copyOf(cases().keySet());
    }

    /** For each kernel the reason why it is wrong, empty where it is right. */
    static Map<String, String> compareAll(int shapes, DeviceProfile profile) {
        var outcome = new TreeMap<String, String>();
        cases().forEach((name, body) -> outcome.put(name, compare(body, shapes, profile)));
        return outcome;
    }

    /** What the device says of itself: whether items of a SIMD group exchange values. */
    private static DeviceProfile deviceProfile() {
        return DeviceProfile.of(TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice());
    }

    private static ChainOptions groups(DeviceProfile profile) {
        return ChainOptions.evaluation().on(profile).with(VariantChoice.WORKGROUP);
    }

    private static String compare(Body body, int shapes, DeviceProfile profile) {
        try {
            for (int seed = 1; seed <= shapes; seed++) {
                var reason = compareOnce(body, seed, profile);
                if (!reason.isEmpty()) {
                    return "seed " + seed + ": " + reason;
                }
            }
            return "";
        } catch (RuntimeException | LinkageError e) {
            return e.toString().replace('\n', ' ');
        }
    }

    private static String compareOnce(Body body, long seed, DeviceProfile profile) {
        var portable = run(body, seed, ChainOptions.evaluation().with(VariantChoice.PORTABLE), chain -> "");
        var groups = run(
                body,
                seed,
                groups(profile),
                chain -> chain.cost().steps().stream().anyMatch(s -> s.variant().startsWith("workgroup"))
                        ? ""
                        : "no step of the task became a work-group variant");
        if (!groups.complaint().isEmpty()) {
            return groups.complaint();
        }
        for (int t = 0; t < portable.values().size(); t++) {
            var expected = portable.values().get(t);
            var found = groups.values().get(t);
            float largest = 0;
            for (float e : expected) {
                largest = Math.max(largest, Math.abs(e));
            }
            for (int i = 0; i < expected.length; i++) {
                if (!(Math.abs(found[i] - expected[i]) <= TOLERANCE * largest)) {
                    return "element " + i + " of " + expected.length + " is " + found[i] + " and not " + expected[i];
                }
            }
        }
        return "";
    }

    private record Run(List<float[]> values, String complaint) {}

    private static Run run(Body body, long seed, ChainOptions options, Function<TaskChain, String> check) {
        var chain = TaskChain.named("variant", options);
        var outputs = body.attach(chain, new Draw(seed, chain));
        outputs.forEach(chain::output);
        var complaint = check.apply(chain);
        try (var plan = chain.plan()) {
            plan.run();
            return new Run(outputs.stream().map(plan::read).toList(), complaint);
        }
    }

    /** Runs chains with work-group kernels again and again on one input: the reason why results differ, or nothing. */
    static String repeat(int runs) {
        for (var modules : List.of(
                List.of("GlobalContext", "SEAttention", "SRM"),
                List.of("GCT", "MultiSpectralAttentionLayer", "SOCA"))) {
            var options = ChainOptions.evaluation().with(VariantChoice.WORKGROUP);
            var chain = ResidentChain.chain(modules, options);
            try (var plan = chain.plan()) {
                plan.run(ResidentChain.random(7));
                var first = plan.read(plan.outputs().getFirst());
                for (int i = 1; i < runs; i++) {
                    plan.run();
                    if (!Arrays.equals(first, plan.read(plan.outputs().getFirst()))) {
                        return "run " + i + " of " + modules + " gave other bytes than the first";
                    }
                }
            }
        }
        return "";
    }

    /** Kernels that no case compares. */
    static List<String> missing() {
        var names = new ArrayList<String>();
        KernelCatalogue.ofWorkGroups().forEach(k -> names.add(KernelCatalogue.name(k)));
        names.removeAll(kernels());
        return names;
    }
}
