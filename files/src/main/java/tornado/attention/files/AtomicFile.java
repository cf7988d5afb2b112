package tornado.attention.files;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file beside its place and moves it there, so that nobody ever sees half of it. */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Creates or replaces a file with these bytes.
     *
     * @throws IOException if the target cannot be written
     */
    public static void write(Path target, byte[] bytes) throws IOException {
        write(target, channel -> {
            var left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        });
    }

    /**
     * Creates or replaces a file with this text as UTF-8.
     *
     * @throws IOException if the target cannot be written
     */
    public static void write(Path target, String text) throws IOException {
        write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Fills the new file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all bytes. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /** The sentence of a target that stays as it was. */
    private static final class Refused extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        Refused(Path target, String what, IOException cause) {
            super(target + ": " + what, cause);
        }
    }

    /**
     * Creates or replaces a file; an earlier file stays as it was if anything fails.
     *
     * @param target the file; symbolic links are followed
     * @param content fills it
     * @throws IOException if the target cannot be written
     */
    public static void write(Path target, Content content) throws IOException {
        try {
            Path real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
            if (Files.exists(real) && (!Files.isRegularFile(real) || !Files.isWritable(real))) {
                throw new Refused(
                        target, "it exists and is not a file that can be replaced; choose another path.", null);
            }
            // Not Files.createTempFile: that one gives the file to its owner alone, whatever the umask says.
            Path temporary = real.resolveSibling("." + real.getFileName() + "." + UUID.randomUUID() + ".tmp");
            try {
                try (var channel =
                        FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                    content.writeTo(channel);
                    channel.force(true);
                }
                move(temporary, real);
            } finally {
                Files.deleteIfExists(temporary); // still there only if something failed
            }
        } catch (Refused e) {
            throw e;
        } catch (IOException e) {
            throw new Refused(target, "cannot be written: " + reason(e) + ".", e);
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "its folder does not exist; create it first";
            case NotDirectoryException _ -> "its folder is not a folder";
            case AccessDeniedException _ -> "its folder is not writable; choose another one";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
