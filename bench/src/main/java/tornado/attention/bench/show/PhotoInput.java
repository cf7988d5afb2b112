package tornado.attention.bench.show;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.RequiredInputs;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.image.FilterBank;
import tornado.attention.bench.image.ImageFiles;
import tornado.attention.bench.image.ImageTensor;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;

/**
 * A photograph as the feature map of a module.
 *
 * @param photo as it was read
 * @param features {@code [1, channels, height, width]}
 * @param description what was done, for people
 */
record PhotoInput(BufferedImage photo, NamedTensor features, String description) {
    private static final String NAME = "input";

    /** Longer side of the feature map where no size is given: its map of pixels over pixels then takes some 30 MB. */
    private static final int LONGEST = 64;

    /** Sides of the feature map are multiples of this, so that a pooling divides them. */
    private static final int MULTIPLE = 2;

    /** How many pixels of the image a pixel of the filters' answer stands for, in a row. */
    private static final int FILTER_STRIDE = 2;

    /**
     * Reads a photograph.
     *
     * @param size {@code HxW} of the resized image; null for the photograph's proportions
     * @param filters whether the fixed filters come first: 64 channels at half the size
     */
    static PhotoInput read(Path path, String size, boolean filters) throws IOException {
        var photo = ImageFiles.read(path);
        int stride = filters ? FILTER_STRIDE : 1;
        int[] sides = size == null ? ImageTensor.sizeOf(photo, LONGEST * stride, MULTIPLE * stride) : sides(size);
        var tensor = ImageTensor.normalised(photo, sides[0], sides[1]);
        var description = path.getFileName() + " " + photo.getWidth() + "x" + photo.getHeight() + " pixels -> "
                + Shape.of(tensor.shape());
        if (filters) {
            tensor = new FilterBank().apply(tensor);
            description += " -> " + FilterBank.FILTERS + " filters " + Shape.of(tensor.shape());
        }
        return new PhotoInput(photo, new NamedTensor(NAME, Shape.of(tensor.shape()), tensor.values()), description);
    }

    /**
     * A photograph whose feature map was made elsewhere.
     *
     * @param file safetensors with {@code [1, channels, height, width]} as {@code input} or as its only tensor
     */
    static PhotoInput withFeatures(Path path, Path file) throws IOException {
        var photo = ImageFiles.read(path);
        try (var tensors = SafetensorsFile.open(file)) {
            var names = tensors.names();
            if (!names.contains(NAME) && names.size() != 1) {
                throw new FailureException("The file " + file + " has no tensor '" + NAME + "' and not just one, but "
                        + names.size() + "; name the feature map so.");
            }
            var name = names.contains(NAME) ? NAME : names.iterator().next();
            var extents = tensors.info(name).shape();
            if (extents.length != 4
                    || extents[0] != 1
                    || Arrays.stream(extents).anyMatch(e -> e < 1 || e > Integer.MAX_VALUE)) {
                throw new FailureException(
                        "The tensor '" + name + "' of " + file + " has the shape " + Arrays.toString(extents)
                                + "; a feature map of one photograph is [1, channels, height, width].");
            }
            var shape =
                    Shape.of(Arrays.stream(extents).mapToInt(Math::toIntExact).toArray());
            return new PhotoInput(
                    photo,
                    new NamedTensor(NAME, shape, tensors.floats(name)),
                    path.getFileName() + " " + photo.getWidth() + "x" + photo.getHeight() + " pixels, feature map "
                            + shape + " of " + file.getFileName());
        }
    }

    private static int[] sides(String size) {
        try {
            var shape = Shape.parse(size);
            if (shape.rank() == 2 && shape.dim(0) > 0 && shape.dim(1) > 0) {
                return shape.dims();
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(complaint(size), e);
        }
        throw new UsageException(complaint(size));
    }

    private static String complaint(String size) {
        return "'" + size + "' is not a size; write height and width joined by x, such as 96x128.";
    }

    /** The pixel of the feature map under a pixel of the photograph. */
    QueryPoint inFeatures(QueryPoint point) {
        if (point.row() >= photo.getHeight() || point.column() >= photo.getWidth()) {
            throw new UsageException("The query pixel " + point + " lies outside the photograph, which has rows 0 to "
                    + (photo.getHeight() - 1) + " and columns 0 to " + (photo.getWidth() - 1) + ".");
        }
        var shape = features.shape();
        return point.in(shape.height(), shape.width(), photo.getHeight(), photo.getWidth());
    }

    /** The inputs a module takes: the feature map, or its pixels as tokens {@code [1, pixels, channels]}. */
    Map<String, NamedTensor> inputs(ModuleType type, Settings settings) {
        var inputs = new LinkedHashMap<String, NamedTensor>();
        RequiredInputs.shapes(type, features.shape(), settings)
                .forEach((name, wanted) -> inputs.put(name, input(type, name, wanted)));
        return inputs;
    }

    private NamedTensor input(ModuleType type, String name, Shape wanted) {
        int channels = features.shape().channels();
        int pixels = features.shape().pixels();
        if (wanted.equals(features.shape())) {
            return new NamedTensor(name, wanted, features.values());
        }
        if (wanted.equals(Shape.of(1, pixels, channels))) {
            return new NamedTensor(name, wanted, vectors(features.values(), channels, pixels));
        }
        throw new FailureException("Module " + type.name() + " takes '" + name + "' of shape " + wanted
                + ", which a photograph does not give; attn run takes its inputs from a file.");
    }

    /** Mean cosine distance between the feature vectors of two pixels, over all pairs. */
    double averageDistance() {
        int channels = features.shape().channels();
        return CosineDistance.average(
                vectors(features.values(), channels, features.shape().pixels()), channels);
    }

    /** A map {@code [channels, pixels]} as one vector a pixel, {@code [pixels, channels]}. */
    private static float[] vectors(float[] map, int channels, int pixels) {
        var vectors = new float[channels * pixels];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                vectors[p * channels + c] = map[c * pixels + p];
            }
        }
        return vectors;
    }
}
