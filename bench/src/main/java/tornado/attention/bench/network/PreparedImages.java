package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.text.Sentences;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;

/** Images of files and folders, prepared batch by batch while the device works on the ones before. */
record PreparedImages(List<Path> files, Preprocessing preprocessing) {
    /** An image ready for the network, or why there is none. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Prepared(Path image, float[] values, String reason) {
        static Prepared of(Path image, Preprocessing preprocessing) {
            try {
                return new Prepared(image, preprocessing.apply(ImageFiles.read(image)), null);
            } catch (IOException | IllegalArgumentException | ArithmeticException e) {
                return new Prepared(image, null, Sentences.of(e));
            }
        }
    }

    /** What is done with a batch: those that could be read, all of them in order, and who is told before something is printed. */
    interface Taker {
        void accept(List<Prepared> readable, List<Prepared> all, Waiting waiting);
    }

    /**
     * The images of files and folders, in order.
     *
     * @throws FailureException if a folder holds none
     */
    static PreparedImages of(List<Path> paths, Preprocessing preprocessing) throws IOException {
        var images = new ArrayList<Path>();
        for (var path : paths) {
            if (!Files.isDirectory(path)) {
                images.add(path);
                continue;
            }
            try (var files = Files.list(path)) {
                var found = files.filter(PreparedImages::isImage).sorted().toList();
                if (found.isEmpty()) {
                    throw new FailureException(
                            "There is no PNG, JPEG, WebP, BMP or GIF file in " + path + "; check the path.");
                }
                images.addAll(found);
            }
        }
        return new PreparedImages(images, preprocessing);
    }

    /** Tells which files are read, none of which may be written. */
    OutputFiles reading(OutputFiles outputs) {
        for (int i = 0; i < files.size(); i++) {
            outputs.reading("image " + (i + 1), files.get(i));
        }
        return outputs;
    }

    private static boolean isImage(Path file) {
        return Files.isRegularFile(file)
                && ImageFiles.isNamedAsImage(file.getFileName().toString());
    }

    /**
     * Hands all images over, batch by batch.
     *
     * @param batch how many at once
     * @param doing what happens to them, for who waits
     * @param taker is given those that could be read, and all of them in order
     */
    void forEachBatch(String doing, int batch, Taker taker) {
        var next = prepare(0, batch);
        try (var waiting = Waiting.on(doing)) {
            for (int from = 0; from < files.size(); from += batch) {
                var all = next.join();
                next = prepare(from + batch, batch);
                var readable = all.stream().filter(p -> p.reason() == null).toList();
                taker.accept(readable, all, waiting);
                waiting.done(from + all.size(), files.size());
            }
        }
    }

    private CompletableFuture<List<Prepared>> prepare(int from, int batch) {
        var part = files.subList(Math.min(from, files.size()), Math.min(from + batch, files.size()));
        return CompletableFuture.supplyAsync(
                () -> part.stream().map(i -> Prepared.of(i, preprocessing)).toList());
    }
}
