package tornado.attention.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tornado.attention.bench.verify.Tolerance;
import tornado.attention.modules.float64.Array64;
import tornado.attention.modules.float64.Reference64;
import tornado.attention.report.Check;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Value;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The float64 result of a case, with which every contender's is compared before it gets a time.
 *
 * <p>In evaluation mode each image of a batch is computed for itself, so a large case is checked on the first and the
 * last image: the float64 reference would take longer than all measurements together.
 */
public final class Oracle {
    /** The layer norms inside the transforms of GlobalContext and ContextBlock2d. */
    private static final Pattern TRANSFORM_NORM =
            Pattern.compile("(mlp_(add|scale)\\.norm|channel_(add|mul)_conv\\.1)\\.weight");

    /** Products summed up to which float32 keeps the usual tolerance: the longest sums of the reference cases. */
    private static final double USUAL_LENGTH = 4096;

    /** Largest error of a gradient. */
    private static final double GRADIENTS = 1e-4;

    /**
     * The same in a network with batch statistics, where values lie so close to zero that rounding decides whether a ReLU lets a gradient
     * through: PyTorch's own float32 gradients of a ResNet-20 with 128 images are 3e-3 off.
     */
    private static final double TRAINING_GRADIENTS = 1e-2;

    private static final double FLOOR = 1e-2;

    private final Truth truth;
    private final boolean gradients;
    private final int batch;
    private final int[] images;
    private final double tolerance;
    private final String why;

    private Oracle(Truth truth, boolean gradients, int batch, int[] images, double tolerance, String why) {
        this.truth = truth;
        this.gradients = gradients;
        this.batch = batch;
        this.images = images;
        this.tolerance = tolerance;
        this.why = why;
    }

    /**
     * Computes a case in float64.
     *
     * @param budget multiply-accumulates and elements up to which all images are computed
     */
    public static Oracle of(CaseData data, long budget) {
        int batch = data.info().map().batch();
        var pass = Pass.of(data.info().type().name());
        boolean perImage = pass == Pass.FORWARD
                && data.inputs().size() == 1
                && data.shapes().getFirst().dim(0) == batch;
        boolean all = batch <= 2 || !perImage || work(data) <= budget;
        int[] images = all ? null : new int[] {0, batch - 1};
        var inputs = new LinkedHashMap<String, Array64>();
        data.inputs().forEach((name, input) -> inputs.put(name, array(input.values(), input.shape(), images)));
        var weights = data.module().weights();
        var truth = truth(data, inputs);
        var norm = weights.names().stream()
                .anyMatch(n -> TRANSFORM_NORM.matcher(n).matches()
                        && weights.get(n).values().getSize() == 1);
        if (norm) {
            return new Oracle(
                    truth,
                    false,
                    batch,
                    images,
                    Tolerance.SINGLE_VALUE_NORM,
                    "a layer norm over one value multiplies rounding errors by up to the root of 1/eps");
        }
        if (pass != Pass.FORWARD) {
            return new Oracle(
                    truth,
                    true,
                    batch,
                    null,
                    pass == Pass.TRAINING ? TRAINING_GRADIENTS : GRADIENTS,
                    "of the largest of a tensor, or a hundredth of the largest gradient where that is more"
                            + kinks(pass, truth));
        }
        double length = sumLength(data, truth.values());
        double scale = Math.max(1, Math.sqrt(length / USUAL_LENGTH));
        return new Oracle(
                truth,
                false,
                batch,
                images,
                Tolerance.USUAL * scale,
                scale > 1
                        ? "rounding errors grow with the root of the length of sums, here about " + Math.round(length)
                        : "");
    }

    private static String kinks(Pass pass, Truth truth) {
        if (pass == Pass.TRAINING) {
            return "; rounding decides on which side of a ReLU some values lie";
        }
        return truth.kinks() == 0
                ? ""
                : "; " + truth.kinks() + " values lie so close to a kink that either slope is right";
    }

    /** Networks and gradients are computed task by task, each by its definition in double precision; a module by an independent reference. */
    private static Truth truth(CaseData data, Map<String, Array64> inputs) {
        var pass = Pass.of(data.info().type().name());
        if (data.info().isNetwork() || pass != Pass.FORWARD) {
            var known = new LinkedHashMap<Value, Array>();
            inputs.forEach((name, array) -> {
                var value = Value.input(name, Shape.of(array.shape()));
                known.put(value, new Array(value.shape(), array.values()));
            });
            return Truth.of(data.module().block().apply(List.copyOf(known.keySet())), known, pass == Pass.TRAINING);
        }
        return Truth.of(Reference64.forward(
                        data.info().type().name(), data.info().settings().asMap(), parameters(data), inputs, false)
                .outputs());
    }

    private static double work(CaseData data) {
        double elements = data.shapes().stream().mapToDouble(Shape::elements).sum();
        return data.macs() + 20 * elements;
    }

    /** Multiply-accumulates for one value of the output: how long its sums are together. */
    private static double sumLength(CaseData data, List<Array64> outputs) {
        double values = outputs.stream().mapToDouble(Array64::size).sum();
        return values == 0
                ? 0
                : data.module().macsPerImage(data.shapes()) / Math.max(1, values / outputsImages(data, outputs));
    }

    private static double outputsImages(CaseData data, List<Array64> outputs) {
        return Math.max(
                1, Math.min(data.info().map().batch(), outputs.getFirst().dim(0)));
    }

    private static Array64 array(FloatArray values, Shape shape, int[] images) {
        if (images == null) {
            return Array64.of(values.toHeapArray(), shape.dims());
        }
        int length = values.getSize() / shape.dim(0);
        var chosen = new float[images.length * length];
        for (int i = 0; i < images.length; i++) {
            for (int j = 0; j < length; j++) {
                chosen[i * length + j] = values.get(images[i] * length + j);
            }
        }
        var extents = shape.dims();
        extents[0] = images.length;
        return Array64.of(chosen, extents);
    }

    /** Compares a contender's outputs; one of another size is an infinite error. */
    public Check check(List<float[]> outputs) {
        double maxAbs = 0;
        double maxRel = 0;
        var expected = truth.values();
        if (outputs.size() != expected.size()) {
            return new Check(Double.NaN, Double.NaN, tolerance, why, checkedImages());
        }
        for (int i = 0; i < outputs.size(); i++) {
            double difference =
                    difference(outputs.get(i), expected.get(i), truth.slack().get(i));
            double largest =
                    i == 0 ? expected.get(i).maxAbs() : Math.max(expected.get(i).maxAbs(), floor());
            maxAbs = larger(maxAbs, difference);
            maxRel = larger(maxRel, difference == 0 ? 0 : difference / Math.max(largest, Double.MIN_NORMAL));
        }
        return new Check(maxAbs, maxRel, tolerance, why, checkedImages());
    }

    /** Below this a gradient is as good as zero, and its last digits are chance. */
    private double floor() {
        return gradients
                ? FLOOR
                        * truth.values().stream()
                                .skip(1)
                                .mapToDouble(Array64::maxAbs)
                                .max()
                                .orElse(0)
                : 0;
    }

    /** The larger one; NaN is larger than everything. */
    private static double larger(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
    }

    private double difference(float[] values, Array64 wanted, Array64 slack) {
        int rows = images == null ? 1 : images.length;
        int stride = images == null ? values.length : values.length / batch;
        if (images != null && values.length % batch != 0 || rows * stride != wanted.size()) {
            return Double.NaN;
        }
        double largest = 0;
        for (int r = 0; r < rows; r++) {
            int from = images == null ? 0 : images[r] * stride;
            for (int i = 0; i < stride; i++) {
                double right = wanted.values()[r * stride + i];
                double value = values[from + i];
                boolean bothNaN = Double.isNaN(right) && Double.isNaN(value);
                double off = bothNaN || right == value ? 0 : Math.abs(right - value);
                largest = larger(largest, Double.isNaN(off) ? off : Math.max(0, off - slack.values()[r * stride + i]));
            }
        }
        return largest;
    }

    private int checkedImages() {
        return images == null ? batch : images.length;
    }

    /** What a failed check says. */
    static String describe(Check check) {
        return Double.isNaN(check.maxRel())
                ? "The result has another size or holds NaN where float64 has none."
                : String.format(
                        Locale.ROOT,
                        "The result is %.2g of its largest value off the float64 reference; %.2g is allowed.",
                        check.maxRel(),
                        check.tolerance());
    }

    /** Parameters of a module in float64. */
    private static Map<String, Array64> parameters(CaseData data) {
        var parameters = new LinkedHashMap<String, Array64>();
        var weights = data.module().weights();
        for (var name : weights.names()) {
            parameters.put(
                    name, array(weights.get(name).values(), weights.get(name).shape(), null));
        }
        return parameters;
    }
}
