package tornado.attention.bench.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of reference cases: found in folders, or the bundled ones. Close it after use: bundled cases inside a jar are copied out,
 * because a file must be mapped into memory.
 */
public final class CaseFiles implements AutoCloseable {
    private static final String BUNDLED = "/tornado/attention/reference/";
    private static final String SUFFIX = ".safetensors";

    /** Look-up tables lie there, not runs of a module. */
    private static final String TABLES = "tables";

    private final List<Path> files;
    private final Path temporary;

    private CaseFiles(List<Path> files, Path temporary) {
        this.files = List.copyOf(files);
        this.temporary = temporary;
    }

    /** The cases on the class path: one or more a module. */
    public static CaseFiles bundled() throws IOException {
        var names = bundledNames();
        var files = new ArrayList<Path>();
        Path temporary = null;
        for (var name : names) {
            var url = resource(name);
            if (url.getProtocol().equals("file")) {
                files.add(path(url));
                continue;
            }
            if (temporary == null) {
                temporary = Files.createTempDirectory("attn-reference");
            }
            var copy = temporary.resolve(name);
            try (var stream = url.openStream()) {
                Files.copy(stream, copy);
            }
            files.add(copy);
        }
        return new CaseFiles(files, temporary);
    }

    private static List<String> bundledNames() throws IOException {
        try (var reader =
                new BufferedReader(new InputStreamReader(resource("cases.txt").openStream(), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.isBlank()).toList();
        }
    }

    private static URL resource(String name) throws IOException {
        var url = CaseFiles.class.getResource(BUNDLED + name);
        if (url == null) {
            throw new IOException("The bundled reference case " + name
                    + " is not on the class path; build the project again, or name a folder of cases.");
        }
        return url;
    }

    private static Path path(URL url) throws IOException {
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IOException(url + " is no path of a file.", e);
        }
    }

    /**
     * The cases of these files and folders; folders are read recursively, without {@code tables}.
     *
     * @throws IOException if a path does not exist or a folder holds no case
     */
    public static CaseFiles in(List<Path> paths) throws IOException {
        var files = new ArrayList<Path>();
        for (var path : paths) {
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            var found = below(path);
            if (found.isEmpty()) {
                throw new CaseException(path + ": there is no " + SUFFIX + " file in this folder; check the path.");
            }
            files.addAll(found);
        }
        return new CaseFiles(files, null);
    }

    private static List<Path> below(Path folder) throws IOException {
        var found = new ArrayList<Path>();
        // The folder itself may be a link; links inside it are not followed, so nothing is read twice.
        var real = folder.toRealPath();
        Files.walkFileTree(real, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                boolean skipped = !dir.equals(real) && dir.endsWith(TABLES);
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(SUFFIX)) {
                    found.add(folder.resolve(real.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(Comparator.naturalOrder());
        return found;
    }

    /** The files in order. */
    public List<Path> files() {
        return files;
    }

    /** How many there are. */
    public int count() {
        return files.size();
    }

    /** The files by the module or family of networks they name, in this order of modules first; a file that cannot be read goes by its own name. */
    public Map<String, List<Path>> byModule(List<String> order) {
        var groups = new LinkedHashMap<String, List<Path>>();
        order.forEach(module -> groups.put(module, new ArrayList<>()));
        for (var file : files) {
            groups.computeIfAbsent(module(file), m -> new ArrayList<>()).add(file);
        }
        groups.values().removeIf(List::isEmpty);
        return groups;
    }

    private static String module(Path file) {
        try {
            if (NetworkCase.isOne(file)) {
                try (var network = NetworkCase.open(file)) {
                    return network.family();
                }
            }
            try (var reference = ReferenceCase.open(file)) {
                return reference.module();
            }
        } catch (IOException | RuntimeException _) {
            return moduleOf(file); // it becomes a failed case with its sentence when it is run
        }
    }

    /** Name of the case of a file: its name without the ending. */
    static String nameOf(Path file) {
        var name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    /** Name of the module by the name of a file: what stands before two underscores. */
    public static String moduleOf(Path file) {
        var name = nameOf(file);
        int end = name.indexOf("__");
        return end > 0 ? name.substring(0, end) : name;
    }

    @Override
    public void close() throws IOException {
        if (temporary == null) {
            return;
        }
        for (var file : files) {
            if (file.startsWith(temporary)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(temporary);
    }
}
