package tornado.attention.bench.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps what a command writes apart from what it reads and from each other, whatever the names look like. */
public final class OutputFiles {
    private final Map<String, Path> taken = new LinkedHashMap<>();

    /**
     * Names a file that the command reads.
     *
     * @param option the option that names it
     * @param file the file, or null where the option was not given
     */
    public OutputFiles reading(String option, Path file) {
        if (file != null) {
            taken.put(option, file);
        }
        return this;
    }

    /**
     * Checks a file that the command will write.
     *
     * @param option the option that names it
     * @param file the file, or null where the option was not given
     * @throws UsageException if another option has named the same file
     */
    public OutputFiles writing(String option, Path file) {
        if (file != null) {
            owner(file).ifPresent(other -> {
                throw new UsageException(
                        option + " " + file + " is the file of " + other + "; nothing was written, give another name.");
            });
            taken.put(option, file);
        }
        return this;
    }

    /** Whether an option has named this file. */
    public boolean isTaken(Path file) {
        return owner(file).isPresent();
    }

    private Optional<String> owner(Path file) {
        return taken.entrySet().stream()
                .filter(other -> isSame(file, other.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isSame(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isSameFile(one, other);
            }
        } catch (IOException e) {
            // Then only their names can be compared.
        }
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }
}
