package tornado.attention.bench.text;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;

/** One sentence for an exception. */
public final class Sentences {
    private Sentences() {}

    /** The sentence, on one line, with a full stop. */
    public static String of(Throwable failure) {
        return oneLine(
                switch (failure) {
                    case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
                    case NoSuchFileException e -> e.getFile() + ": there is no such file or folder; check the path";
                    case AccessDeniedException e -> e.getFile() + ": access is denied; check its permissions";
                    case NotDirectoryException e -> e.getFile() + ": this is not a folder; check the path";
                    case FileAlreadyExistsException e -> e.getFile() + ": this exists already; choose another path";
                    case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
                    case FileNotFoundException e -> e.getMessage();
                    case InvalidPathException e -> "'" + e.getInput() + "' is not a path; check it";
                    case OutOfMemoryError e ->
                        "There is not enough memory (" + e.getMessage()
                                + "); use a smaller batch, image or map, or set ATTN_JAVA_OPTS=-Xmx with a larger size";
                    case IOException e when e.getMessage() != null -> e.getMessage();
                    case LinkageError e
                    when isStart(e) ->
                        DriverMessages.ofStart(
                                e,
                                ModuleLayer.boot().findModule("tornado.runtime").isPresent());
                    case RuntimeException e when isTornado(e) -> DriverMessages.of(e.getMessage());
                    case RuntimeException e when isOurs(e) -> e.getMessage();
                    default -> "Internal error (" + failure + "); run it again with --debug and report what it prints";
                });
    }

    /** Exceptions whose message is written for the reader. */
    private static boolean isOurs(RuntimeException e) {
        return e.getMessage() != null && (e instanceof IllegalArgumentException || e instanceof IllegalStateException);
    }

    private static boolean isTornado(RuntimeException e) {
        return e.getMessage() != null && e.getClass().getName().startsWith("uk.ac.manchester.tornado.api.exceptions.");
    }

    /** Whether a class of TornadoVM's could not be initialised: no driver, no library. */
    private static boolean isStart(LinkageError e) {
        boolean kind = e instanceof UnsatisfiedLinkError
                || e instanceof ExceptionInInitializerError
                || e instanceof NoClassDefFoundError;
        return kind
                && Arrays.stream(e.getStackTrace())
                        .limit(8)
                        .anyMatch(f -> f.getClassName().startsWith("uk.ac.manchester.tornado."));
    }

    private static String oneLine(String text) {
        var line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
        return line.endsWith(".") || line.endsWith("?") || line.endsWith("!") ? line : line + ".";
    }
}
