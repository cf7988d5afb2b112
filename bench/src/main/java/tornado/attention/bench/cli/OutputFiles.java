package tornado.attention.bench.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tornado.attention.files.checkpoint.WeightFiles;

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

    /** The same for weights, with the files that an index of several ones names. */
    public OutputFiles readingWeights(String option, Path file) {
        if (file != null) {
            for (var part : WeightFiles.files(file)) {
                reading(part.equals(file) ? option : option + "' part " + part.getFileName(), part);
            }
        }
        return this;
    }

    /**
     * Checks a file that the command will write.
     *
     * @param option the option that names it
     * @param file the file, or null where the option was not given
     * @throws UsageException if another option has named the same file, or its folder is not there
     */
    public OutputFiles writing(String option, Path file) {
        if (file != null) {
            owner(file).ifPresent(other -> {
                throw new UsageException(
                        option + " " + file + " is the file of " + other + "; nothing was written, give another name.");
            });
            var folder = file.toAbsolutePath().getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                throw new UsageException(
                        option + " " + file + " lies in a folder that is not there; make " + folder + " first.");
            }
            taken.put(option, file);
        }
        return this;
    }

    /**
     * What a file to be written ends in, which says its format.
     *
     * @param endings those that there are
     * @throws UsageException if it ends in none of them
     */
    public static String ending(String option, Path file, String... endings) {
        var name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(endings)
                .filter(name::endsWith)
                .findFirst()
                .orElseThrow(() -> new UsageException(option + " " + file
                        + " is no kind of file that is written here; end it with " + joined(endings) + "."));
    }

    private static String joined(String... endings) {
        int last = endings.length - 1;
        return last == 0 ? endings[0] : String.join(", ", Arrays.copyOf(endings, last)) + " or " + endings[last];
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
