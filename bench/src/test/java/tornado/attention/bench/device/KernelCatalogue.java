package tornado.attention.bench.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import tornado.attention.kernels.Activations;
import uk.ac.manchester.tornado.api.KernelContext;

/** Every kernel there is, found by looking: a new one is tested without being entered anywhere. */
final class KernelCatalogue {
    private static final String FOLDER = "tornado/attention/kernels";

    private KernelCatalogue() {}

    /** {@code GlobalPooling.average}. */
    static String name(Method kernel) {
        return kernel.getDeclaringClass().getSimpleName() + "." + kernel.getName();
    }

    /** Kernels with {@code @Parallel} loops. */
    static List<Method> portable() {
        return all().stream().filter(m -> !takesContext(m)).toList();
    }

    /** Kernels of work-groups. */
    static List<Method> ofWorkGroups() {
        return all().stream().filter(KernelCatalogue::takesContext).toList();
    }

    private static boolean takesContext(Method method) {
        return Arrays.asList(method.getParameterTypes()).contains(KernelContext.class);
    }

    private static List<Method> all() {
        return classNames().stream()
                .map(KernelCatalogue::load)
                .filter(c -> Modifier.isPublic(c.getModifiers()))
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .filter(m -> Modifier.isPublic(m.getModifiers()) && Modifier.isStatic(m.getModifiers()))
                .filter(m -> m.getReturnType() == void.class)
                .sorted(Comparator.comparing(KernelCatalogue::name))
                .toList();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName("tornado.attention.kernels." + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> classNames() {
        try {
            var location = Path.of(Activations.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(location)) {
                return classNames(location.resolve(FOLDER));
            }
            try (var jar = FileSystems.newFileSystem(location)) {
                return classNames(jar.getPath(FOLDER));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> classNames(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(n -> n.endsWith(".class") && !n.contains("$") && !n.equals("package-info.class"))
                    .map(n -> n.substring(0, n.length() - ".class".length()))
                    .toList();
        }
    }
}
