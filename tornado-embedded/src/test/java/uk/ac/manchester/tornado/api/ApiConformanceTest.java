package uk.ac.manchester.tornado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The embedded API is a strict subset of TornadoVM's. Needs a real tornado-api jar, by system property
 * {@code tornado.api.jar} or in the SDK at {@code TORNADOVM_HOME}; skipped with that reason where there is none.
 */
class ApiConformanceTest {

    private static final String ROOT = "uk/ac/manchester/tornado/api";

    @Test
    @DisplayName("everything public in ours is in TornadoVM with the same signature")
    void subsetOfTheRealApi() throws Exception {
        var jar = realJar();
        assumeTrue(
                jar.isPresent(),
                "no TornadoVM to compare with: set system property tornado.api.jar or variable TORNADOVM_HOME");
        var types = ourTypes();
        assertThat(types).as("types of ours that were found").hasSizeGreaterThan(50);
        var differences = new ArrayList<String>();
        try (var loader =
                new URLClassLoader(new URL[] {jar.get().toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            for (var name : types) {
                var ours = Class.forName(name, false, getClass().getClassLoader());
                if (!ApiComparison.isVisible(ours.getModifiers())) {
                    continue;
                }
                try {
                    differences.addAll(ApiComparison.differences(ours, Class.forName(name, false, loader)));
                } catch (ClassNotFoundException e) {
                    differences.add(name + " is not in TornadoVM");
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static Optional<Path> realJar() throws IOException {
        var property = System.getProperty("tornado.api.jar", "");
        if (!property.isBlank()) {
            var jar = Path.of(property);
            assertThat(jar).as("tornado.api.jar").isRegularFile();
            return Optional.of(jar);
        }
        var home = System.getenv("TORNADOVM_HOME");
        if (home == null || home.isBlank() || !Files.isDirectory(Path.of(home))) {
            return Optional.empty();
        }
        try (var files = Files.walk(Path.of(home))) {
            return files.filter(file -> file.getFileName().toString().matches("tornado-api(-[\\w.-]+)?\\.jar"))
                    .findFirst();
        }
    }

    private static List<String> ourTypes() throws IOException, URISyntaxException {
        var place = Path.of(TaskGraph.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        if (Files.isDirectory(place)) {
            return typesUnder(place.resolve(ROOT), place);
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), java.util.Map.of())) {
            return typesUnder(jar.getPath("/" + ROOT), jar.getPath("/"));
        }
    }

    private static List<String> typesUnder(Path folder, Path base) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.map(file -> base.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }
}
