package tornado.attention.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the poms say of the artifacts that others build on. */
class ArtifactsTest {
    private static final List<String> FOLDERS =
            List.of("tornado-embedded", "tornado-kernels", "files", "tasks", "modules", "networks", "report");

    private static String pom(String folder) throws IOException {
        return Files.readString(Path.of("..", folder, "pom.xml"));
    }

    private static List<String> all(String text, String element) {
        return Pattern.compile("<" + element + ">([^<]*)</" + element + ">")
                .matcher(text)
                .results()
                .map((MatchResult r) -> r.group(1))
                .toList();
    }

    @Test
    void theBomHasEveryArtifactInTheVersionOfTheProject() throws IOException {
        var bom = pom("bom");
        var version = all(pom("."), "version").getFirst();
        assertThat(all(bom, "version").getFirst()).isEqualTo(version);
        var listed = all(bom.substring(bom.indexOf("<dependencyManagement>"), bom.indexOf("<build>")), "artifactId");
        for (var folder : FOLDERS) {
            // The first one is the parent's.
            var artifact = all(pom(folder), "artifactId").get(1);
            assertThat(artifact).startsWith("tornado-attention-");
            assertThat(listed).contains(artifact);
            assertThat(pom(folder)).contains("<module.name>tornado.attention.");
        }
        assertThat(listed).hasSameSizeAs(FOLDERS);
    }
}
