package tornado.attention.files.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Files written by the format's own implementation, where a folder of them is given. */
class ReferenceFilesTest {
    private static final String PROPERTY = "tornado.attention.reference";

    @Test
    void everyFileOfTheFolderOpensAndReads() throws IOException {
        String folder = System.getProperty(PROPERTY);
        Assumptions.assumeTrue(folder != null && !folder.isBlank(), "no folder of reference files: set -D" + PROPERTY);
        int files = 0;
        try (var paths = Files.walk(Path.of(folder))) {
            for (Path path : (Iterable<Path>)
                    paths.filter(p -> p.toString().endsWith(".safetensors")).sorted()::iterator) {
                read(path);
                files++;
            }
        }
        assertThat(files).as("files in %s", folder).isPositive();
    }

    private static void read(Path path) throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.metadata()).as("%s", path).containsKey("module");
            for (String name : file.names()) {
                var info = file.info(name);
                int length = switch (info.dtype()) {
                    case F32, F16, BF16 -> file.floats(name).length;
                    case F64 -> file.doubles(name).length;
                    case BOOL -> file.booleans(name).length;
                    default -> file.longs(name).length;
                };
                assertThat((long) length).as("%s %s", path, info).isEqualTo(info.elements());
            }
        }
    }
}
