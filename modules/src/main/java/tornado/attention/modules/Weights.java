package tornado.attention.modules;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import tornado.attention.modules.safetensors.DType;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.modules.safetensors.SafetensorsWriter;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Parameters and buffers of one module by their PyTorch {@code state_dict} names; immutable. */
public final class Weights {
    private final List<WeightSpec> specs;
    private final Map<String, Weight> byName;

    private Weights(List<WeightSpec> specs, Map<String, Weight> byName) {
        this.specs = List.copyOf(specs);
        this.byName = byName;
    }

    /** Fresh weights, drawn in the order of the specs. */
    static Weights initial(List<WeightSpec> specs, long seed) {
        var random = new SplittableRandom(seed);
        var byName = new LinkedHashMap<String, Weight>();
        for (var spec : specs) {
            var values = new FloatArray(spec.shape().elementsOf(spec.name()));
            for (int i = 0; i < values.getSize(); i++) {
                values.set(i, spec.initializer().next(random));
            }
            byName.put(spec.name(), new Weight(spec.name(), spec.shape(), values));
        }
        return new Weights(specs, byName);
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
            if (weight == null) {
                problems.add("missing '" + name + "' of shape " + spec.shape());
            } else if (!weight.shape().equals(spec.shape())) {
                problems.add("'" + name + "' has shape " + weight.shape() + " instead of " + spec.shape());
            } else {
                firstNonFinite(weight).ifPresentOrElse(problems::add, () -> byName.put(name, weight));
            }
        });
        if (!problems.isEmpty()) {
            throw new WeightsException(module, problems);
        }
        return new Weights(specs, byName);
    }

    private static Optional<String> firstNonFinite(Weight weight) {
        var values = weight.values();
        for (int i = 0; i < values.getSize(); i++) {
            if (!Float.isFinite(values.get(i))) {
                return Optional.of("'" + weight.name() + "' holds " + values.get(i) + " at index " + i);
            }
        }
        return Optional.empty();
    }

    /**
     * Reads weights out of a safetensors file.
     *
     * @param prefix what stands before each name in the file, such as {@code param.}; tensors without it are ignored if it is
     *     not empty
     * @throws WeightsException if they do not fit
     */
    static Weights load(String module, List<WeightSpec> specs, SafetensorsFile file, String prefix) throws IOException {
        var given = new LinkedHashMap<String, Weight>();
        for (var stored : file.names()) {
            if (stored.startsWith(prefix)) {
                var name = stored.substring(prefix.length());
                given.put(name, read(file, stored, name));
            }
        }
        return checked(module, specs, given);
    }

    private static Weight read(SafetensorsFile file, String stored, String name) throws IOException {
        var info = file.info(stored);
        var extents = new int[info.shape().length];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = Math.toIntExact(info.shape()[i]);
        }
        if (info.dtype() == DType.I64) {
            var counts = file.longs(stored);
            var values = new float[counts.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = counts[i];
            }
            return Weight.of(name, Shape.of(extents), values);
        }
        if (info.dtype() == DType.F64) {
            var doubles = file.doubles(stored);
            var values = new float[doubles.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) doubles[i];
            }
            return Weight.of(name, Shape.of(extents), values);
        }
        return Weight.of(name, Shape.of(extents), file.floats(stored));
    }

    /** Writes the weights as safetensors: F32, counters as I64. */
    public void save(Path file) throws IOException {
        var writer = new SafetensorsWriter();
        for (var spec : specs) {
            var weight = get(spec.name());
            var extents = spec.shape().dims();
            var shape = new long[extents.length];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = extents[i];
            }
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
