package tornado.attention.networks;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A network compiled for a device and a size of images: weights go up once, images go up and answers come down with each run.
 *
 * <p>Not thread-safe.
 */
public final class NetworkRunner implements AutoCloseable {
    /** What the answer is called among the results. */
    public static final String OUTPUT = "output";

    private final int batch;
    private final FloatArray images;
    private final SequencedMap<String, Tensor> tensors;
    private final Plan plan;

    /**
     * What a network made of some images.
     *
     * @param shape of one image's part, without the batch
     * @param values of each image
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Result(Shape shape, List<float[]> values) {}

    /**
     * Compiles a network.
     *
     * @param size of the images
     * @param batch how many at once
     * @param nodes what is wanted besides the answer: names of {@link Features#nodes}, {@code pooled}
     * @param device where; null for the default one
     * @param options of the chain, such as the device's profile
     * @throws IllegalArgumentException if there is no such node, or the network does not take images of this size
     */
    public NetworkRunner(
            Network network, Size size, int batch, List<String> nodes, TornadoDevice device, ChainOptions options) {
        if (batch < 1) {
            throw new IllegalArgumentException("A network takes at least 1 image at once, not " + batch + ".");
        }
        this.batch = batch;
        var shape = Shape.of(batch, 3, size.height(), size.width());
        this.images = new FloatArray(shape.elementsOf("images"));
        var chain = TaskChain.named("network", options);
        this.tensors = network.attach(chain, chain.input("images", shape, images), nodes);
        tensors.values().forEach(chain::output);
        this.plan = chain.plan(device);
    }

    /** How many images are worked on at once. */
    public int batch() {
        return batch;
    }

    /** Kernels, MACs, bytes and memory for a batch. */
    public ChainCost cost() {
        return plan.cost();
    }

    /** The shape of a result for one image. */
    public Shape shape(String name) {
        return withoutBatch(tensors.get(name).shape());
    }

    private static Shape withoutBatch(Shape shape) {
        var extents = new int[shape.rank() - 1];
        System.arraycopy(shape.dims(), 1, extents, 0, extents.length);
        return Shape.of(extents);
    }

    /**
     * Runs the network.
     *
     * @param prepared images of {@code [3, height, width]}, at most {@link #batch}; where there are fewer, the rest of the batch is not
     *     looked at
     * @return the answer as {@link #OUTPUT}, and the nodes
     */
    public Map<String, Result> run(List<float[]> prepared) {
        if (prepared.isEmpty() || prepared.size() > batch) {
            throw new IllegalArgumentException(
                    "The network was compiled for 1 to " + batch + " images at once, not " + prepared.size() + ".");
        }
        int length = images.getSize() / batch;
        for (int i = 0; i < prepared.size(); i++) {
            var image = prepared.get(i);
            if (image.length != length) {
                throw new IllegalArgumentException(
                        "An image has " + image.length + " numbers instead of " + length + ".");
            }
            images.getSegment()
                    .asSlice((long) i * length * Float.BYTES, (long) length * Float.BYTES)
                    .copyFrom(MemorySegment.ofArray(image));
        }
        plan.run();
        var results = new LinkedHashMap<String, Result>();
        tensors.forEach((name, tensor) -> results.put(name, split(tensor, prepared.size())));
        return results;
    }

    private Result split(Tensor tensor, int count) {
        var all = plan.read(tensor);
        int length = all.length / batch;
        var each = new ArrayList<float[]>();
        for (int i = 0; i < count; i++) {
            each.add(Arrays.copyOfRange(all, i * length, (i + 1) * length));
        }
        return new Result(withoutBatch(tensor.shape()), each);
    }

    @Override
    public void close() {
        plan.close();
    }
}
