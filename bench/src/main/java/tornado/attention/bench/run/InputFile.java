package tornado.attention.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;

/** Inputs of a module out of a safetensors file. */
final class InputFile {
    private InputFile() {}

    /**
     * Reads the tensors that bear the names of the module's inputs; for a module with one input also the only tensor of a file,
     * whatever its name.
     *
     * @return at least one tensor, in the module's order
     */
    static List<NamedTensor> read(Path path, ModuleType type) throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            var tensors = new ArrayList<NamedTensor>();
            for (var name : type.inputs()) {
                if (file.names().contains(name)) {
                    tensors.add(read(file, name, name));
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
            return tensors;
        }
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
