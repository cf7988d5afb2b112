package tornado.attention.bench.device;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** A file of device ids, by machine and work. One that is damaged counts as empty: everything in it can be measured again. */
final class RememberedDevices {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<TreeMap<String, TreeMap<String, String>>> TYPE = new TypeReference<>() {};

    private final Path file;

    RememberedDevices(Path file) {
        this.file = file;
    }

    /** The id, or null. */
    String find(String machine, String work) {
        return read().getOrDefault(machine, new TreeMap<>()).get(work);
    }

    /** Adds one, in place of what was there; other processes see the old file or the new one. */
    void put(String machine, String work, String id) throws IOException {
        var all = read();
        all.computeIfAbsent(machine, m -> new TreeMap<>()).put(work, id);
        Files.createDirectories(file.getParent());
        var temporary = Files.createTempFile(file.getParent(), "fastest", ".json");
        try {
            Files.write(temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Map<String, TreeMap<String, String>> read() {
        try {
            var all = Files.exists(file) ? MAPPER.readValue(Files.readAllBytes(file), TYPE) : null;
            return all == null ? new TreeMap<>() : all;
        } catch (IOException _) {
            // Jackson's complaints about the content are among these.
            return new TreeMap<>();
        }
    }
}
