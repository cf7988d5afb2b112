package tornado.attention.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.WeightSpec;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A case with weights and inputs, the same for every contender, process and machine: they follow from the seed alone.
 *
 * @param info what it is
 * @param module with its weights
 * @param inputs names of the inputs, and under each its tensor
 */
public record CaseData(Case info, AttentionModule module, Map<String, Input> inputs) {
    /**
     * An input.
     *
     * @param shape its extents
     * @param values its elements
     */
    public record Input(Shape shape, FloatArray values) {}

    /** Labels are of the first classes, of which every network has so many. */
    private static final int FEWEST_CLASSES = 2;

    /**
     * Draws weights and inputs.
     *
     * @throws IllegalArgumentException with a sentence if the module cannot be made for the feature map
     */
    public static CaseData of(Case c) {
        var settings = c.settings();
        var random = new SplittableRandom(c.seed());
        var initial = c.type().initial(settings, c.seed()).weights();
        var weights = new LinkedHashMap<String, Weight>();
        for (var spec : initial.specs()) {
            weights.put(spec.name(), weight(spec, initial.get(spec.name()), random.split()));
        }
        var module = c.type().create(settings, weights);
        var inputs = new LinkedHashMap<String, Input>();
        var shapes = c.inputs();
        for (int i = 0; i < shapes.size(); i++) {
            inputs.put(c.type().inputs().get(i), input(c, c.type().inputs().get(i), shapes.get(i), random.split()));
        }
        return new CaseData(c, module, inputs);
    }

    /**
     * The initial weight, but nothing left at a constant: many modules start as the identity, which would hide
     * mistakes, and running averages of 0 and 1 would too.
     */
    private static Weight weight(WeightSpec spec, Weight initial, SplittableRandom random) {
        var values = initial.values().toHeapArray();
        if (spec.kind() == WeightSpec.Kind.COUNTER || values.length == 0) {
            return initial;
        }
        if (spec.name().endsWith("running_var")) {
            return Weight.of(spec.name(), spec.shape(), uniform(values.length, 0.5f, 1.5f, random));
        }
        if (spec.name().endsWith("running_mean")) {
            return Weight.of(spec.name(), spec.shape(), uniform(values.length, -0.2f, 0.2f, random));
        }
        if (spec.kind() != WeightSpec.Kind.PARAMETER || !isConstant(values)) {
            return initial;
        }
        float centre = values[0];
        float reach = centre == 0 ? 0.2f : 0.4f * Math.abs(centre);
        return Weight.of(spec.name(), spec.shape(), uniform(values.length, centre - reach, centre + reach, random));
    }

    private static boolean isConstant(float[] values) {
        for (float value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    private static float[] uniform(int n, float low, float high, SplittableRandom random) {
        var values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = low + (high - low) * (float) random.nextDouble();
        }
        return values;
    }

    private static Input input(Case c, String name, Shape shape, SplittableRandom random) {
        var values = new FloatArray(shape.elementsOf("input"));
        if (name.equals(Pass.LABELS)) {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, random.nextInt(FEWEST_CLASSES));
            }
        } else if (c.type().name().equals("SqrtmLayer")) {
            positiveDefinite(values, shape, random); // the square root of another matrix does not exist
        } else {
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, (float) random.nextGaussian());
            }
        }
        return new Input(shape, values);
    }

    /** A diagonal between 0.5 and 1.5 and four outer products: symmetric, positive definite, well conditioned. */
    private static void positiveDefinite(FloatArray values, Shape shape, SplittableRandom random) {
        int n = shape.dim(-1);
        int matrices = n == 0 ? 0 : values.getSize() / (n * n);
        for (int m = 0; m < matrices; m++) {
            var factors = uniform(4 * n, -1, 1, random);
            var diagonal = uniform(n, 0.5f, 1.5f, random);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    float sum = i == j ? diagonal[i] : 0;
                    for (int k = 0; k < 4; k++) {
                        sum += factors[k * n + i] * factors[k * n + j] / 4;
                    }
                    values.set((m * n + i) * n + j, sum);
                }
            }
        }
    }

    /** The shapes of the inputs. */
    public List<Shape> shapes() {
        return inputs.values().stream().map(Input::shape).toList();
    }

    /** The arrays of the inputs. */
    List<FloatArray> arrays() {
        return new ArrayList<>(inputs.values().stream().map(Input::values).toList());
    }

    /** Multiply-accumulates a run as the paper counts them. */
    long macs() {
        return Math.multiplyExact(
                module.macsPerImage(shapes()), (long) info.map().batch());
    }

    /** Writes the inputs under their names, as the peer reads them. */
    void saveInputs(Path file) throws IOException {
        var writer = new SafetensorsWriter();
        inputs.forEach((name, input) -> {
            var extents = input.shape.dims();
            var shape = new long[extents.length];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = extents[i];
            }
            writer.add(name, shape, input.values.toHeapArray());
        });
        writer.write(file);
    }
}
