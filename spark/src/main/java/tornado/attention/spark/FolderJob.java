package tornado.attention.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
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
    static final int PARTS_A_SLOT = 4;

    private final JavaSparkContext context;
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
    FolderJob(JavaSparkContext context, ImageTransformer stage, int chunk) {
        this.context = context;
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
        var configuration = context.hadoopConfiguration();
        var found = list(input);
        try (var folder = new OutputFolder(output, configuration, identity)) {
            var done = folder.done(context);
            var wanted = new ArrayList<>(found.images());
            wanted.removeAll(done);
            var root = new Path(input)
                    .getFileSystem(configuration)
                    .makeQualified(new Path(input))
                    .toString();
            var hadoop = context.broadcast(new SerializableConfiguration(configuration));
            var slots = stage.slots(context);
            int batch = stage.getBatch();
            for (int from = 0; from < wanted.size(); from += chunk) {
                var part = wanted.subList(from, Math.min(from + chunk, wanted.size()));
                int slices = Math.clamp((long) context.defaultParallelism() * PARTS_A_SLOT, 1, part.size());
                folder.append(context.parallelize(new ArrayList<>(part), slices).mapPartitions(paths -> {
                    var slot = slots.borrow();
                    return new Batches<>(
                            paths,
                            batch,
                            some -> rows(some, root, hadoop.value().value(), slot));
                }));
                watcher.accept(new long[] {
                    done.size() + from + part.size(), found.images().size()
                });
            }
            folder.complete(done.size() + wanted.size());
            return new Done(found.images().size(), done.size(), folder.failed(context), found.others());
        }
    }

    private record Found(List<String> images, long others) {}

    private Found list(String input) throws IOException {
        var root = new Path(input);
        var files = root.getFileSystem(context.hadoopConfiguration());
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

    /** What tasks do with a batch. */
    private static List<ImageRow> rows(List<String> paths, String root, Configuration hadoop, Slot slot) {
        var files = paths.stream().map(path -> read(root, path, hadoop)).toList();
        var made = slot.make(files.stream().map(Content::bytes).toList());
        var rows = new ArrayList<ImageRow>();
        for (int i = 0; i < files.size(); i++) {
            var file = files.get(i);
            rows.add(new ImageRow(
                    file.path(),
                    file.bytes() == null ? null : ImageTransformer.digest(file.bytes()),
                    file.error() == null ? made.get(i) : Slot.Made.failed(file.error())));
        }
        return rows;
    }

    /** A file's bytes, or why there are none. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Content(String path, byte[] bytes, String error) {}

    private static Content read(String root, String path, Configuration hadoop) {
        try {
            var file = new Path(new Path(root), new Path(null, null, path));
            var files = file.getFileSystem(hadoop);
            long length = files.getFileStatus(file).getLen();
            if (length > LARGEST) {
                return new Content(path, null, "the file has " + length + " bytes, more than are read");
            }
            try (var in = files.open(file)) {
                return new Content(path, in.readAllBytes(), null);
            }
        } catch (IOException e) {
            return new Content(path, null, Sentences.of(e));
        } catch (UncheckedIOException e) {
            return new Content(path, null, Sentences.of(e.getCause()));
        }
    }
}
