package tornado.attention.networks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.networks.image.Preprocessing.Interpolation;
import tornado.attention.networks.image.Size;

/**
 * A set of trained weights that was published for a network: what images it was trained on, and where it can be had.
 *
 * @param network timm's name of the network
 * @param tag timm's name of the weights, such as {@code ra2_in1k}; empty for a file's
 * @param preprocessing of images
 * @param top1 accuracy on ImageNet's validation set in percent; null where it is not known
 * @param licence of the weights
 * @param address where the file can be had; null for one that comes along, empty where it is not known
 * @param labels what the classes are called
 */
public record Pretrained(
        String network,
        String tag,
        Preprocessing preprocessing,
        Double top1,
        String licence,
        String address,
        Labels labels) {
    private static final String TABLE = "pretrained.tsv";

    private static final String HUB = "https://huggingface.co/%s/resolve/main/model.safetensors";

    private static final String FCANET = "https://github.com/cfzd/FcaNet/releases/download/v1.0/fca%d.pth";

    private static final float[] HALF = {0.5f, 0.5f, 0.5f};

    private static final float[] CIFAR_MEAN = {0.4914f, 0.4822f, 0.4465f};

    private static final float[] CIFAR_STD = {0.2023f, 0.1994f, 0.2010f};

    /** Small networks that this project has trained on Fashion-MNIST. */
    private static final List<String> TRAINED_HERE = List.of("se_resnet8", "cbam_resnet8", "nonlocal_resnet8");

    private static final float FASHION_MEAN = 0.2860406f;

    private static final float FASHION_STD = 0.35302424f;

    private static List<Pretrained> all;

    /** The name, with the tag if there is one. */
    public String name() {
        return tag.isEmpty() ? network : network + "." + tag;
    }

    /** Whether the weights come along with this library. */
    public boolean isBundled() {
        return address == null;
    }

    /** All that are known, those that come along first. */
    public static synchronized List<Pretrained> all() {
        if (all == null) {
            var read = new ArrayList<Pretrained>();
            read.add(new Pretrained(
                    "srm_resnet32",
                    "cifar10",
                    new Preprocessing(Size.square(32), 1, Interpolation.BICUBIC, CIFAR_MEAN, CIFAR_STD),
                    null,
                    "MIT",
                    null,
                    Labels.CIFAR10));
            read.add(new Pretrained(
                    "ppocr_cls",
                    "mobile_v2",
                    new Preprocessing(new Size(48, 192), 1, Interpolation.BILINEAR, HALF, HALF).blueFirst(),
                    null,
                    "Apache-2.0",
                    null,
                    Labels.TEXT_DIRECTION));
            TRAINED_HERE.stream().map(Pretrained::ofFashion).forEach(read::add);
            try (var reader = new BufferedReader(
                    new InputStreamReader(Pretrained.class.getResourceAsStream(TABLE), StandardCharsets.UTF_8))) {
                reader.lines().skip(1).map(Pretrained::of).forEach(read::add);
                ofPapers().forEach(read::add);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "The bundled table of trained weights cannot be read; build the project again.", e);
            }
            all = List.copyOf(read);
        }
        return all;
    }

    private static Pretrained ofFashion(String network) {
        var mean = new float[] {FASHION_MEAN, FASHION_MEAN, FASHION_MEAN};
        var std = new float[] {FASHION_STD, FASHION_STD, FASHION_STD};
        return new Pretrained(
                network,
                "fashion_mnist",
                new Preprocessing(Size.square(28), 1, Interpolation.BICUBIC, mean, std),
                null,
                "Apache-2.0",
                null,
                Labels.FASHION_MNIST);
    }

    /** The published weights of papers' networks. */
    private static Stream<Pretrained> ofPapers() {
        return Stream.of(34, 50, 101, 152)
                .map(depth -> ofImageNet("fcanet" + depth, "in1k", "MIT", String.format(FCANET, depth)));
    }

    private static Pretrained ofImageNet(String network, String tag, String licence, String address) {
        return new Pretrained(
                network,
                tag,
                Preprocessing.imageNet(224, 0.875, Interpolation.BILINEAR),
                null,
                licence,
                address,
                Labels.IMAGENET);
    }

    private static Pretrained of(String line) {
        var cells = line.split("\t", -1);
        int dot = cells[0].indexOf('.');
        var preprocessing = new Preprocessing(
                Size.square(Integer.parseInt(cells[1])),
                Double.parseDouble(cells[2]),
                Interpolation.named(cells[3]),
                numbers(cells[4]),
                numbers(cells[5]));
        return new Pretrained(
                cells[0].substring(0, dot),
                cells[0].substring(dot + 1),
                preprocessing,
                cells[6].isEmpty() ? null : Double.valueOf(cells[6]),
                cells[8],
                String.format(HUB, cells[9]),
                Labels.IMAGENET);
    }

    private static float[] numbers(String cell) {
        var parts = cell.split(",");
        var numbers = new float[parts.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(parts[i]);
        }
        return numbers;
    }

    /** The weights of a network, as timm orders them: the first is what timm takes. */
    public static List<Pretrained> of(NetworkName name) {
        return all().stream()
                .filter(p -> p.network().equals(name.network())
                        && (name.tag() == null || p.tag().equals(name.tag())))
                .toList();
    }

    /**
     * The weights of a name: those of its tag, or the first of the network.
     *
     * @return nothing where the network has no published weights
     * @throws IllegalArgumentException if there is no such network or tag
     */
    public static Optional<Pretrained> named(String text) {
        var name = NetworkName.parse(text);
        var found = of(name);
        if (found.isEmpty() && name.tag() != null) {
            var tags = of(new NetworkName(name.network(), null)).stream()
                    .map(Pretrained::tag)
                    .toList();
            throw new IllegalArgumentException("Network " + name.network() + " has no weights '" + name.tag()
                    + "'; it has " + (tags.isEmpty() ? "none" : String.join(", ", tags)) + ".");
        }
        return found.stream().findFirst();
    }

    /**
     * What a name stands for where the weights are a file's: {@link #named}, or for a classifier of ImageNet's 1000 classes without published
     * weights what torchvision does with images (the shorter side to 256, 224x224 out of the middle, bilinear).
     *
     * @return nothing where it is not known how images are prepared
     * @throws IllegalArgumentException if there is no such network or tag
     */
    public static Optional<Pretrained> ofFile(String text) {
        var found = named(text);
        var network = NetworkName.parse(text).network();
        boolean usual = found.isEmpty()
                && Integer.valueOf(Labels.IMAGENET.count())
                        .equals(Networks.named(network).values().get("num_classes"));
        return usual ? Optional.of(ofImageNet(network, "", "", "")) : found;
    }
}
