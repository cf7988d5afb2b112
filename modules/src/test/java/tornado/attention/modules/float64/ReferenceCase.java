package tornado.attention.modules.float64;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.files.safetensors.SafetensorsFile;

/**
 * One reference case as the format in {@code reference/README.md} describes it.
 *
 * @param outputs float64 outputs in order
 * @param after running statistics after the pass, rounded to float32
 */
record ReferenceCase(
        String name,
        String module,
        Map<String, Object> config,
        boolean train,
        boolean finite,
        Map<String, Array64> parameters,
        Map<String, Array64> inputs,
        List<Array64> outputs,
        Map<String, Array64> after) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Reads the case of one file. */
    static ReferenceCase read(Path path) throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            var metadata = file.metadata();
            var inputs = new LinkedHashMap<String, Array64>();
            for (var name : list(metadata.get("inputs"))) {
                inputs.put(name, tensor(file, name));
            }
            var outputs = list(metadata.get("outputs")).stream()
                    .map(name -> tensor(file, name.replaceFirst("output", "output64")))
                    .toList();
            return new ReferenceCase(
                    metadata.get("case"),
                    metadata.get("module"),
                    JSON.readValue(metadata.get("config"), new TypeReference<Map<String, Object>>() {}),
                    metadata.get("mode").equals("train"),
                    Boolean.parseBoolean(metadata.get("finite")),
                    prefixed(file, "param."),
                    inputs,
                    outputs,
                    prefixed(file, "after."));
        }
    }

    private static List<String> list(String json) throws JsonProcessingException {
        return JSON.readValue(json, new TypeReference<List<String>>() {});
    }

    private static Map<String, Array64> prefixed(SafetensorsFile file, String prefix) {
        var tensors = new LinkedHashMap<String, Array64>();
        file.names().stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> tensors.put(name.substring(prefix.length()), tensor(file, name)));
        return tensors;
    }

    private static Array64 tensor(SafetensorsFile file, String name) {
        var info = file.info(name);
        var shape = new int[info.shape().length];
        for (var i = 0; i < shape.length; i++) {
            shape[i] = Math.toIntExact(info.shape()[i]);
        }
        return switch (info.dtype()) {
            case BOOL -> Array64.of(file.booleans(name), shape);
            case I64 -> Array64.of(file.longs(name), shape);
            default -> Array64.of(file.doubles(name), shape);
        };
    }
}
