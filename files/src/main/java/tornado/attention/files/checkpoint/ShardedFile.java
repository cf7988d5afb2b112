package tornado.attention.files.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
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
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.files.safetensors.TensorInfo;

/** Several safetensors files and the index that says which tensor lies where: {@code model.safetensors.index.json}. */
final class ShardedFile extends TensorFile {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final long MOST_INDEX_BYTES = 1L << 26;

    private final Map<String, SafetensorsFile> places;
    private final List<SafetensorsFile> files;

    private ShardedFile(Path index, Map<String, SafetensorsFile> places, List<SafetensorsFile> files) {
        super(index);
        this.places = Collections.unmodifiableMap(places);
        this.files = List.copyOf(files);
    }

    /** The files that an index names; none where it cannot be read. */
    static List<Path> parts(Path index) {
        try {
            return weightMap(index).values().stream()
                    .distinct()
                    .map(index::resolveSibling)
                    .toList();
        } catch (IOException | IllegalArgumentException e) {
            return List.of(); // opening it says what is wrong
        }
    }

    static ShardedFile open(Path index) throws IOException {
        if (Files.size(index) > MOST_INDEX_BYTES) {
            throw new CheckpointException(index, "it is larger than an index of tensors is.");
        }
        var map = weightMap(index);
        var opened = new LinkedHashMap<String, SafetensorsFile>();
        var places = new LinkedHashMap<String, SafetensorsFile>();
        try {
            for (var each : map.entrySet()) {
                var name = each.getValue();
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

    /** Which tensor lies in which file. */
    private static Map<String, String> weightMap(Path index) throws IOException {
        Map<String, String> map = null;
        try (var json = JSON.createParser(index.toFile())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(index, "it is not the JSON that an index is; download it again.");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals("weight_map");
                if (json.nextToken() == JsonToken.START_OBJECT && wanted) {
                    map = new LinkedHashMap<>();
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        var tensor = json.currentName();
                        var file = json.nextTextValue();
                        if (file == null) {
                            throw new CheckpointException(
                                    index, "it names no file for '" + tensor + "'; download it again.");
                        }
                        map.put(tensor, file);
                    }
                } else {
                    json.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw new CheckpointException(index, "it is not the JSON that an index is; download it again.", e);
        }
        if (map == null) {
            throw new CheckpointException(
                    index,
                    "it has no 'weight_map' that says which tensor lies in which file; name the index of a model.");
        }
        return map;
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
