package tornado.attention.bench.device;

import java.util.Map;
import java.util.Random;
import tornado.attention.networks.Network;
import tornado.attention.networks.Networks;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Loss.CrossEntropy;
import tornado.attention.networks.training.Optimizer.Sgd;
import tornado.attention.networks.training.Trainer;
import tornado.attention.networks.training.Trainer.Recipe;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A small residual network with attention on two images: {@code evaluation}, or two steps of its {@code training}. A program of its own
 * for TornadoVM; prints {@code finite 1} if what comes out is finite.
 */
final class SmallNetwork {
    private static final int BATCH = 2;
    private static final Size SIZE = Size.square(4);

    private SmallNetwork() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        var config = Networks.named("resnet8_cifar").with(Map.of("attn", Map.of("type", "SEAttention")));
        var network = Network.initial(config, SIZE, 1);
        var images = new float[BATCH * 3 * SIZE.height() * SIZE.width()];
        var random = new Random(2);
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        boolean finite = arguments[0].equals("training") ? train(network, images) : evaluate(network, images);
        System.out.println("finite " + (finite ? 1 : 0));
        System.exit(0);
    }

    private static boolean evaluate(Network network, float[] images) {
        var chain = TaskChain.named("network", ChainOptions.evaluation());
        var shape = Shape.of(BATCH, 3, SIZE.height(), SIZE.width());
        var logits = network.attach(chain, chain.input("images", shape, FloatArray.fromArray(images)));
        chain.output(logits);
        try (var plan = chain.plan()) {
            plan.run();
            for (float logit : plan.read(logits)) {
                if (!Float.isFinite(logit)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean train(Network network, float[] images) {
        var recipe = Recipe.of(CrossEntropy.plain(), new Sgd(0.9, 0, false));
        try (var trainer = new Trainer(network, SIZE, BATCH, recipe, null, ChainOptions.evaluation())) {
            trainer.step(images, new float[] {0, 1}, 0.1);
            return Double.isFinite(trainer.step(images, new float[] {0, 1}, 0.1).loss());
        }
    }
}
