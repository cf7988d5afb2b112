package uk.ac.manchester.tornado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
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
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedded API is a strict subset of TornadoVM's: of 5.2's as a whole, of later versions' but for the {@linkplain #REMOVED four
 * names} that went with PTX, SPIR-V and FPGAs. Needs a real tornado-api jar, by system property {@code tornado.api.jar} or in the SDK
 * at {@code TORNADOVM_HOME}; skipped with that reason where there is none.
 */
class ApiConformanceTest {

    private static final String ROOT = "uk/ac/manchester/tornado/api";

    private static final String NOT_THERE = " is not in TornadoVM";

    /** What TornadoVM 6 took away of the API that we use. */
    private static final Set<String> REMOVED = Set.of(
            "uk.ac.manchester.tornado.api.enums.TornadoDeviceType: field FPGA" + NOT_THERE,
            "uk.ac.manchester.tornado.api.enums.TornadoVMBackendType: field PTX" + NOT_THERE,
            "uk.ac.manchester.tornado.api.enums.TornadoVMBackendType: field SPIRV" + NOT_THERE,
            "uk.ac.manchester.tornado.api.common.TornadoDevice: isSPIRVSupported[]" + NOT_THERE);

    @Test
    @DisplayName("everything public in ours is in TornadoVM with the same signature")
    void subsetOfTheRealApi() throws Exception {
        var jar = realJar();
        assumeTrue(
                jar.isPresent(),
                "no TornadoVM to compare with: set system property tornado.api.jar or variable TORNADOVM_HOME");
        var differences = differences(jar.get());
        if (!differences.isEmpty()) {
            assertThat(differences).containsExactlyInAnyOrderElementsOf(REMOVED);
        }
    }

    @Test
    @DisplayName("of what later versions removed nothing is missed, and nothing else is let pass")
    void removalsOfLaterVersions(@TempDir Path folder) throws Exception {
        var later = ownApiWithout(folder.resolve("later.jar"), Set.of("FPGA", "PTX", "SPIRV", "isSPIRVSupported"));
        var broken = ownApiWithout(folder.resolve("broken.jar"), Set.of("withPreCompilation"));

        assertThat(differences(later)).containsExactlyInAnyOrderElementsOf(REMOVED);
        assertThat(differences(broken))
                .singleElement()
                .asString()
                .contains("TornadoExecutionPlan: withPreCompilation[]" + NOT_THERE);
    }

    /** Our own API as a jar, without the members of these names. */
    private static Path ownApiWithout(Path jar, Set<String> names) throws Exception {
        var loader = ApiConformanceTest.class.getClassLoader();
        var format = ClassFile.of();
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var type : ourTypes()) {
                var entry = type.replace('.', '/') + ".class";
                byte[] bytes;
                try (var in = loader.getResourceAsStream(entry)) {
                    bytes = in.readAllBytes();
                }
                out.putNextEntry(new ZipEntry(entry));
                out.write(format.transformClass(
                        format.parse(bytes), ClassTransform.dropping(element -> switch (element) {
                            case FieldModel f -> names.contains(f.fieldName().stringValue());
                            case MethodModel m -> names.contains(m.methodName().stringValue());
                            default -> false;
                        })));
                out.closeEntry();
            }
        }
        return jar;
    }

    private static List<String> differences(Path jar) throws Exception {
        var types = ourTypes();
        assertThat(types).as("types of ours that were found").hasSizeGreaterThan(50);
        var differences = new ArrayList<String>();
        // Types of ours that the API uses and a jar of the API alone has not are found in the application.
        var parent = new ClassLoader(ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.startsWith("tornado.attention.")) {
                    return ApiConformanceTest.class.getClassLoader().loadClass(name);
                }
                throw new ClassNotFoundException(name);
            }
        };
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, parent)) {
            for (var name : types) {
                var ours = Class.forName(name, false, ApiConformanceTest.class.getClassLoader());
                if (!ApiComparison.isVisible(ours.getModifiers())) {
                    continue;
                }
                try {
                    differences.addAll(ApiComparison.differences(ours, Class.forName(name, false, loader)));
                } catch (ClassNotFoundException e) {
                    differences.add(name + NOT_THERE);
                }
            }
        }
        return differences;
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
