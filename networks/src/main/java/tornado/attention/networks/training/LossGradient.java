package tornado.attention.networks.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.Network;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;

/**
 * A network, its loss and the gradients of the loss, appended to a chain in training mode whose parameters the device can change.
 *
 * @param images {@code [batch, 3, height, width]}, an input of the chain
 * @param targets what the loss holds the output against, an input of the chain
 * @param output what the network makes
 * @param loss {@code [1]}
 * @param parameters on the device, by name
 * @param gradients of the parameters that the loss depends on, by name
 * @param imagesGradient of the images; null unless it was asked for
 */
public record LossGradient(
        Tensor images,
        Tensor targets,
        Tensor output,
        Tensor loss,
        SequencedMap<String, Tensor> parameters,
        SequencedMap<String, Tensor> gradients,
        Tensor imagesGradient) {
    /** Copies the maps. */
    public LossGradient {
        parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
        gradients = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradients));
    }

    /**
     * Appends forward and backward pass.
     *
     * @param chain in training mode
     * @param network with the weights to begin with
     * @param size of the images
     * @param batch how many
     * @param ofImages whether the gradient of the images is wanted too
     * @throws IllegalArgumentException if the network does not take such images, or the loss not its output
     */
    public static LossGradient append(
            TaskChain chain, Network network, Size size, int batch, Loss loss, boolean ofImages) {
        return append(chain, network, size, batch, loss, ofImages, false);
    }

    /**
     * The same, in less memory.
     *
     * @param recompute whether little more than the blocks' inputs is kept, and the rest made again in the backward pass
     */
    public static LossGradient append(
            TaskChain chain, Network network, Size size, int batch, Loss loss, boolean ofImages, boolean recompute) {
        if (!chain.training()) {
            throw new IllegalArgumentException(
                    "Chain '" + chain.name() + "' is in evaluation mode; make it with ChainOptions.inTraining().");
        }
        var learned = new LinkedHashMap<String, Weight>();
        var body = learning(chain, network, size, learned);
        var shape = Shape.of(batch, 3, size.height(), size.width());
        var images = Value.input("images", shape);
        var output = body.body().apply(images).output();
        var target = Value.input("targets", loss.target(output.shape()));
        var value = loss.of(output, target);

        var parameters = parameters(value);
        var one = Value.of(new Constant("one", new Array(Shape.of(1), new double[] {1})));
        var of = new ArrayList<>(parameters.values());
        if (ofImages) {
            of.add(images);
        }
        var found = Gradient.of(List.of(value), List.of(one), of, true, recompute);
        parameters.values().retainAll(found.keySet());

        var wanted = new ArrayList<Value>(List.of(output, value));
        parameters.values().forEach(p -> wanted.add(found.get(p)));
        if (ofImages) {
            wanted.add(found.get(images));
        }
        var inputs = new IdentityHashMap<Value, Tensor>();
        inputs.put(images, chain.input("images", shape));
        inputs.put(target, chain.input("targets", target.shape()));
        var made = Lowering.append(chain, inputs, wanted);

        var tensors = new LinkedHashMap<String, Tensor>();
        learned.forEach((name, weight) -> tensors.put(name, chain.weight(weight)));
        var gradients = new LinkedHashMap<String, Tensor>();
        int at = 2;
        for (var name : parameters.keySet()) {
            gradients.put(name, made.get(at++));
        }
        return new LossGradient(
                inputs.get(images),
                inputs.get(target),
                made.get(0),
                made.get(1),
                tensors,
                gradients,
                ofImages ? made.getLast() : null);
    }

    /** The same network with parameters that the device can change. */
    private static Network learning(TaskChain chain, Network network, Size size, Map<String, Weight> learned) {
        var weights = new LinkedHashMap<String, Weight>();
        for (var spec : network.weights().specs()) {
            var weight = network.weights().get(spec.name());
            if (spec.kind() == WeightSpec.Kind.PARAMETER) {
                weight = chain.learned(weight);
                learned.put(spec.name(), weight);
            }
            weights.put(spec.name(), weight);
        }
        return Network.create(network.config(), size, weights);
    }

    /** The parameters that a value is made of, by their names. */
    private static SequencedMap<String, Value> parameters(Value value) {
        var found = new LinkedHashMap<String, Value>();
        for (var v : Graph.order(List.of(value))) {
            if (v.task() instanceof Parameter parameter && parameter.weight().isOnDevice()) {
                found.put(parameter.name(), v);
            }
        }
        return found;
    }
}
