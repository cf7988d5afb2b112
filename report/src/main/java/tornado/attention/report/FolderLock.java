package tornado.attention.report;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A folder that one process at a time writes into; the system lets go of it when the process ends, however it ends. */
public final class FolderLock implements AutoCloseable {
    private static final String FILE = ".lock";

    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes a folder, which is made if it is not there.
     *
     * @throws IllegalStateException if another process, or another run of this one, has it
     */
    public static FolderLock of(Path folder) throws IOException {
        Files.createDirectories(folder);
        var channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This process has it: said below.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IllegalStateException(
                    "Another run writes into " + folder + " now; wait until it is done, or give another folder.");
        }
        return new FolderLock(channel, lock);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
