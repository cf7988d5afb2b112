package tornado.attention.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.files.safetensors.DType;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.Shape;

/** Inputs of a module out of a safetensors file. */
final class InputFile {
    /** What PyTorch's results hold besides inputs. */
    private static final Pattern RESULTS = Pattern.compile(
            "(output|output64|grad_output)(\\.\\d+)?|(param|buffer|grad|after|filter|k|mapper_x|mapper_y|node)(\\..*)?");

    private static final Pattern PICTURE = Pattern.compile("(?i)\\.(png|jpe?g|bmp|gif|webp)$");

    private static final Set<DType> NUMBERS = EnumSet.of(DType.F16, DType.BF16, DType.F32, DType.F64);

    private InputFile() {}

    /**
     * Reads the tensors that bear the names of the module's inputs; for a module with one input also the only tensor of a file,
     * whatever its name.
     *
     * @return at least one tensor, in the module's order
     */
    static List<NamedTensor> read(Path path, ModuleType type) throws IOException {
        if (PICTURE.matcher(path.toString()).find()) {
            throw new FailureException(
                    path + " is named like a picture; --image takes those, --input takes safetensors.");
        }
        try (var file = SafetensorsFile.open(path)) {
            var tensors = new ArrayList<NamedTensor>();
            for (var name : type.inputs()) {
                if (file.names().contains(name)) {
                    tensors.add(name.equals("mask") ? mask(file) : read(file, name, name));
                }
            }
            if (tensors.isEmpty() && file.names().size() == 1) {
                tensors.add(
                        read(file, file.names().iterator().next(), type.inputs().getFirst()));
            }
            if (tensors.isEmpty()) {
                throw new FailureException(
                        path + ": it has no tensor '" + type.inputs().getFirst() + "', which module "
                                + type.name() + " takes as its input; it has "
                                + (file.names().isEmpty() ? "none" : String.join(", ", file.names()))
                                + ".");
            }
            requireAllUsed(file, type, tensors);
            return tensors;
        }
    }

    /** A tensor under a name that the module does not know, such as a mask called otherwise, must not be left out in silence. */
    private static void requireAllUsed(SafetensorsFile file, ModuleType type, List<NamedTensor> used) {
        var known = used.stream()
                .map(tensor -> file.names().contains(tensor.name()) ? tensor.name() : "mask")
                .toList();
        requireAllUsed(
                file,
                file.names().size() == 1 ? file.names() : known,
                "module " + type.name() + " takes "
                        + type.inputs().stream()
                                .map(i -> type.optionalInputs().contains(i) ? "[" + i + "]" : i)
                                .collect(Collectors.joining(", ")));
    }

    /**
     * Fails where a file holds a tensor besides those that are used; one of PyTorch's results may hold what it is known to hold besides
     * inputs.
     */
    static void requireAllUsed(SafetensorsFile file, Collection<String> used, String taken) {
        boolean result = file.metadata().containsKey("case");
        var unused = file.names().stream()
                .filter(name -> !used.contains(name)
                        && !(result && RESULTS.matcher(name).matches()))
                .toList();
        if (!unused.isEmpty()) {
            throw new FailureException(file.path() + ": nothing uses its tensor" + (unused.size() == 1 ? " '" : "s '")
                    + String.join("', '", unused) + "'; " + taken + "; leave out what is no input.");
        }
    }

    /** A mask of numbers is added to the scores, as in PyTorch, which is the module's bias; one of truths hides where true. */
    private static NamedTensor mask(SafetensorsFile file) {
        var dtype = file.info("mask").dtype();
        if (dtype == DType.BOOL) {
            return read(file, "mask", "mask");
        }
        if (!NUMBERS.contains(dtype)) {
            throw new FailureException(
                    file.path() + ": the mask holds " + dtype
                            + "; give it as BOOL, true where a key is hidden, or as floating-point numbers that are added to the scores.");
        }
        if (file.names().contains("bias")) {
            throw new FailureException(file.path() + ": both its mask (" + dtype
                    + ") and its bias would be added to the scores; add them up and leave one out.");
        }
        return read(file, "mask", "bias");
    }

    /**
     * Reads a tensor as {@code f32}.
     *
     * @param stored its name in the file
     * @param name its name from now on
     */
    static NamedTensor read(SafetensorsFile file, String stored, String name) {
        var given = file.info(stored).shape();
        var extents = new int[given.length];
        for (int i = 0; i < extents.length; i++) {
            if (given[i] > Integer.MAX_VALUE) {
                throw new FailureException(file.path() + ": tensor '" + stored + "' has an extent of " + given[i]
                        + ", more than an index can reach; use a smaller one.");
            }
            extents[i] = (int) given[i];
        }
        return new NamedTensor(name, Shape.of(extents), values(file, stored));
    }

    private static float[] values(SafetensorsFile file, String stored) {
        return switch (file.info(stored).dtype()) {
            case BOOL -> {
                var flags = file.booleans(stored);
                var values = new float[flags.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = flags[i] ? 1 : 0;
                }
                yield values;
            }
            case F64 -> {
                var doubles = file.doubles(stored);
                var values = new float[doubles.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) doubles[i];
                }
                yield values;
            }
            default -> file.floats(stored);
        };
    }
}
