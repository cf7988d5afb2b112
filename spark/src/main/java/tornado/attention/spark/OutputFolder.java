package tornado.attention.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * A folder of Parquet files that a run writes into, chunk by chunk, and another one goes on with. Readers of Parquet pass over what begins with
 * an underscore: what made the rows ({@code _run.txt}), whether all are there ({@code _COMPLETE}), who writes ({@code _lock}).
 */
final class OutputFolder implements AutoCloseable {
    private final FileSystem files;
    private final Path folder;
    private final FileChannel lock;

    /**
     * Opens a folder, or makes it.
     *
     * @param identity what the rows are made by
     * @throws IOException if another run writes there, or rows are there that were made otherwise
     */
    OutputFolder(String name, Configuration configuration, String identity) throws IOException {
        this.folder = new Path(name);
        this.files = folder.getFileSystem(configuration);
        files.mkdirs(folder);
        this.lock = lock();
        try {
            var said = new Path(folder, "_run.txt");
            if (!files.exists(said)) {
                if (hasRows()) {
                    throw new IOException(
                            name + " holds Parquet files that attn spark did not write; choose another folder.");
                }
                write(said, identity);
            }
            var before = read(said);
            if (!before.equals(identity)) {
                throw new IOException(name + " holds rows by " + before.replace("\n", ", ") + " and not by "
                        + identity.replace("\n", ", ") + "; choose another folder.");
            }
            // What the tasks of a run that was killed left there would be taken for a part of the next chunk.
            files.delete(new Path(folder, "_temporary"), true);
            files.delete(new Path(folder, "_COMPLETE"), false);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Only a local disk can tell whether who holds a lock is still alive. */
    private FileChannel lock() throws IOException {
        if (!files.getUri().getScheme().equals("file")) {
            return null;
        }
        var file = java.nio.file.Path.of(files.makeQualified(folder).toUri().getPath(), "_lock");
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("Another run writes into " + folder + "; wait for it, or choose another folder.");
        }
        return channel;
    }

    private List<String> parquetFiles() throws IOException {
        return Arrays.stream(files.listStatus(folder))
                .map(file -> file.getPath().toString())
                .filter(file -> file.endsWith(".parquet"))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private boolean hasRows() throws IOException {
        return !parquetFiles().isEmpty();
    }

    /** Commits rows: all of them, or none. */
    void append(JavaRDD<ImageRow> rows) {
        rows.mapToPair(row -> new Tuple2<Void, ImageRow>(null, row))
                .saveAsNewAPIHadoopFile(
                        folder.toString(),
                        Void.class,
                        ImageRow.class,
                        ParquetRows.Format.class,
                        ParquetRows.settings(files.getConf(), "part-" + UUID.randomUUID()));
    }

    /** Paths of images whose rows are there. */
    Set<String> done(JavaSparkContext context) throws IOException {
        return hasRows()
                ? new HashSet<>(ofFiles(
                                context,
                                (file, hadoop) ->
                                        ParquetRows.paths(file, hadoop).iterator())
                        .collect())
                : Set.of();
    }

    /** How many rows hold an error. */
    long failed(JavaSparkContext context) throws IOException {
        return hasRows()
                ? ofFiles(
                                context,
                                (file, hadoop) -> List.of(ParquetRows.failed(file, hadoop))
                                        .iterator())
                        .reduce(Long::sum)
                : 0;
    }

    private interface OfFile<T> extends Serializable {
        Iterator<T> of(Path file, Configuration configuration) throws IOException;
    }

    private <T> JavaRDD<T> ofFiles(JavaSparkContext context, OfFile<T> function) throws IOException {
        var found = parquetFiles();
        var hadoop = context.broadcast(new SerializableConfiguration(files.getConf()));
        return context.parallelize(found, Math.min(found.size(), context.defaultParallelism() * FolderJob.PARTS_A_SLOT))
                .flatMap(file -> function.of(new Path(file), hadoop.value().value()));
    }

    /** Says that all rows are there. */
    void complete(long rows) throws IOException {
        write(new Path(folder, "_COMPLETE"), rows + " rows");
    }

    private void write(Path file, String text) throws IOException {
        try (var out = files.create(file, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String read(Path file) throws IOException {
        try (var in = files.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
