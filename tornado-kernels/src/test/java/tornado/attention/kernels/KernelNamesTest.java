package tornado.attention.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TornadoVM gives a kernel the name of its method: one that the device's language has already does not compile there. */
class KernelNamesTest {
    /** Words that no parameter may be called either: qualifiers and keywords, where functions may be hidden by a name. */
    private static final Set<String> KEYWORDS = Set.of(
            "kernel",
            "local",
            "global",
            "constant",
            "generic",
            "pipe",
            "half",
            "uint",
            "uchar",
            "ushort",
            "ulong",
            "device",
            "thread",
            "threadgroup",
            "vertex",
            "fragment",
            "auto",
            "struct",
            "union",
            "typedef",
            "unsigned",
            "signed",
            "extern",
            "register",
            "inline",
            "sizeof",
            "restrict",
            "template",
            "typename",
            "namespace",
            "operator",
            "delete",
            "friend",
            "virtual",
            "using",
            "bool",
            "explicit",
            "mutable",
            "export",
            "and",
            "or",
            "not",
            "xor");

    private static List<Method> kernels() {
        try {
            var folder = Path.of(ScoreMask.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve(ScoreMask.class.getPackageName().replace('.', '/'));
            try (var files = Files.list(folder)) {
                return files.map(f -> f.getFileName().toString())
                        .filter(n -> n.endsWith(".class") && !n.contains("-"))
                        .map(n -> of(n.substring(0, n.length() - ".class".length())))
                        .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                        .filter(m -> Modifier.isPublic(m.getModifiers())
                                && Modifier.isStatic(m.getModifiers())
                                && m.getReturnType() == void.class)
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> of(String name) {
        try {
            return Class.forName(ScoreMask.class.getPackageName() + "." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> words(String language) {
        try (var stream = KernelNamesTest.class.getResourceAsStream("/reserved/" + language + ".txt")) {
            var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return new TreeSet<>(text.lines().filter(l -> !l.startsWith("#")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"opencl", "cuda", "metal"})
    void noKernelHasANameOfTheLanguage(String language) {
        var reserved = words(language);
        assertThat(reserved).hasSizeGreaterThan(300);
        var wrong = new TreeMap<String, Class<?>>();
        for (var kernel : kernels()) {
            if (reserved.contains(kernel.getName())) {
                wrong.put(kernel.getName(), kernel.getDeclaringClass());
            }
        }
        assertThat(wrong).as("kernels whose name " + language + " has already").isEmpty();
    }

    @Test
    void noParameterIsAKeywordOfALanguage() {
        var wrong = kernels().stream()
                .flatMap(k -> Arrays.stream(k.getParameters())
                        .filter(p -> KEYWORDS.contains(p.getName()))
                        .map(p -> k.getName() + ", " + p.getName()))
                .toList();
        assertThat(wrong).isEmpty();
        assertThat(kernels().getFirst().getParameters()[0].isNamePresent()).isTrue();
    }

    @Test
    void theListsAndTheKernelsAreFound() {
        assertThat(kernels()).hasSizeGreaterThan(100);
        assertThat(words("cuda")).contains("norm", "step");
        assertThat(words("opencl")).contains("dot", "half", "int8");
        assertThat(words("metal")).contains("distance", "max3");
    }
}
