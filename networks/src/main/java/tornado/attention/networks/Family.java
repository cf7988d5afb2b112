package tornado.attention.networks;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.modules.Parameters;
import tornado.attention.networks.image.Size;

/** The kinds of networks that a config can ask for under {@code network}. */
public enum Family {
    /** ResNet, ResNeXt, SE-ResNet, ECA-ResNet, SK-ResNet. */
    RESNET("resnet", ResNet::of),
    /** torchvision's ResNet with the modules of papers: FcaNet, ECA-Net, SENet, EPSANet, GCT. */
    TORCHVISION_RESNET("torchvision_resnet", PaperResNet::of),
    /** Bottle, basic, dark, edge and self-attention blocks: GC-ResNet, BotNet. */
    BYOBNET("byobnet", ByobNet::of),
    /** EfficientNet, MobileNetV2, MNASNet. */
    EFFICIENTNET("efficientnet", EfficientNet::of),
    /** MobileNetV3, LCNet. */
    MOBILENETV3("mobilenetv3", EfficientNet::pooledFirst),
    /** RegNet X and Y. */
    REGNET("regnet", RegNet::of),
    /** ViT, DeiT. */
    VIT("vit", VisionTransformer::of),
    /** Super-resolution with channel attention. */
    RCAN("rcan", Rcan::of),
    /** ResNet for small images with style-based recalibration. */
    SRM_CIFAR_RESNET("srm_cifar_resnet", ResNet::ofSmallImagesWithStyle),
    /** ResNet for small images. */
    CIFAR_RESNET("cifar_resnet", ResNet::ofSmallImages),
    /** PaddlePaddle's text direction classifier. */
    PPOCR_CLS("ppocr_cls", EfficientNet::ofTextLines);

    /** Makes a network's formula out of its parameters: the one walk that names them. */
    interface Builder {
        Body build(Parameters parameters, NetworkConfig config, Size image);
    }

    private final String word;
    private final Builder builder;

    Family(String word, Builder builder) {
        this.word = word;
        this.builder = builder;
    }

    /** What a config calls it. */
    public String word() {
        return word;
    }

    /**
     * The network of a config.
     *
     * @param image the size of images that it is made for; most networks take others as well
     * @throws IllegalArgumentException if a setting is missing, unknown or does not fit
     */
    public static Body build(Parameters parameters, NetworkConfig config, Size image) {
        var fresh = config.with(Map.of());
        var word = fresh.text("network");
        var family = Arrays.stream(values())
                .filter(f -> f.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The " + config.owner() + " is of family '" + word
                        + "', which is not known; there are "
                        + Arrays.stream(values()).map(Family::word).collect(Collectors.joining(", ")) + "."));
        var body = family.builder.build(parameters, fresh, image);
        fresh.requireAllRead();
        return body;
    }
}
