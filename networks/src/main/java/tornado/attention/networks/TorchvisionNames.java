package tornado.attention.networks;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.modules.Names;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.image.Size;

/**
 * What torchvision calls the weights of networks that timm has too: MobileNetV2 and V3, EfficientNet, RegNet, ViT. Its ResNets have timm's names.
 *
 * <p>Layers are the same and stand in the same order; torchvision counts them where timm names them. Its MobileNetV3 has another epsilon in its norms.
 */
final class TorchvisionNames {
    /** Of the norms of torchvision's MobileNetV3; timm's have 1e-5. */
    private static final double EPSILON_V3 = 1e-3;

    private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(\\d+)\\.");

    /** Parts of timm's blocks in the order in which they run, each convolution with its norm. */
    private static final List<List<String>> INVERTED =
            List.of(List.of("conv_pw", "bn1"), List.of("conv_dw", "bn2"), List.of("se"), List.of("conv_pwl", "bn3"));

    private static final List<List<String>> SEPARABLE =
            List.of(List.of("conv_dw", "bn1"), List.of("se"), List.of("conv_pw", "bn2"));

    private TorchvisionNames() {}

    /**
     * A config and what a file calls its weights.
     *
     * @param config with what torchvision has otherwise
     * @param names of the file
     */
    record Found(NetworkConfig config, Names names) {}

    /** What a file of torchvision's calls the weights of a network; empty for another file or network. */
    static Optional<Found> of(NetworkConfig config, Size image, TensorFile file) {
        return renaming(config, image, file.names())
                .map(names -> new Found(
                        isV3(config) ? config.with(Map.of("bn_eps", EPSILON_V3)) : config, Names.renamed(names)));
    }

    private static boolean isV3(NetworkConfig config) {
        return "mobilenetv3".equals(config.values().get("network"));
    }

    /** Beginnings of our names, each with what torchvision has for it. */
    static Optional<Map<String, String>> renaming(NetworkConfig config, Size image, Set<String> names) {
        if (names.contains("conv_proj.weight") && "vit".equals(config.values().get("network"))) {
            return Optional.of(transformer(layers(config, image)));
        }
        if (names.stream().anyMatch(n -> n.startsWith("trunk_output."))
                && "regnet".equals(config.values().get("network"))) {
            return Optional.of(regular(layers(config, image)));
        }
        boolean counted = names.contains("features.0.0.weight");
        boolean mobile = names.stream().anyMatch(n -> n.startsWith("features.1.conv."));
        if (counted && isV3(config)) {
            return Optional.of(counted(layers(config, image), Style.V3));
        }
        if (counted && "efficientnet".equals(config.values().get("network"))) {
            return Optional.of(counted(layers(config, image), mobile ? Style.V2 : Style.EFFICIENT));
        }
        return Optional.empty();
    }

    /** The layers of a network in order, with a dot behind: names of weights without their last word. */
    private static Set<String> layers(NetworkConfig config, Size image) {
        var layers = new LinkedHashSet<String>();
        for (WeightSpec spec : Network.weights(config, image)) {
            layers.add(spec.name().substring(0, spec.name().lastIndexOf('.') + 1));
        }
        return layers;
    }

    private static Map<String, String> transformer(Set<String> layers) {
        var names = new LinkedHashMap<String, String>();
        names.put("cls_token", "class_token");
        names.put("pos_embed", "encoder.pos_embedding");
        for (var layer : layers) {
            if (layer.startsWith("blocks.")) {
                int dot = layer.indexOf('.', "blocks.".length());
                var block = "encoder.layers.encoder_layer_" + layer.substring("blocks.".length(), dot) + ".";
                switch (layer.substring(dot + 1)) {
                    case "norm1." -> names.put(layer, block + "ln_1.");
                    case "norm2." -> names.put(layer, block + "ln_2.");
                    case "attn.qkv." -> names.put(layer, block + "self_attention.in_proj_");
                    case "attn.proj." -> names.put(layer, block + "self_attention.out_proj.");
                    case "mlp.fc1." -> names.put(layer, block + "mlp.0.");
                    case "mlp.fc2." -> names.put(layer, block + "mlp.3.");
                    default -> {} // torchvision has no such layer: said to be missing by timm's name
                }
            }
        }
        names.put("patch_embed.proj.", "conv_proj.");
        names.put("norm.", "encoder.ln.");
        names.put("head.", "heads.head.");
        return names;
    }

    private static Map<String, String> regular(Set<String> layers) {
        var names = new LinkedHashMap<String, String>();
        names.put("stem.conv.", "stem.0.");
        names.put("stem.bn.", "stem.1.");
        names.put("head.fc.", "fc.");
        var parts = Map.of("conv1", "f.a", "conv2", "f.b", "conv3", "f.c", "downsample", "proj");
        for (var layer : layers) {
            var words = layer.split("\\.");
            if (!layer.matches("s\\d+\\.b\\d+\\..*")) {
                continue;
            }
            var stage = words[0].substring(1);
            var block = "trunk_output.block" + stage + ".block" + stage + "-"
                    + (Integer.parseInt(words[1].substring(1)) - 1) + ".";
            if (words[2].equals("se")) {
                names.put(layer, block + "f.se." + words[3] + ".");
            } else if (parts.containsKey(words[2])) {
                names.put(layer, block + parts.get(words[2]) + (words[3].equals("conv") ? ".0." : ".1."));
            }
        }
        return names;
    }

    /** How a family counts its layers. */
    private enum Style {
        V2,
        V3,
        EFFICIENT
    }

    private static Map<String, String> counted(Set<String> layers, Style style) {
        var names = new LinkedHashMap<String, String>();
        names.put("conv_stem.", "features.0.0.");
        names.put("bn1.", "features.0.1.");
        var blocks = new LinkedHashSet<String>();
        for (var layer : layers) {
            var found = BLOCK.matcher(layer);
            if (found.lookingAt()) {
                blocks.add(found.group());
            }
        }
        int number = 0;
        int stage = 0;
        for (var block : blocks) {
            number++;
            var found = BLOCK.matcher(block);
            found.matches();
            stage = Integer.parseInt(found.group(1)) + 1;
            if (layers.contains(block + "conv.")) {
                names.put(block + "conv.", "features." + number + ".0.");
                names.put(block + "bn1.", "features." + number + ".1.");
                continue;
            }
            var theirs = style == Style.EFFICIENT
                    ? "features." + stage + "." + found.group(2) + ".block."
                    : "features." + number + (style == Style.V2 ? ".conv." : ".block.");
            block(names, layers, block, theirs, style);
        }
        int last = style == Style.EFFICIENT ? stage : number;
        if (style == Style.V3) {
            names.put("conv_head.", "classifier.0.");
            names.put("classifier.", "classifier.3.");
        } else {
            names.put("conv_head.", "features." + (last + 1) + ".0.");
            names.put("bn2.", "features." + (last + 1) + ".1.");
            names.put("classifier.", "classifier.1.");
        }
        return names;
    }

    private static void block(Map<String, String> names, Set<String> layers, String ours, String theirs, Style style) {
        var parts = layers.contains(ours + "conv_pwl.") ? INVERTED : SEPARABLE;
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            if (part.size() == 1) {
                if (layers.contains(ours + "se.conv_reduce.")) {
                    names.put(ours + "se.conv_reduce.", theirs + at + ".fc1.");
                    names.put(ours + "se.conv_expand.", theirs + at + ".fc2.");
                    at++;
                }
            } else if (style == Style.V2 && i == parts.size() - 1) {
                names.put(ours + part.get(0) + ".", theirs + at + ".");
                names.put(ours + part.get(1) + ".", theirs + (at + 1) + ".");
            } else {
                names.put(ours + part.get(0) + ".", theirs + at + ".0.");
                names.put(ours + part.get(1) + ".", theirs + at + ".1.");
                at++;
            }
        }
    }
}
