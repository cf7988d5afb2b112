package tornado.attention.bench.device;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Arguments for a kernel that is known only by its signature. Sizes are small numbers drawn by the names of the parameters
 * (names are one vocabulary in all kernels), arrays are longer than any index they lead to; a draw with which plain Java runs out
 * of an array or makes a NaN is thrown away. What a name means is said here once.
 *
 * @param values in the order of the parameters
 * @param after what plain Java left in them
 */
record KernelArguments(Object[] values, Object[] after) {
    private static final int LENGTH = 1 << 14;
    private static final int DRAWS = 500;
    /** Constants of {@code Activations}. */
    private static final int ACTIVATIONS = 7;

    /** The same with the functions of statistics. */
    private static final int FUNCTIONS = 15;

    /** Sizes of a convolution: see {@code ConvolutionGradient}. */
    private static final int[] CONVOLUTION = {2, 4, 5, 6, 4, 3, 3, 3, 2, 2, 1, 1, 1, 2};

    private static final Pattern POSITIVE = Pattern.compile(
            "squares|runningVariance|trace|counter|runs|scale|s|gamma|weight|attention|assignment|norm");

    /**
     * Draws until plain Java is content.
     *
     * @throws IllegalStateException if it never is: a parameter's name needs a meaning here
     */
    static KernelArguments draw(Method kernel, long seed) {
        var random = new SplittableRandom(seed);
        Throwable last = null;
        for (int i = 0; i < DRAWS; i++) {
            var values = values(kernel, random);
            var after = copies(values);
            try {
                kernel.invoke(null, after);
            } catch (InvocationTargetException e) {
                last = e.getCause();
                continue;
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
            if (!hasNan(after) && !Arrays.deepEquals(heap(values), heap(after))) {
                return new KernelArguments(values, after);
            }
        }
        throw new IllegalStateException(
                "No arguments were found with which plain Java runs " + KernelCatalogue.name(kernel)
                        + "; give the names of its parameters a meaning in KernelArguments.",
                last);
    }

    /** Copies, arrays deep. */
    static Object[] copies(Object[] values) {
        return Arrays.stream(values)
                .map(v -> switch (v) {
                    case FloatArray a -> FloatArray.fromArray(a.toHeapArray());
                    case IntArray a -> IntArray.fromArray(a.toHeapArray());
                    default -> v;
                })
                .toArray();
    }

    private static Object[] heap(Object[] values) {
        return Arrays.stream(values)
                .map(v -> switch (v) {
                    case FloatArray a -> a.toHeapArray();
                    case IntArray a -> a.toHeapArray();
                    default -> v;
                })
                .toArray();
    }

    private static boolean hasNan(Object[] values) {
        for (var value : values) {
            if (value instanceof FloatArray array) {
                for (float f : array.toHeapArray()) {
                    if (Float.isNaN(f)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static Object[] values(Method kernel, SplittableRandom random) {
        var ints = new LinkedHashMap<String, Integer>();
        for (var p : kernel.getParameters()) {
            if (p.getType() == int.class) {
                ints.put(p.getName(), integer(p.getName(), ints, random));
            }
        }
        repair(ints);
        return Arrays.stream(kernel.getParameters())
                .map(p -> value(p, ints, random))
                .toArray();
    }

    private static Object value(Parameter p, Map<String, Integer> ints, SplittableRandom random) {
        if (p.getType() == int.class) {
            return ints.get(p.getName());
        }
        if (p.getType() == float.class) {
            return p.getName().equals("eps") ? 1e-3f : 0.25f + 0.5f * random.nextFloat();
        }
        if (p.getType() == FloatArray.class) {
            var positive = POSITIVE.matcher(p.getName()).matches();
            var values = new float[LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                values[i] = positive ? 0.1f + random.nextFloat() : 2 * random.nextFloat() - 1;
            }
            return FloatArray.fromArray(values);
        }
        if (p.getType() == IntArray.class) {
            return switch (p.getName()) {
                case "layout" -> layout(random);
                case "sizes" -> IntArray.fromArray(CONVOLUTION);
                default -> table(ints);
            };
        }
        throw new IllegalStateException("Parameters of type " + p.getType() + " are not drawn yet.");
    }

    /** Extents, the first tensor read anyhow, the second one row-major: what is written is written once. */
    private static IntArray layout(SplittableRandom random) {
        var layout = new int[2 * 7 + 6];
        for (int axis = 0; axis < 6; axis++) {
            layout[axis] = 2;
            layout[7 + axis] = random.nextInt(9);
            layout[14 + axis] = 1 << (5 - axis);
        }
        layout[6] = random.nextInt(9);
        return IntArray.fromArray(layout);
    }

    private static int integer(String name, Map<String, Integer> before, SplittableRandom random) {
        if (name.endsWith("ctivation") || name.equals("before")) {
            return random.nextInt(ACTIVATIONS);
        }
        if (name.endsWith("Offset") || name.endsWith("Stride") || name.equals("offset") || name.startsWith("raw")) {
            return random.nextInt(12);
        }
        return switch (name) {
            case "function" -> random.nextInt(FUNCTIONS);
            case "operation", "kind" -> random.nextInt(4);
            case "n" -> random.nextInt(1, 9);
            case "size" -> 1 + 2 * random.nextInt(3);
            case "norm" -> random.nextInt(1, 3);
            // A variance divides by one less.
            case "count" -> random.nextInt(2, 7);
            case "top", "left", "first", "from", "to" -> random.nextInt(3);
            case "stride" -> random.nextInt(1, 4);
            case "pixels", "columns", "keys", "length", "width" -> random.nextInt(1, 38);
            default -> random.nextInt(1, before.size() > 6 ? 4 : 7);
        };
    }

    /** Sizes that belong together: without these, two iterations would write one element. */
    private static void repair(Map<String, Integer> ints) {
        if (ints.containsKey("outputPlanes")) {
            ints.put("outputPlanes", ints.get("groups") * ints.get("outputs") + ints.get("first"));
        }
        if (ints.containsKey("imagePlanes")) {
            ints.put("imagePlanes", ints.get("channels") + ints.get("first"));
        }
        if (ints.containsKey("outStride") && ints.containsKey("count")) {
            ints.put("outStride", ints.get("count") + ints.get("outStride"));
        }
        if (ints.containsKey("outRow")) {
            ints.put("outRow", ints.get("width") + ints.get("outRow"));
            // The last of tiles, of four rows or of two, begins within the plane.
            ints.put("height", 4 * (ints.get("tiles") - 1) + 1 + ints.get("height") % 4);
        }
    }

    /** Different small numbers: indices of whatever there is. */
    private static IntArray table(Map<String, Integer> ints) {
        int different = ints.getOrDefault("branches", ints.getOrDefault("length", 4));
        var values = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (different - 1 - i % different);
        }
        return IntArray.fromArray(values);
    }
}
