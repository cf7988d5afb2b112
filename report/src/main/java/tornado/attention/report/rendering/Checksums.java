package tornado.attention.report.rendering;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** {@code SHA256SUMS} of a folder, as {@code sha256sum -c} reads it. */
final class Checksums {
    static final String FILE = "SHA256SUMS";

    private Checksums() {}

    /** One line for each file of the folder, by name. */
    static String of(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> !f.getFileName().toString().equals(FILE))
                    .filter(f -> !f.getFileName().toString().startsWith("."))
                    .sorted()
                    .map(f -> digest(f) + "  " + f.getFileName() + "\n")
                    .collect(Collectors.joining());
        }
    }

    private static String digest(Path file) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256, which every JDK must have.", e);
        }
    }
}
