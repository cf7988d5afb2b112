package tornado.attention.bench.machine;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The checkout of this project: what holds {@code reference/} and git's records. */
public final class ProjectFolder {
    /** Set by the launcher, which lies in the checkout. */
    private static final String LAUNCHER = "attn.launcher";

    private ProjectFolder() {}

    /**
     * The folder above our classes, or above the working folder, that has {@code reference/peer.py}; empty outside a
     * checkout.
     */
    public static Optional<Path> find() {
        return Stream.of(ofLauncher(), ofClasses(), Optional.of(Path.of("").toAbsolutePath()))
                .flatMap(Optional::stream)
                .flatMap(ProjectFolder::upward)
                .filter(folder -> Files.isRegularFile(folder.resolve("reference/peer.py")))
                .findFirst();
    }

    private static Optional<Path> ofLauncher() {
        return Optional.ofNullable(System.getProperty(LAUNCHER)).map(Path::of);
    }

    private static Optional<Path> ofClasses() {
        try {
            var source = ProjectFolder.class.getProtectionDomain().getCodeSource();
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException _) {
            return Optional.empty(); // not from a folder or a jar of this machine
        }
    }

    private static Stream<Path> upward(Path folder) {
        return Stream.iterate(folder, f -> f != null, Path::getParent);
    }
}
