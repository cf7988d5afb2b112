package tornado.attention.bench.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.RequiredInputs;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.image.FilterBank;
import tornado.attention.bench.image.ImageFiles;
import tornado.attention.bench.image.ImageTensor;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.tasks.Shape;

/**
 * A photograph as a feature map.
 *
 * @param photo as it was read
 * @param featureMap {@code [1, channels, height, width]}: normalised colours, or the answers of the filters
 * @param values its elements
 * @param description what was done, for people
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of a large array, never compared
record InputImage(BufferedImage photo, Shape featureMap, float[] values, String description) {
    /** Longer side that is used where no size is given: what classification networks were trained on. */
    private static final int LONGEST = 224;

    /** Sides are multiples of this, so that the usual strides divide them. */
    private static final int MULTIPLE = 16;

    /** What can stand in front of a module. */
    enum Stem {
        /** Nothing: three channels. */
        NONE,
        /** The fixed bank of oriented filters: 64 channels at half the size. */
        FILTERS
    }

    /**
     * Reads a photograph.
     *
     * @param size {@code HxW}; null for the photograph's own proportions
     */
    static InputImage read(Path path, String size, Stem stem) throws IOException {
        var photo = ImageFiles.read(path);
        int[] sides = size == null ? ImageTensor.sizeOf(photo, LONGEST, MULTIPLE) : sides(size);
        var tensor = ImageTensor.normalised(photo, sides[0], sides[1]);
        var description = path.getFileName() + " " + photo.getWidth() + "x" + photo.getHeight() + " pixels -> "
                + Shape.of(tensor.shape());
        if (stem == Stem.FILTERS) {
            tensor = new FilterBank().apply(tensor);
            description += " -> " + FilterBank.FILTERS + " filters " + Shape.of(tensor.shape());
        }
        return new InputImage(photo, Shape.of(tensor.shape()), tensor.values(), description);
    }

    private static int[] sides(String size) {
        try {
            var shape = Shape.parse(size);
            if (shape.rank() == 2 && shape.dim(0) > 0 && shape.dim(1) > 0) {
                return shape.dims();
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "'" + size + "' is not a size; write height and width joined by x, such as 224x320.", e);
        }
        throw new UsageException("'" + size + "' is not a size; write height and width joined by x, such as 224x320.");
    }

    /**
     * The inputs that a module takes, out of this feature map: the map itself, or its pixels as tokens {@code [1, pixels,
     * channels]}, or its channels as rows {@code [1, channels, pixels]}.
     */
    List<NamedTensor> inputs(ModuleType type, Settings settings) {
        var tensors = new ArrayList<NamedTensor>();
        RequiredInputs.shapes(type, featureMap, settings)
                .forEach((name, shape) -> tensors.add(input(type, name, shape)));
        return tensors;
    }

    private NamedTensor input(ModuleType type, String name, Shape wanted) {
        int channels = featureMap.channels();
        int pixels = featureMap.pixels();
        if (wanted.equals(featureMap) || wanted.equals(Shape.of(1, channels, pixels))) {
            return new NamedTensor(name, wanted, values);
        }
        if (wanted.equals(Shape.of(1, pixels, channels))) {
            var tokens = new float[values.length];
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < pixels; p++) {
                    tokens[p * channels + c] = values[c * pixels + p];
                }
            }
            return new NamedTensor(name, wanted, tokens);
        }
        throw new FailureException("Module " + type.name() + " takes '" + name + "' of shape " + wanted
                + ", which an image does not give; give its inputs in a file with --input.");
    }
}
