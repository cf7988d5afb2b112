package tornado.attention.modules.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.modules.safetensors.TensorFile;
import tornado.attention.modules.safetensors.TensorInfo;

/** Several safetensors files and the index that says which tensor lies where: {@code model.safetensors.index.json}. */
final class ShardedFile extends TensorFile {
    private static final long MOST_INDEX_BYTES = 1L << 26;

    private final Map<String, SafetensorsFile> places;
    private final List<SafetensorsFile> files;

    private ShardedFile(Path index, Map<String, SafetensorsFile> places, List<SafetensorsFile> files) {
        super(index);
        this.places = Collections.unmodifiableMap(places);
        this.files = List.copyOf(files);
    }

    static ShardedFile open(Path index) throws IOException {
        if (Files.size(index) > MOST_INDEX_BYTES) {
            throw new CheckpointException(index, "it is larger than an index of tensors is.");
        }
        JsonNode map;
        try {
            map = JsonMapper.builder().build().readTree(index.toFile()).path("weight_map");
        } catch (JsonProcessingException e) {
            throw new CheckpointException(index, "it is not the JSON that an index is; download it again.", e);
        }
        if (!map.isObject()) {
            throw new CheckpointException(
                    index,
                    "it has no 'weight_map' that says which tensor lies in which file; name the index of a model.");
        }
        var opened = new LinkedHashMap<String, SafetensorsFile>();
        var places = new LinkedHashMap<String, SafetensorsFile>();
        try {
            for (var each : map.properties()) {
                var name = each.getValue().asText();
                if (name.contains("/") || name.contains("\\") || name.isEmpty() || name.indexOf(0) >= 0) {
                    throw new CheckpointException(
                            index,
                            "it names the file '" + name + "', which does not lie beside it; download it again.");
                }
                if (!opened.containsKey(name)) {
                    opened.put(name, SafetensorsFile.open(index.resolveSibling(name)));
                }
                if (!opened.get(name).names().contains(each.getKey())) {
                    throw new CheckpointException(
                            index,
                            "it says that '" + each.getKey() + "' lies in " + name + ", which has no such tensor.");
                }
                places.put(each.getKey(), opened.get(name));
            }
        } catch (IOException | RuntimeException e) {
            opened.values().forEach(SafetensorsFile::close);
            throw e;
        }
        return new ShardedFile(index, places, new ArrayList<>(opened.values()));
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public Set<String> names() {
        return places.keySet();
    }

    @Override
    protected TensorInfo find(String name) {
        var file = places.get(name);
        return file == null ? null : file.info(name);
    }

    @Override
    protected MemorySegment slice(TensorInfo info) {
        return places.get(info.name()).bytes(info.name());
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
