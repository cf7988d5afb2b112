package tornado.attention.bench.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.RequiredInputs;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.report.image.FilterBank;
import tornado.attention.report.image.ImageTensor;
import tornado.attention.tasks.Shape;

/**
 * A photograph and the feature map that a module gets of it.
 *
 * @param photo as it was read
 * @param features {@code [1, channels, height, width]}: normalised colours, the answers of the filters, or what was made
 *     of the photograph elsewhere
 * @param description what was done, for people
 */
public record Photograph(BufferedImage photo, NamedTensor features, String description) {
    private static final String NAME = "input";

    /**
     * Reads a photograph.
     *
     * @param size {@code HxW} to which it is resized; null for its own proportions
     * @param longest its longer side where no size is given
     * @param multiple its sides are then multiples of this
     */
    public static Photograph read(Path path, String size, Stem stem, int longest, int multiple) throws IOException {
        var photo = ImageFiles.read(path);
        int[] sides = size == null ? ImageTensor.sizeOf(photo, longest, multiple) : sides(size);
        var tensor = ImageTensor.normalised(photo, sides[0], sides[1]);
        var description = describe(path, photo) + " -> " + Shape.of(tensor.shape());
        if (stem == Stem.FILTERS) {
            tensor = new FilterBank().apply(tensor);
            description += " -> " + FilterBank.FILTERS + " filters " + Shape.of(tensor.shape());
        }
        return new Photograph(photo, new NamedTensor(NAME, Shape.of(tensor.shape()), tensor.values()), description);
    }

    /**
     * A photograph whose feature map was made elsewhere.
     *
     * @param file safetensors with {@code [1, channels, height, width]} as {@code input} or as its only tensor
     */
    public static Photograph withFeatures(Path path, Path file) throws IOException {
        var photo = ImageFiles.read(path);
        try (var tensors = SafetensorsFile.open(file)) {
            var names = tensors.names();
            if (!names.contains(NAME) && names.size() != 1) {
                throw new FailureException("The file " + file + " has no tensor '" + NAME + "' and not just one, but "
                        + names.size() + "; name the feature map so.");
            }
            var name = names.contains(NAME) ? NAME : names.iterator().next();
            var extents = tensors.info(name).shape();
            if (extents.length != 4 || extents[0] != 1 || Arrays.stream(extents).anyMatch(e -> e < 1)) {
                throw new FailureException(
                        "The tensor '" + name + "' of " + file + " has the shape " + Arrays.toString(extents)
                                + "; a feature map of one photograph is [1, channels, height, width].");
            }
            var features = InputFile.read(tensors, name, NAME);
            InputFile.requireAllUsed(tensors, List.of(name), "the feature map is '" + NAME + "'");
            return new Photograph(
                    photo,
                    features,
                    describe(path, photo) + ", feature map " + features.shape() + " of " + file.getFileName());
        }
    }

    private static String describe(Path path, BufferedImage photo) throws IOException {
        int orientation = ImageFiles.orientation(path);
        return path.getFileName() + " " + photo.getWidth() + "x" + photo.getHeight() + " pixels"
                + (orientation == 1 ? "" : ", turned upright from EXIF orientation " + orientation);
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
        return "'" + size + "' is not a size; write height and width joined by x, such as 224x320.";
    }

    /** The feature vectors of the pixels, {@code [pixels, channels]}. */
    public float[] pixelVectors() {
        int channels = features.shape().channels();
        int pixels = features.shape().pixels();
        var map = features.values();
        var vectors = new float[map.length];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                vectors[p * channels + c] = map[c * pixels + p];
            }
        }
        return vectors;
    }

    /**
     * The inputs that a module takes, out of this feature map: the map itself, or its pixels as tokens {@code [1, pixels,
     * channels]}, or its channels as rows {@code [1, channels, pixels]}.
     */
    public List<NamedTensor> inputs(ModuleType type, Settings settings) {
        var tensors = new ArrayList<NamedTensor>();
        RequiredInputs.shapes(type, features.shape(), settings)
                .forEach((name, shape) -> tensors.add(input(type, name, shape)));
        return tensors;
    }

    private NamedTensor input(ModuleType type, String name, Shape wanted) {
        int channels = features.shape().channels();
        int pixels = features.shape().pixels();
        if (wanted.equals(features.shape()) || wanted.equals(Shape.of(1, channels, pixels))) {
            return new NamedTensor(name, wanted, features.values());
        }
        if (wanted.equals(Shape.of(1, pixels, channels))) {
            return new NamedTensor(name, wanted, pixelVectors());
        }
        throw new FailureException("Module " + type.name() + " takes '" + name + "' of shape " + wanted
                + ", which a photograph does not give; 'attn run --input' takes the inputs from a file.");
    }
}
