package tornado.attention.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are written whole or not at all. */
final class WholeFiles {
    private WholeFiles() {}

    static void write(Path folder, String name, String text) throws IOException {
        var temporary = Files.createTempFile(folder, "." + name, ".part");
        try {
            Files.writeString(temporary, text);
            // A temporary file is for its owner alone; results are for everybody.
            var file = temporary.toFile();
            if (!file.setReadable(true, false)) {
                throw new IOException(file + " cannot be made readable; check the permissions of its folder.");
            }
            Files.move(temporary, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
