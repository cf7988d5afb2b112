package tornado.attention.networks.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.networks.image.Preprocessing.Interpolation;
import tornado.attention.networks.image.Size;

/**
 * Images to train with and images to judge by, out of a folder:
 *
 * <ul>
 *   <li>MNIST and Fashion-MNIST: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code t10k-...}, also with {@code .gz};
 *   <li>CIFAR-10 binary: {@code data_batch_1.bin} ..., {@code test_batch.bin}, {@code batches.meta.txt};
 *   <li>CIFAR-100 binary: {@code train.bin}, {@code test.bin}, {@code fine_label_names.txt};
 *   <li>folders of images by class: {@code train/NAME/*.png}, and {@code val/NAME} or {@code test/NAME}.
 * </ul>
 *
 * @param kind what was found, for people
 * @param train to train with
 * @param test to judge by
 * @param mayFlip whether a mirrored image is of the same class: not known of MNIST's format, which holds digits too
 */
public record ImageSets(String kind, LabelledImages train, LabelledImages test, boolean mayFlip) {
    private static final int CIFAR_SIDE = 32;
    private static final int CIFAR_BATCHES = 5;
    private static final int CIFAR_BYTES = 3 * CIFAR_SIDE * CIFAR_SIDE;
    private static final int IDX_IMAGES = 0x803;
    private static final int IDX_LABELS = 0x801;
    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif");

    /** Checks that both are alike. */
    public ImageSets {
        if (!train.classes().equals(test.classes()) || !train.size().equals(test.size())) {
            throw new IllegalArgumentException("The images to train with are of " + train.size() + " pixels and "
                    + train.classes().size() + " classes, those to judge by of " + test.size() + " and "
                    + test.classes().size() + "; they have to be alike.");
        }
    }

    /** The same with the first images of each class only to train with; all to judge by. */
    public ImageSets trainedWith(int ofEachClass) {
        return new ImageSets(kind, train.ofEachClass(ofEachClass), test, mayFlip);
    }

    /**
     * Reads a folder.
     *
     * @param size of images in folders by class, to which they are resized and cut; null where the files say it
     * @throws IOException with a sentence if nothing known is there, or a file is damaged
     */
    public static ImageSets open(Path folder, Size size) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is no folder; give the one that holds the data set.");
        }
        boolean fixed = true;
        ImageSets found = null;
        if (find(folder, "train-images-idx3-ubyte").isPresent()) {
            found = new ImageSets("MNIST's format", idx(folder, "train"), idx(folder, "t10k"), false);
        } else if (Files.exists(folder.resolve("data_batch_1.bin"))) {
            found = cifar10(folder);
        } else if (Files.exists(folder.resolve("train.bin"))) {
            found = cifar100(folder);
        } else if (Files.isDirectory(folder.resolve("train"))) {
            fixed = false;
            found = byClass(folder, size);
        }
        if (found == null) {
            throw new IOException(folder + " holds no data set that is known: neither MNIST's files"
                    + " (train-images-idx3-ubyte ...), nor CIFAR's (data_batch_1.bin ..., or train.bin), nor a folder"
                    + " train with a folder of images for each class.");
        }
        if (fixed && size != null && !size.equals(found.train().size())) {
            throw new IOException("The images in " + folder + " are of "
                    + found.train().size() + " pixels and are not resized to " + size + "; leave the size out.");
        }
        return found;
    }

    /** Whether a folder holds folders of images by class, which may be of any size, and no files that say theirs. */
    public static boolean isByClass(Path folder) {
        return Files.isDirectory(folder.resolve("train"))
                && find(folder, "train-images-idx3-ubyte").isEmpty()
                && !Files.exists(folder.resolve("data_batch_1.bin"))
                && !Files.exists(folder.resolve("train.bin"));
    }

    private static Optional<Path> find(Path folder, String name) {
        return Stream.of(name, name + ".gz")
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst();
    }

    private static InputStream stream(Path folder, String name) throws IOException {
        var file = find(folder, name)
                .orElseThrow(() -> new IOException(folder + " lacks the file " + name + " (or " + name + ".gz)."));
        var stream = Files.newInputStream(file);
        try {
            return file.toString().endsWith(".gz")
                    ? new GZIPInputStream(stream, 1 << 16)
                    : new BufferedInputStream(stream);
        } catch (ZipException | EOFException e) {
            stream.close();
            throw new IOException(file + " is no gzip file; fetch it again.", e);
        }
    }

    private static LabelledImages idx(Path folder, String part) throws IOException {
        var imageName = part + "-images-idx3-ubyte";
        var labelName = part + "-labels-idx1-ubyte";
        try (var images = stream(folder, imageName);
                var names = stream(folder, labelName)) {
            var head = header(images, folder.resolve(imageName), IDX_IMAGES, 3);
            var labelHead = header(names, folder.resolve(labelName), IDX_LABELS, 1);
            if (head[0] != labelHead[0]) {
                throw new IOException(folder.resolve(imageName) + " has " + head[0] + " images, but " + labelName
                        + " has " + labelHead[0] + " labels.");
            }
            var pixels = bytes(images, folder.resolve(imageName), (long) head[0] * head[1] * head[2]);
            var given = bytes(names, folder.resolve(labelName), head[0]);
            var labels = new int[given.length];
            int classes = 0;
            for (int i = 0; i < labels.length; i++) {
                labels[i] = given[i] & 0xff;
                classes = Math.max(classes, labels[i] + 1);
            }
            return new LabelledImages(new Size(head[1], head[2]), 1, numbered(Math.max(classes, 10)), pixels, labels);
        } catch (EOFException | ZipException e) {
            throw new IOException(
                    folder + ": a file of " + part + " is damaged (" + e.getMessage() + "); fetch it again.", e);
        }
    }

    private static int[] header(InputStream stream, Path file, int magic, int dimensions) throws IOException {
        var head = ByteBuffer.wrap(stream.readNBytes(4 + 4 * dimensions));
        if (head.remaining() < 4 + 4 * dimensions || head.getInt() != magic) {
            throw new IOException(file + " is no idx file of bytes with " + dimensions + " dimension"
                    + (dimensions == 1 ? "" : "s") + "; fetch it again.");
        }
        var extents = new int[dimensions];
        long all = 1;
        for (int i = 0; i < dimensions; i++) {
            extents[i] = head.getInt();
            all = extents[i] < 1 || all > Integer.MAX_VALUE ? Long.MAX_VALUE : all * extents[i];
        }
        if (all > Integer.MAX_VALUE - 8) {
            throw new IOException(file + " is said to have "
                    + List.of(IntStream.of(extents).boxed().toArray())
                    + " elements, which is none or more than fit into memory; fetch it again.");
        }
        return extents;
    }

    /** So many bytes: memory is taken as they come, not as a header promises. */
    private static byte[] bytes(InputStream stream, Path file, long count) throws IOException {
        var bytes = stream.readNBytes(Math.toIntExact(count));
        if (bytes.length != count) {
            throw new IOException(file + " ends after " + bytes.length + " of " + count + " bytes; fetch it again.");
        }
        if (stream.read() >= 0) {
            throw new IOException(file + " goes on behind its " + count + " bytes; fetch it again.");
        }
        return bytes;
    }

    private static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }

    private static List<String> names(Path file, int classes) throws IOException {
        if (!Files.exists(file)) {
            return numbered(classes);
        }
        var names = Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .toList();
        if (names.size() != classes) {
            throw new IOException(file + " names " + names.size() + " classes instead of " + classes + ".");
        }
        return names;
    }

    private static ImageSets cifar10(Path folder) throws IOException {
        var names = names(folder.resolve("batches.meta.txt"), 10);
        var train = new ArrayList<Path>();
        for (int i = 1; Files.exists(folder.resolve("data_batch_" + i + ".bin")); i++) {
            train.add(folder.resolve("data_batch_" + i + ".bin"));
        }
        for (int i = train.size() + 1; i <= CIFAR_BATCHES; i++) {
            if (Files.exists(folder.resolve("data_batch_" + i + ".bin"))) {
                throw new IOException(folder + " lacks data_batch_" + (train.size() + 1) + ".bin, but has data_batch_"
                        + i + ".bin; fetch it again.");
            }
        }
        return new ImageSets(
                "CIFAR-10", cifar(train, 1, names), cifar(List.of(folder.resolve("test_batch.bin")), 1, names), true);
    }

    private static ImageSets cifar100(Path folder) throws IOException {
        var names = names(folder.resolve("fine_label_names.txt"), 100);
        return new ImageSets(
                "CIFAR-100",
                cifar(List.of(folder.resolve("train.bin")), 2, names),
                cifar(List.of(folder.resolve("test.bin")), 2, names),
                true);
    }

    /** Records of some bytes of labels, of which the last counts, and an image. */
    private static LabelledImages cifar(List<Path> files, int labelBytes, List<String> names) throws IOException {
        int length = labelBytes + CIFAR_BYTES;
        long total = 0;
        for (var file : files) {
            if (!Files.exists(file)) {
                throw new IOException(file + " is missing.");
            }
            if (Files.size(file) % length != 0 || Files.size(file) == 0) {
                throw new IOException(file + " has " + Files.size(file) + " bytes, which are not records of " + length
                        + "; fetch it again.");
            }
            total += Files.size(file) / length;
        }
        var pixels = new byte[Math.toIntExact(total * CIFAR_BYTES)];
        var labels = new int[Math.toIntExact(total)];
        int at = 0;
        for (var file : files) {
            var bytes = Files.readAllBytes(file);
            for (int from = 0; from < bytes.length; from += length, at++) {
                labels[at] = bytes[from + labelBytes - 1] & 0xff;
                if (labels[at] >= names.size()) {
                    throw new IOException(file + ": record " + from / length + " is of class " + labels[at]
                            + ", but there are " + names.size() + "; fetch it again.");
                }
                System.arraycopy(bytes, from + labelBytes, pixels, at * CIFAR_BYTES, CIFAR_BYTES);
            }
        }
        return new LabelledImages(Size.square(CIFAR_SIDE), 3, names, pixels, labels);
    }

    private static ImageSets byClass(Path folder, Size size) throws IOException {
        if (size == null) {
            throw new IOException("The images in " + folder + " are of any size; say to which they are resized.");
        }
        var names = folders(folder.resolve("train"));
        if (names.isEmpty()) {
            throw new IOException(folder.resolve("train") + " has no folder; give each class one of its own.");
        }
        var judged = Stream.of("val", "test")
                .map(folder::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IOException(folder + " has no folder val or test beside train."));
        if (!folders(judged).equals(names)) {
            throw new IOException(judged + " has the classes " + folders(judged) + ", but train has " + names + ".");
        }
        return new ImageSets(
                "folders by class", byClass(folder.resolve("train"), names, size), byClass(judged, names, size), true);
    }

    private static List<String> folders(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(f -> Files.isDirectory(f) && !isHidden(f))
                    .map(f -> f.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private static boolean isImage(Path file) {
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && !isHidden(file) && ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static LabelledImages byClass(Path folder, List<String> names, Size size) throws IOException {
        record Found(Path file, int label) {}
        var found = new ArrayList<Found>();
        for (int c = 0; c < names.size(); c++) {
            int label = c;
            try (var files = Files.list(folder.resolve(names.get(c)))) {
                var before = found.size();
                files.filter(ImageSets::isImage).sorted().forEach(f -> found.add(new Found(f, label)));
                if (found.size() == before) {
                    throw new IOException(folder.resolve(names.get(c)) + " holds no PNG, JPEG, WebP, BMP or GIF file.");
                }
            }
        }
        int plane = size.height() * size.width();
        if ((long) found.size() * 3 * plane > Integer.MAX_VALUE - 8) {
            throw new IOException(found.size() + " images of " + size + " pixels in " + folder
                    + " are more than the 2 GB that are kept in memory; choose a smaller size or fewer images.");
        }
        var pixels = new byte[found.size() * 3 * plane];
        var preparing =
                Preprocessing.imageNet(size.height(), 1, Interpolation.BICUBIC).sized(size);
        var problems = IntStream.range(0, found.size())
                .parallel()
                .mapToObj(i -> {
                    try {
                        var bytes = preparing.bytes(ImageFiles.read(found.get(i).file()));
                        for (int p = 0; p < plane; p++) {
                            for (int c = 0; c < 3; c++) {
                                pixels[(i * 3 + c) * plane + p] = bytes[3 * p + c];
                            }
                        }
                        return null;
                    } catch (IOException | IllegalArgumentException e) {
                        return e.getMessage();
                    }
                })
                .filter(m -> m != null)
                .toList();
        if (!problems.isEmpty()) {
            throw new IOException(problems.size() + " of " + found.size() + " images in " + folder
                    + " cannot be read; the first: " + problems.getFirst());
        }
        return new LabelledImages(
                size, 3, names, pixels, found.stream().mapToInt(Found::label).toArray());
    }
}
