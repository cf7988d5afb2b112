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
import tornado.attention.files.safetensors.DType;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.files.safetensors.TensorFile;
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
    public static Weights initial(List<WeightSpec> specs, long seed) {
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
    public static Weights blank(List<WeightSpec> specs) {
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
     * @param owner whose they are, such as {@code module ECA}
     * @throws WeightsException if names are unknown or missing, shapes differ or values are not finite
     */
    public static Weights checked(String owner, List<WeightSpec> specs, Map<String, Weight> given) {
        return new Gathering(owner, specs, Names.OWN).of(given.keySet(), (spec, name) -> {
            var weight = given.get(name);
            return fits(weight.shape(), spec.shape())
                    ? Found.of(
                            weight.isOnDevice()
                                    ? weight.reshaped(spec.shape().dims())
                                    : new Weight(spec.name(), spec.shape(), weight.values()))
                    : Found.not("'" + name + "' has shape " + weight.shape() + " instead of " + spec.shape());
        });
    }

    /**
     * Reads weights out of a file. Names, shapes and element types are checked against the header first; only the
     * values of tensors that fit are read.
     *
     * @param owner whose they are, such as {@code module ECA}
     * @param names what the file calls them
     * @throws WeightsException if they do not fit
     */
    public static Weights load(String owner, List<WeightSpec> specs, TensorFile file, Names names) throws IOException {
        return new Gathering(owner, specs, names).of(file.names(), (spec, name) -> {
            var info = file.info(name);
            var types = spec.kind() == WeightSpec.Kind.COUNTER ? COUNTERS : NUMBERS;
            if (!fits(info.shape(), spec.shape())) {
                return Found.not("'" + name + "' is " + info.describe() + " instead of " + spec.shape());
            }
            if (!types.contains(info.dtype())) {
                return Found.not("'" + name + "' is stored as " + info.dtype() + " instead of "
                        + (types == COUNTERS ? "I64" : "F32, F64, F16 or BF16"));
            }
            return Found.of(new Weight(spec.name(), spec.shape(), read(file, name, spec.shape())));
        });
    }

    /** What became of one weight: it is there, or what is wrong with it. */
    private record Found(Weight weight, String problem) {
        static Found of(Weight weight) {
            return new Found(weight, null);
        }

        static Found not(String problem) {
            return new Found(null, problem);
        }
    }

    /** Takes a weight out of where it is stored. */
    private interface Source<E extends Exception> {
        Found take(WeightSpec spec, String name) throws E;
    }

    /** All weights of a module, or everything that is wrong with them. */
    private record Gathering(String owner, List<WeightSpec> specs, Names names) {
        <E extends Exception> Weights of(Set<String> stored, Source<E> source) throws E {
            var problems = new ArrayList<String>();
            var wanted = specs.stream().map(s -> names.stored(s.name())).collect(Collectors.toSet());
            stored.stream()
                    .filter(name -> name.startsWith(names.prefix()) && !wanted.contains(name))
                    .forEach(name -> problems.add("unknown '" + name + "'"));
            var byName = new LinkedHashMap<String, Weight>();
            for (var spec : specs) {
                var name = names.stored(spec.name());
                if (stored.contains(name)) {
                    var found = source.take(spec, name);
                    Optional.ofNullable(found.problem())
                            .or(() -> firstNonFinite(name, found.weight()))
                            .ifPresent(problems::add);
                    byName.put(spec.name(), found.weight());
                } else if (spec.kind() == WeightSpec.Kind.COUNTER) {
                    // As in older files: it begins at 0, as in PyTorch.
                    byName.put(spec.name(), Weight.of(spec.name(), spec.shape(), 0f));
                } else {
                    problems.add("missing '" + name + "' of shape " + spec.shape());
                }
            }
            if (!problems.isEmpty()) {
                throw new WeightsException(owner, problems);
            }
            return new Weights(specs, byName);
        }
    }

    private static Optional<String> firstNonFinite(String name, Weight weight) {
        if (weight.isOnDevice()) {
            return Optional.empty();
        }
        var values = weight.values();
        for (int i = 0; i < values.getSize(); i++) {
            if (!Float.isFinite(values.get(i))) {
                return Optional.of("'" + name + "' holds " + values.get(i) + " at index " + i);
            }
        }
        return Optional.empty();
    }

    private static boolean fits(long[] stored, Shape wanted) {
        return Arrays.equals(withoutOnes(stored), withoutOnes(longs(wanted)));
    }

    private static boolean fits(Shape stored, Shape wanted) {
        return fits(longs(stored), wanted);
    }

    /**
     * A matrix without the extents of 1 behind it: a linear layer's weight and a 1x1 convolution's are one; so are a number and a vector
     * of one.
     */
    private static long[] withoutOnes(long[] extents) {
        int rank = extents.length;
        while (rank > 2 && extents[rank - 1] == 1) {
            rank--;
        }
        if (rank == 1 && extents[0] == 1) {
            rank = 0;
        }
        return Arrays.copyOf(extents, rank);
    }

    /** A tensor of a file, narrowed to F32. */
    public static Weight read(TensorFile file, String name) throws IOException {
        var extents = Arrays.stream(file.info(name).shape())
                .mapToInt(Math::toIntExact)
                .toArray();
        var shape = Shape.of(extents);
        return new Weight(name, shape, read(file, name, shape));
    }

    /** The values in an array of the engine's: what is stored as F32 is copied once. */
    private static FloatArray read(TensorFile file, String name, Shape shape) throws IOException {
        var values = new FloatArray(shape.elementsOf(name));
        switch (file.info(name).dtype()) {
            case I64 -> {
                var counters = file.longs(name);
                for (int i = 0; i < counters.length; i++) {
                    values.set(i, counters[i]);
                }
            }
            case F64 -> {
                var doubles = file.doubles(name);
                for (int i = 0; i < doubles.length; i++) {
                    values.set(i, (float) doubles[i]);
                }
            }
            default -> file.floats(name, values.getSegment());
        }
        return values;
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
