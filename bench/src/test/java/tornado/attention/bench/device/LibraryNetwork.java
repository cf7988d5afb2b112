package tornado.attention.bench.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tornado.attention.networks.Network;
import tornado.attention.networks.Networks;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.VariantChoice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Networks with calls of vendors' libraries beside the same ones with portable kernels, twice on different images. A program of its own
 * for TornadoVM: a line {@code distance NAME D}, relative to the largest value, for each.
 */
final class LibraryNetwork {
    private static final int BATCH = 2;
    private static final int RUNS = 2;

    /** Says of the device that it calls libraries, whatever it is. */
    private static final DeviceProfile CALLING =
            new DeviceProfile(DeviceProfile.Kind.CPU, "CUDA", "as if", 1 << 15, 256, 1L << 32, 2);

    private LibraryNetwork() {}

    /** Runs them. */
    public static void main(String[] arguments) {
        distance("resnet8_cifar", Size.square(8));
        distance("test_vit", Size.square(160));
        System.exit(0);
    }

    private static void distance(String name, Size size) {
        var config = Networks.named(name);
        if (name.endsWith("_cifar")) {
            config = config.with(Map.of("attn", Map.of("type", "SEAttention")));
        }
        var network = Network.initial(config, size, 1);
        var portable = run(network, size, ChainOptions.evaluation().with(VariantChoice.PORTABLE));
        System.out.println("begin " + name);
        var library = run(network, size, ChainOptions.evaluation().on(CALLING).with(VariantChoice.LIBRARY));
        float largest = 0;
        float distance = 0;
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < portable.get(run).length; i++) {
                largest = Math.max(largest, Math.abs(portable.get(run)[i]));
                distance = Math.max(distance, Math.abs(portable.get(run)[i] - library.get(run)[i]));
            }
        }
        System.out.println("distance " + name + " " + distance / largest);
    }

    private static List<float[]> run(Network network, Size size, ChainOptions options) {
        var chain = TaskChain.named("network", options);
        var shape = Shape.of(BATCH, 3, size.height(), size.width());
        var images = new FloatArray((int) shape.elements());
        var logits = network.attach(chain, chain.input("images", shape, images));
        chain.output(logits);
        var random = new Random(2);
        // Not closed: TornadoVM 5.2 gives the double's context to the first provider of the library's name, which is
        // the real one.
        var plan = chain.plan();
        plan.prepare();
        var results = new ArrayList<float[]>();
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < images.getSize(); i++) {
                images.set(i, (float) random.nextGaussian());
            }
            plan.run();
            results.add(plan.read(logits));
        }
        return results;
    }
}
