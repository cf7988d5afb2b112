package tornado.attention.modules;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import tornado.attention.modules.safetensors.DType;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.modules.safetensors.SafetensorsWriter;
import tornado.attention.modules.safetensors.TensorInfo;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Parameters and buffers of one module by their PyTorch {@code state_dict} names; immutable. */
public final class Weights {
    private static final Set<DType> NUMBERS = EnumSet.of(DType.F32, DType.F64, DType.F16, DType.BF16);
    private static final Set<DType> COUNTERS = EnumSet.of(DType.I64, DType.F32, DType.F64);

    private final List<WeightSpec> specs;
    private final Map<String, Weight> byName;

    private Weights(List<WeightSpec> specs, Map<String, Weight> byName) {
        this.specs = List.copyOf(specs);
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** Fresh weights, drawn in the order of the specs. */
    static Weights initial(List<WeightSpec> specs, long seed) {
        var random = new SplittableRandom(seed);
        var byName = new LinkedHashMap<String, Weight>();
        for (var spec : specs) {
            var values = new FloatArray(spec.shape().elementsOf(spec.name()));
            fill(values, spec.initializer(), random);
            byName.put(spec.name(), new Weight(spec.name(), spec.shape(), values));
        }
        return new Weights(specs, byName);
    }

    /** Zeros for parameters, made when somebody asks for them; buffers as fresh ones. */
    static Weights blank(List<WeightSpec> specs) {
        var byName = new LinkedHashMap<String, Weight>();
        for (var spec : specs) {
            int elements = spec.shape().elementsOf(spec.name());
            byName.put(spec.name(), Weight.made(spec.name(), spec.shape(), () -> {
                var values = new FloatArray(elements);
                if (spec.kind() != WeightSpec.Kind.PARAMETER) {
                    fill(values, spec.initializer(), new SplittableRandom(0));
                }
                return values;
            }));
        }
        return new Weights(specs, byName);
    }

    private static void fill(FloatArray values, Initializer initializer, SplittableRandom random) {
        for (int i = 0; i < values.getSize(); i++) {
            values.set(i, initializer.next(random));
        }
    }

    /**
     * Weights checked against what a module expects.
     *
     * @throws WeightsException if names are unknown or missing, shapes differ or values are not finite
     */
    static Weights checked(String module, List<WeightSpec> specs, Map<String, Weight> given) {
        var problems = new ArrayList<String>();
        var expected = new LinkedHashMap<String, WeightSpec>();
        specs.forEach(s -> expected.put(s.name(), s));
        for (var name : given.keySet()) {
            if (!expected.containsKey(name)) {
                problems.add("unknown '" + name + "'");
            }
        }
        var byName = new LinkedHashMap<String, Weight>();
        expected.forEach((name, spec) -> {
            var weight = given.get(name);
            if (weight == null && spec.kind() == WeightSpec.Kind.COUNTER) {
                byName.put(name, notCounted(spec));
            } else if (weight == null) {
                problems.add("missing '" + name + "' of shape " + spec.shape());
            } else if (!weight.shape().equals(spec.shape())) {
                problems.add("'" + name + "' has shape " + weight.shape() + " instead of " + spec.shape());
            } else {
                firstNonFinite(name, weight)
                        .ifPresentOrElse(
                                problems::add, () -> byName.put(name, new Weight(name, spec.shape(), weight.values())));
            }
        });
        if (!problems.isEmpty()) {
            throw new WeightsException(module, problems);
        }
        return new Weights(specs, byName);
    }

    /** A counter that is not given, as in older files: it begins at 0, as in PyTorch. */
    private static Weight notCounted(WeightSpec counter) {
        return Weight.of(counter.name(), counter.shape(), 0f);
    }

    private static Optional<String> firstNonFinite(String name, Weight weight) {
        var values = weight.values();
        for (int i = 0; i < values.getSize(); i++) {
            if (!Float.isFinite(values.get(i))) {
                return Optional.of("'" + name + "' holds " + values.get(i) + " at index " + i);
            }
        }
        return Optional.empty();
    }

    /**
     * Reads weights out of a safetensors file. Names, shapes and element types are checked against the header first; only the
     * values of tensors that fit are read.
     *
     * @param prefix what stands before each name in the file, such as {@code param.}; tensors without it are ignored if it is
     *     not empty
     * @throws WeightsException if they do not fit
     */
    static Weights load(String module, List<WeightSpec> specs, SafetensorsFile file, String prefix) throws IOException {
        var problems = new ArrayList<String>();
        var names = specs.stream().map(WeightSpec::name).collect(Collectors.toSet());
        for (var stored : file.names()) {
            if (stored.startsWith(prefix) && !names.contains(stored.substring(prefix.length()))) {
                problems.add("unknown '" + stored + "'");
            }
        }
        for (var spec : specs) {
            var stored = prefix + spec.name();
            if (file.names().contains(stored)) {
                checkStored(spec, file.info(stored), problems);
            } else if (spec.kind() != WeightSpec.Kind.COUNTER) {
                problems.add("missing '" + stored + "' of shape " + spec.shape());
            }
        }
        var fitting = new LinkedHashMap<String, Weight>();
        for (var spec : specs) {
            var stored = prefix + spec.name();
            if (problems.stream().noneMatch(p -> p.contains("'" + stored + "'"))) {
                var weight = file.names().contains(stored)
                        ? Weight.of(spec.name(), spec.shape(), read(file, stored))
                        : notCounted(spec);
                firstNonFinite(stored, weight).ifPresent(problems::add);
                fitting.put(spec.name(), weight);
            }
        }
        if (!problems.isEmpty()) {
            throw new WeightsException(module, problems);
        }
        return new Weights(specs, fitting);
    }

    private static void checkStored(WeightSpec spec, TensorInfo info, List<String> problems) {
        if (!Arrays.equals(info.shape(), longs(spec.shape()))) {
            problems.add("'" + info.name() + "' is " + info.describe() + " instead of " + spec.shape());
        } else if (!(spec.kind() == WeightSpec.Kind.COUNTER ? COUNTERS : NUMBERS).contains(info.dtype())) {
            problems.add("'" + info.name() + "' is stored as " + info.dtype() + " instead of "
                    + (spec.kind() == WeightSpec.Kind.COUNTER ? "I64" : "F32, F64, F16 or BF16"));
        }
    }

    private static float[] read(SafetensorsFile file, String stored) throws IOException {
        return switch (file.info(stored).dtype()) {
            case I64 ->
                floats(Arrays.stream(file.longs(stored)).asDoubleStream().toArray());
            case F64 -> floats(file.doubles(stored));
            default -> file.floats(stored);
        };
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static long[] longs(Shape shape) {
        return Arrays.stream(shape.dims()).asLongStream().toArray();
    }

    /** Writes the weights as safetensors: F32, counters as I64. */
    public void save(Path file) throws IOException {
        var writer = new SafetensorsWriter();
        for (var spec : specs) {
            var weight = get(spec.name());
            var shape = longs(spec.shape());
            if (spec.kind() == WeightSpec.Kind.COUNTER) {
                writer.add(
                        spec.name(), shape, new long[] {(long) weight.values().get(0)});
            } else {
                writer.add(spec.name(), shape, weight.values().toHeapArray());
            }
        }
        writer.write(file);
    }

    /** The weight of this name. */
    public Weight get(String name) {
        var weight = byName.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("There is no weight '" + name + "'; there are " + byName.keySet() + ".");
        }
        return weight;
    }

    /** The weight of this name, or null where the module has none (a bias that was switched off). */
    public Weight find(String name) {
        return byName.get(name);
    }

    /** All names in the order of the module's layers. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** What the module expects. */
    public List<WeightSpec> specs() {
        return specs;
    }

    /** Number of trainable parameters. */
    public long parameters() {
        return specs.stream()
                .filter(s -> s.kind() == WeightSpec.Kind.PARAMETER)
                .mapToLong(s -> s.shape().elements())
                .sum();
    }
}
