package tornado.attention.bench.verify;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;

/**
 * One result of PyTorch: a safetensors file with inputs, parameters and float64 outputs, whose metadata say which module made it
 * and how. Close it after use.
 */
public final class ReferenceCase implements AutoCloseable {
    /** Where a setting comes from, no settings: the version of timm, and the rule by which ECA's k_size was chosen. */
    private static final Set<String> PROVENANCE = Set.of("timm", "adaptive");

    private static final String AFTER = "after.";

    private final CaseTensors file;
    private final String name;
    private final String module;
    private final boolean train;
    private final Map<String, Object> config;
    private final List<String> inputs;
    private final List<String> outputs;

    /**
     * What a tensor is expected to hold.
     *
     * @param name its name in the file, for reports
     * @param shape its extents
     * @param values its elements
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Expected(String name, Shape shape, double[] values) {}

    private ReferenceCase(CaseTensors file) throws IOException {
        this.file = file;
        var mode = file.text("mode");
        if (!mode.equals("eval") && !mode.equals("train")) {
            throw new CaseException(
                    file.path() + ": its mode is '" + mode + "', so it is no run of a module; leave it out.");
        }
        this.train = mode.equals("train");
        this.name = file.text("case");
        this.module = file.text("module");
        this.config = file.json("config", new TypeReference<LinkedHashMap<String, Object>>() {});
        this.config.keySet().removeAll(PROVENANCE);
        this.inputs = file.json("inputs", new TypeReference<List<String>>() {});
        this.outputs = file.json("outputs", new TypeReference<List<String>>() {});
        for (var input : inputs) {
            file.require(input);
        }
        if (outputs.isEmpty()) {
            throw new CaseException(file.path() + ": it names no output, so there is nothing to compare.");
        }
        for (var output : outputs) {
            file.require(expectedName(output));
        }
    }

    /**
     * Opens a case; nothing of the tensors is read yet.
     *
     * @throws IOException if the file is no safetensors file or no reference case
     */
    public static ReferenceCase open(Path path) throws IOException {
        var file = new CaseTensors(SafetensorsFile.open(path));
        try {
            return new ReferenceCase(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The open file, which holds the parameters under {@code param.}. */
    public SafetensorsFile file() {
        return file.file();
    }

    /** Name of the case, such as {@code ECA__k7}. */
    public String name() {
        return name;
    }

    /** Name of the module. */
    public String module() {
        return module;
    }

    /** Whether the module ran in training mode. */
    public boolean train() {
        return train;
    }

    /** Constructor arguments, defaults filled in. */
    public Map<String, Object> config() {
        return config;
    }

    /** Names of the inputs that the case gives. */
    public List<String> inputs() {
        return inputs;
    }

    /** Extents of an input. */
    public Shape inputShape(String input) throws CaseException {
        return file.shape(input);
    }

    /** Values of an input; true is 1 and false is 0 in a mask. */
    public float[] inputValues(String input) throws CaseException {
        return file.floats(input);
    }

    /** Float64 outputs in order. */
    public List<Expected> expectedOutputs() throws CaseException {
        var expected = new ArrayList<Expected>();
        for (var output : outputs) {
            expected.add(file.expected(expectedName(output)));
        }
        return expected;
    }

    /** Running averages after the pass, by the name of the buffer; empty in evaluation mode. */
    public Map<String, Expected> expectedAfter() throws CaseException {
        var expected = new LinkedHashMap<String, Expected>();
        for (var tensor : file.names()) {
            if (train && tensor.startsWith(AFTER)) {
                expected.put(tensor.substring(AFTER.length()), file.expected(tensor));
            }
        }
        return expected;
    }

    /** {@code output.1} is stored in float64 as {@code output64.1}. */
    private static String expectedName(String output) {
        return output.replaceFirst("^output", "output64");
    }

    @Override
    public void close() {
        file.close();
    }
}
