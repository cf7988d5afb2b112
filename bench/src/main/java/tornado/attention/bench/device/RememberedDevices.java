package tornado.attention.bench.device;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A file of fastest devices, by machine and work. One that is damaged counts as empty: all in it can be measured again. */
final class RememberedDevices {
    /**
     * What was measured.
     *
     * @param device id of the fastest one
     * @param nanos median time of a run on it
     */
    record Fastest(String device, long nanos) {}

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<TreeMap<String, TreeMap<String, Fastest>>> TYPE = new TypeReference<>() {};

    private final Path file;

    RememberedDevices(Path file) {
        this.file = file;
    }

    Optional<Fastest> find(String machine, String work) {
        return Optional.ofNullable(read().getOrDefault(machine, new TreeMap<>()).get(work));
    }

    /** Adds one, in place of what was there; other processes see the old file or the new one. */
    void put(String machine, String work, Fastest fastest) throws IOException {
        var all = read();
        all.computeIfAbsent(machine, m -> new TreeMap<>()).put(work, fastest);
        Files.createDirectories(file.getParent());
        var temporary = Files.createTempFile(file.getParent(), "fastest", ".json");
        try {
            Files.write(temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Map<String, TreeMap<String, Fastest>> read() {
        try {
            var all = Files.exists(file) ? MAPPER.readValue(Files.readAllBytes(file), TYPE) : null;
            return all == null ? new TreeMap<>() : all;
        } catch (IOException _) {
            // Jackson's complaints about the content are among these.
            return new TreeMap<>();
        }
    }
}
