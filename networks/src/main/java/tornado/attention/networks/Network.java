package tornado.attention.networks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.modules.Names;
import tornado.attention.modules.Parameters;
import tornado.attention.modules.WeightSpec;
import tornado.attention.modules.Weights;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;

/**
 * A whole network with its weights: an immutable value that can be attached to any number of chains.
 *
 * @param config which network it is
 * @param weights parameters and buffers by timm's names
 * @param body what it computes
 */
public record Network(NetworkConfig config, Weights weights, Body body) {
    /**
     * The parameters and buffers of a network, in the order in which it asks for them; no element is made.
     *
     * @throws IllegalArgumentException if a setting is missing, unknown or does not fit
     */
    public static List<WeightSpec> weights(NetworkConfig config, Size image) {
        return Parameters.asked(p -> Family.build(p, config, image));
    }

    /** What a network computes, without elements of its parameters: enough to say its shapes and what it costs. */
    public static Body described(NetworkConfig config, Size image) {
        return Family.build(Parameters.described(), config, image);
    }

    private static Network with(NetworkConfig config, Size image, Weights weights) {
        return new Network(config, weights, Family.build(Parameters.of(weights), config, image));
    }

    /** A network with fresh weights: for what it costs and for training, not for its answers. */
    public static Network initial(NetworkConfig config, Size image, long seed) {
        return with(config, image, Weights.initial(weights(config, image), seed));
    }

    /**
     * A network with the weights of a file.
     *
     * @param image the size of images that it is made for
     * @param names what the file calls them
     * @throws tornado.attention.modules.WeightsException if they do not fit
     */
    public static Network load(NetworkConfig config, Size image, TensorFile file, Names names) throws IOException {
        return with(config, image, Weights.load(config.owner(), weights(config, image), file, names));
    }

    /**
     * A network with these weights.
     *
     * @throws tornado.attention.modules.WeightsException if they do not fit
     */
    public static Network create(NetworkConfig config, Size image, Map<String, Weight> given) {
        return with(config, image, Weights.checked(config.owner(), weights(config, image), given));
    }

    /**
     * Appends the network to a chain.
     *
     * @param images {@code [batch, 3, height, width]}, preprocessed
     * @return logits {@code [batch, classes]}, or an image
     */
    public Tensor attach(TaskChain chain, Tensor images) {
        return attach(chain, images, List.of()).get("output");
    }

    /**
     * Appends the network to a chain, with what some of its parts make.
     *
     * @param images {@code [batch, 3, height, width]}, preprocessed
     * @param nodes names of {@link Features#nodes}; {@code pooled} for the vector in front of the classifier
     * @return their tensors by name, and the answer as {@code output}
     */
    public SequencedMap<String, Tensor> attach(TaskChain chain, Tensor images, List<String> nodes) {
        var input = Value.input(images.name(), images.shape());
        var features = body.apply(input);
        var wanted = new LinkedHashMap<String, Value>();
        for (var node : nodes) {
            var value =
                    node.equals("pooled") ? features.pooled() : features.nodes().get(node);
            if (value == null) {
                throw new IllegalArgumentException("The " + config.owner() + " has no part '" + node + "'; it has "
                        + String.join(", ", features.nodes().keySet()) + ".");
            }
            wanted.put(node, value);
        }
        wanted.put("output", features.output());
        var inputs = new IdentityHashMap<Value, Tensor>(Map.of(input, images));
        var tensors = Lowering.append(chain, inputs, new ArrayList<>(wanted.values()));
        var byName = new LinkedHashMap<String, Tensor>();
        int at = 0;
        for (var name : wanted.keySet()) {
            byName.put(name, tensors.get(at++));
        }
        return byName;
    }

    /** Number of trainable parameters. */
    public long parameters() {
        return weights.parameters();
    }

    /** Multiply-accumulates of convolutions and matrix products for one image. */
    public static long macs(NetworkConfig config, Size image) {
        var images = Value.input("images", Shape.of(1, 3, image.height(), image.width()));
        return Graph.macs(List.of(described(config, image).apply(images).output()));
    }
}
