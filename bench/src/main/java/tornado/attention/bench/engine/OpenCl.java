package tornado.attention.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What OpenCL there is on this machine, as far as files tell: the loader library and the drivers registered with it.
 *
 * @param loader the loader library, or null
 * @param drivers registered drivers: name of the {@code .icd} file and the library it names
 */
public record OpenCl(Path loader, List<String> drivers) {
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "/usr/lib64",
            "/usr/lib",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/local/lib",
            "/usr/local/cuda/lib64",
            "/opt/rocm/lib");

    private static final Path FRAMEWORK = Path.of("/System/Library/Frameworks/OpenCL.framework");

    /** Copies the list. */
    public OpenCl {
        drivers = List.copyOf(drivers);
    }

    /** Looks at this machine. */
    public static OpenCl find() {
        return find(System::getenv);
    }

    static OpenCl find(UnaryOperator<String> environment) {
        if (Files.isDirectory(FRAMEWORK)) {
            return new OpenCl(FRAMEWORK, List.of("Apple"));
        }
        var given = environment.apply("OCL_ICD_VENDORS");
        var vendors = Path.of(given == null || given.isBlank() ? "/etc/OpenCL/vendors" : given);
        return new OpenCl(loader(environment), drivers(vendors));
    }

    private static Path loader(UnaryOperator<String> environment) {
        var folders = new ArrayList<String>();
        var given = environment.apply("LD_LIBRARY_PATH");
        if (given != null) {
            folders.addAll(List.of(given.split(":")));
        }
        folders.addAll(LIBRARY_FOLDERS);
        return folders.stream()
                .filter(f -> !f.isBlank())
                .flatMap(f -> Stream.of("libOpenCL.so.1", "libOpenCL.so").map(Path.of(f)::resolve))
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
    }

    private static List<String> drivers(Path vendors) {
        if (vendors.toString().endsWith(".icd")) {
            return Files.exists(vendors) ? List.of(describe(vendors)) : List.of();
        }
        try (var files = Files.list(vendors)) {
            return files.filter(f -> f.toString().endsWith(".icd"))
                    .sorted()
                    .map(OpenCl::describe)
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static String describe(Path icd) {
        try {
            var name = icd.getFileName().toString().replaceFirst("\\.icd$", "");
            return name + " (" + Files.readString(icd).strip() + ")";
        } catch (IOException _) {
            return icd + " (unreadable)";
        }
    }

    /** Whether a program can reach an OpenCL device, as far as files tell. */
    public boolean usable() {
        return loader != null && !drivers.isEmpty();
    }
}
