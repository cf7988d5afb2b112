package tornado.attention.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import tornado.attention.bench.text.Sentences;
import tornado.attention.networks.image.ImageFiles;

/**
 * The images of a folder through a network, into Parquet: a row an image, whatever becomes of it. Killed and started again it goes on; what was
 * not committed is done again, nothing twice.
 *
 * <p>Spark's own source of binary files passes silently over empty files and those whose names begin with a dot or an underscore, so folders are
 * listed here and files read by the tasks.
 */
final class FolderJob {
    private static final long LARGEST = 1L << 29;
    private static final int PARTS_A_SLOT = 4;

    /** What a file gives before a network sees it. */
    private static final StructType READ = DataTypes.createStructType(List.of(
            DataTypes.createStructField("path", DataTypes.StringType, false),
            DataTypes.createStructField("digest", DataTypes.StringType, true),
            DataTypes.createStructField("content", DataTypes.BinaryType, true),
            DataTypes.createStructField("unread", DataTypes.StringType, true)));

    /** A row of the result. */
    static final StructType RESULT = DataTypes.createStructType(List.of(
            DataTypes.createStructField("path", DataTypes.StringType, true),
            DataTypes.createStructField("digest", DataTypes.StringType, true),
            DataTypes.createStructField("label", DataTypes.StringType, true),
            DataTypes.createStructField("scores", DataTypes.createArrayType(DataTypes.FloatType, false), true),
            DataTypes.createStructField("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), true),
            DataTypes.createStructField("error", DataTypes.StringType, true)));

    private final SparkSession spark;
    private final ImageTransformer stage;
    private final int chunk;

    /**
     * What a run did.
     *
     * @param images in the folder
     * @param before how many of them had rows already
     * @param failed how many rows of all hold an error
     * @param others files that are no images by their names
     */
    record Done(long images, long before, long failed, long others) {}

    /** @param chunk images after which rows are committed */
    FolderJob(SparkSession spark, ImageTransformer stage, int chunk) {
        this.spark = spark;
        this.stage = stage;
        this.chunk = chunk;
    }

    /**
     * Runs.
     *
     * @param input folder, on any file system that Spark reads
     * @param output folder to make, or to go on with
     * @param identity what the rows are made by
     * @param watcher is told how many rows are there
     */
    Done run(String input, String output, String identity, Consumer<long[]> watcher) throws IOException {
        var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        var configuration = spark.sparkContext().hadoopConfiguration();
        var found = list(input);
        try (var folder = new OutputFolder(output, configuration, identity)) {
            var done = folder.done(spark, RESULT);
            var wanted = new ArrayList<>(found.images());
            wanted.removeAll(done);
            var root = new Path(input)
                    .getFileSystem(configuration)
                    .makeQualified(new Path(input))
                    .toString();
            var hadoop = context.broadcast(new SerializableConfiguration(configuration));
            MapFunction<String, Row> reading = path -> read(root, path, hadoop.value());
            for (int from = 0; from < wanted.size(); from += chunk) {
                var part = wanted.subList(from, Math.min(from + chunk, wanted.size()));
                int slices = Math.clamp((long) context.defaultParallelism() * PARTS_A_SLOT, 1, part.size());
                var files = spark.createDataset(
                                context.parallelize(new ArrayList<>(part), slices)
                                        .rdd(),
                                Encoders.STRING())
                        .map(reading, Encoders.row(READ));
                result(stage.transform(files))
                        .write()
                        .mode(SaveMode.Append)
                        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
                        // Digests, scores and vectors hardly ever come twice.
                        .option("parquet.enable.dictionary", "false")
                        .parquet(output);
                watcher.accept(new long[] {
                    done.size() + from + part.size(), found.images().size()
                });
            }
            folder.complete(done.size() + wanted.size());
            long failed = folder.rowsWith("error", context);
            return new Done(found.images().size(), done.size(), failed, found.others());
        }
    }

    private record Found(List<String> images, long others) {}

    private Found list(String input) throws IOException {
        var root = new Path(input);
        var files = root.getFileSystem(spark.sparkContext().hadoopConfiguration());
        if (!files.exists(root) || !files.getFileStatus(root).isDirectory()) {
            throw new IOException(input + " is no folder; name the folder with the images.");
        }
        var prefix = files.makeQualified(root).toUri().getPath();
        var images = new ArrayList<String>();
        long others = 0;
        var folders = new ArrayDeque<Path>(List.of(root));
        // Not listFiles: of every file of a local disk it asks a process of its own who owns it.
        while (!folders.isEmpty()) {
            var inside = files.listStatusIterator(folders.remove());
            while (inside.hasNext()) {
                var file = inside.next();
                var path = file.getPath().toUri().getPath();
                if (file.isDirectory()) {
                    folders.add(file.getPath());
                } else if (ImageFiles.isNamedAsImage(path)) {
                    images.add(path.substring(prefix.length() + (prefix.endsWith("/") ? 0 : 1)));
                } else {
                    others++;
                }
            }
        }
        if (images.isEmpty()) {
            throw new IOException("There is no PNG, JPEG, WebP, BMP or GIF file in " + input + "; check the path.");
        }
        Collections.sort(images);
        return new Found(images, others);
    }

    private static Row read(String root, String path, SerializableConfiguration hadoop) {
        try {
            var file = new Path(new Path(root), new Path(null, null, path));
            var files = file.getFileSystem(hadoop.value());
            long length = files.getFileStatus(file).getLen();
            if (length > LARGEST) {
                return RowFactory.create(path, null, null, "the file has " + length + " bytes, more than are read");
            }
            try (var in = files.open(file)) {
                var bytes = in.readAllBytes();
                return RowFactory.create(path, ImageTransformer.digest(bytes), bytes, null);
            }
        } catch (IOException e) {
            return RowFactory.create(path, null, null, Sentences.of(e));
        } catch (UncheckedIOException e) {
            return RowFactory.create(path, null, null, Sentences.of(e.getCause()));
        }
    }

    /** The columns of the result, those that this run does not make empty. */
    private static Dataset<Row> result(Dataset<Row> made) {
        var there = List.of(made.columns());
        var columns = new ArrayList<Column>();
        for (var field : RESULT.fields()) {
            columns.add(
                    switch (field.name()) {
                        case "error" ->
                            functions
                                    .coalesce(functions.col("unread"), functions.col("error"))
                                    .as("error");
                        case String name when there.contains(name) -> functions.col(name);
                        default -> empty(field.name(), field.dataType());
                    });
        }
        return made.select(columns.toArray(Column[]::new));
    }

    private static Column empty(String name, DataType type) {
        return functions.lit(null).cast(type).as(name);
    }
}
