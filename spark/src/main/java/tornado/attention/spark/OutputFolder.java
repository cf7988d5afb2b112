package tornado.attention.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

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
                .toList();
    }

    private boolean hasRows() throws IOException {
        return !parquetFiles().isEmpty();
    }

    /** How many rows have something in a column, by what the ends of the files say of it: no row is read. */
    long rowsWith(String column, JavaSparkContext context) throws IOException {
        var found = new ArrayList<>(parquetFiles());
        if (found.isEmpty()) {
            return 0;
        }
        var hadoop = context.broadcast(new SerializableConfiguration(files.getConf()));
        return context.parallelize(found, Math.min(found.size(), context.defaultParallelism()))
                .map(file -> rowsWith(column, new Path(file), hadoop.value().value()))
                .reduce(Long::sum);
    }

    private static long rowsWith(String column, Path file, Configuration configuration) throws IOException {
        try (var reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration))) {
            long rows = 0;
            for (var block : reader.getFooter().getBlocks()) {
                for (var chunk : block.getColumns()) {
                    if (chunk.getPath().toDotString().equals(column)) {
                        rows += block.getRowCount() - chunk.getStatistics().getNumNulls();
                    }
                }
            }
            return rows;
        }
    }

    /** Paths of images whose rows are there. */
    Set<String> done(SparkSession spark, StructType schema) throws IOException {
        if (!hasRows()) {
            return Set.of();
        }
        return new HashSet<>(spark.read()
                .schema(schema)
                .parquet(folder.toString())
                .select("path")
                .as(Encoders.STRING())
                .collectAsList());
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
