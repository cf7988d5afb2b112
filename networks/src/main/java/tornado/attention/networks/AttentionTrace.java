package tornado.attention.networks;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.Composite;
import tornado.attention.tasks.graph.EncodeTask;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What a classifier looked at for one class: every attention tensor with the gradient of the class's logit, and Grad-CAM (Selvaraju et
 * al., ICCV 2017, arXiv 1610.02391) of a map in front of the classifier: {@code relu(sum_c mean_pixels(dy/dA_c) A_c)}.
 *
 * <pre>{@code
 * try (var trace = new AttentionTrace(network, size, device, options)) {
 *     float[] logits = trace.logits(prepared);
 *     var seen = trace.of(prepared, 285);
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class AttentionTrace implements AutoCloseable {
    private final FloatArray images;
    private final FloatArray chosen;
    private final Tensor logits;
    private final String node;
    private final Tensor cam;
    private final List<Seen> exposed;
    private final Plan plan;

    private record Seen(String name, AttentionKind kind, Shape shape, Tensor values, Tensor gradient) {}

    /**
     * An attention tensor of one image.
     *
     * @param name with the path of its part, such as {@code layer1.0.se.excite}
     * @param kind what it says
     * @param shape of the kind, with a batch of 1
     * @param values its elements
     * @param gradient of the class's logit; all 0 where the logit does not depend on it
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Attended(String name, AttentionKind kind, Shape shape, float[] values, float[] gradient) {}

    /**
     * What was looked at.
     *
     * @param height rows of the Grad-CAM
     * @param width columns of it
     * @param cam Grad-CAM of the {@linkplain AttentionTrace#node() node}; null for a network without maps in front of its classifier
     * @param attention all attention tensors, from the images on
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Trace(int height, int width, float[] cam, List<Attended> attention) {}

    /**
     * Compiles a network together with its gradients.
     *
     * @param size of the images
     * @param device where; null for the default one
     * @param options of the chain, such as the device's profile
     * @throws IllegalArgumentException if the network answers with an image, or does not take images of this size
     */
    public AttentionTrace(Network network, Size size, TornadoDevice device, ChainOptions options) {
        var shape = Shape.of(1, 3, size.height(), size.width());
        var input = Value.input("images", shape);
        var features = network.body().apply(input);
        var answer = features.output();
        if (answer.shape().rank() != 2) {
            throw new IllegalArgumentException("The " + network.config().owner() + " answers with " + answer.shape()
                    + " and not with classes; choose a network that classifies.");
        }
        var maps = features.nodes().entrySet().stream()
                .filter(e -> e.getValue().shape().rank() == 4)
                .toList();
        this.node = maps.isEmpty() ? null : maps.getLast().getKey();
        var roots = new ArrayList<>(List.of(answer));
        if (node != null) {
            roots.add(maps.getLast().getValue());
        }
        // Maps of attention are values only in its definition.
        var plain = Composite.expanded(roots, v -> v.task() instanceof AttendTask || v.task() instanceof EncodeTask);
        var output = plain.getFirst();
        var offered = Graph.order(List.of(output)).stream()
                .filter(v -> v.exposure().isPresent())
                .toList();
        var one = Value.input("class", output.shape());
        var wanted = new ArrayList<>(offered);
        wanted.addAll(plain.subList(1, plain.size()));
        var gradients = Gradient.of(List.of(output), List.of(one), wanted, false);

        var outputs = new ArrayList<>(List.of(output));
        outputs.addAll(offered);
        offered.stream().filter(gradients::containsKey).map(gradients::get).forEach(outputs::add);
        if (node != null) {
            var map = plain.getLast();
            outputs.add(map.times(gradients.get(map).mean(Value.PIXELS).perChannel())
                    .sum(1)
                    .relu()
                    .named("cam"));
        }
        this.images = new FloatArray(shape.elementsOf("images"));
        this.chosen = new FloatArray(output.shape().elementsOf("class"));
        var chain = TaskChain.named("trace", options);
        var inputs = new IdentityHashMap<Value, Tensor>(
                Map.of(input, chain.input("images", shape, images), one, chain.input("class", output.shape(), chosen)));
        var tensors = Lowering.append(chain, inputs, outputs);
        tensors.forEach(chain::output);
        this.logits = tensors.getFirst();
        var seen = new ArrayList<Seen>();
        int next = 1 + offered.size();
        for (int i = 0; i < offered.size(); i++) {
            var value = offered.get(i);
            var exposure = value.exposure().orElseThrow();
            var gradient = gradients.containsKey(value) ? tensors.get(next++) : null;
            seen.add(new Seen(value.name(), exposure.kind(), exposure.shape(), tensors.get(1 + i), gradient));
        }
        this.exposed = List.copyOf(seen);
        this.cam = node == null ? null : tensors.getLast();
        this.plan = chain.plan(device);
    }

    /** The part whose map the Grad-CAM is of: the last one with pixels; null where there is none. */
    public String node() {
        return node;
    }

    /**
     * The answer for an image.
     *
     * @param prepared {@code [3, height, width]}
     */
    public float[] logits(float[] prepared) {
        return run(prepared, -1);
    }

    /**
     * What was looked at for a class.
     *
     * @param prepared image {@code [3, height, width]}
     * @param index of the class
     * @throws IllegalArgumentException if there is no such class
     */
    public Trace of(float[] prepared, int index) {
        if (index < 0 || index >= chosen.getSize()) {
            throw new IllegalArgumentException(
                    "The network has classes 0 to " + (chosen.getSize() - 1) + ", but not " + index + ".");
        }
        run(prepared, index);
        var all = new ArrayList<Attended>();
        for (var each : exposed) {
            var values = plan.read(each.values);
            var gradient = each.gradient == null ? new float[values.length] : plan.read(each.gradient);
            all.add(new Attended(each.name, each.kind, each.shape, values, gradient));
        }
        return cam == null
                ? new Trace(0, 0, null, all)
                : new Trace(cam.shape().dim(-2), cam.shape().dim(-1), plan.read(cam), all);
    }

    private float[] run(float[] prepared, int index) {
        if (prepared.length != images.getSize()) {
            throw new IllegalArgumentException(
                    "An image has " + prepared.length + " numbers instead of " + images.getSize() + ".");
        }
        images.getSegment().copyFrom(MemorySegment.ofArray(prepared));
        chosen.init(0f);
        if (index >= 0) {
            chosen.set(index, 1f);
        }
        plan.run();
        return plan.read(logits);
    }

    @Override
    public void close() {
        plan.close();
    }
}
