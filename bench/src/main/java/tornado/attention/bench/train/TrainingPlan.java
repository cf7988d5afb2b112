package tornado.attention.bench.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.Networks;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Loss.CrossEntropy;
import tornado.attention.networks.training.Optimizer;
import tornado.attention.networks.training.Schedule;
import tornado.attention.networks.training.Trainer.Recipe;
import tornado.attention.networks.training.Training.Settings;

/**
 * What a run was asked for; it is kept in the checkpoint, and a resumed run goes on with it.
 *
 * @param network one of timm's names or ours
 * @param attention module in its slots; null for what the name says
 * @param stages where it stands; empty for all
 * @param data folder of the data set
 * @param size of images in folders by class, as {@code HxW}; null where the files say it
 * @param epochs of the run
 * @param batch images in a step
 * @param optimizer {@code sgd} or {@code adamw}
 * @param rate the highest
 * @param momentum of SGD
 * @param weightDecay of matrices and kernels
 * @param smoothing of labels
 * @param warmup epochs
 * @param clip largest norm of gradients; 0 for none
 * @param crop pixels by which images are moved
 * @param flip whether images are mirrored
 * @param seed of weights, order and chance
 */
record TrainingPlan(
        String network,
        String attention,
        List<Integer> stages,
        String data,
        String size,
        int epochs,
        int batch,
        String optimizer,
        double rate,
        double momentum,
        double weightDecay,
        double smoothing,
        double warmup,
        double clip,
        int crop,
        boolean flip,
        long seed) {
    /** The key under which a checkpoint holds it. */
    static final String KEY = "training";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static TrainingPlan of(Path file, Map<String, String> metadata) throws IOException {
        try {
            var plan = JSON.readValue(metadata.getOrDefault(KEY, ""), TrainingPlan.class);
            if (plan != null
                    && plan.network != null
                    && plan.stages != null
                    && plan.data != null
                    && plan.optimizer != null) {
                return plan;
            }
        } catch (JsonProcessingException e) {
            throw new FailureException(
                    file + " was not written by this version of attn train: it does not say how it was trained.", e);
        }
        throw new FailureException(
                file + " was not written by this version of attn train: it does not say how it was trained.");
    }

    Map<String, String> metadata() {
        try {
            return Map.of(KEY, JSON.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same with the data set in another folder. */
    TrainingPlan at(String folder) {
        return new TrainingPlan(
                network,
                attention,
                stages,
                folder,
                size,
                epochs,
                batch,
                optimizer,
                rate,
                momentum,
                weightDecay,
                smoothing,
                warmup,
                clip,
                crop,
                flip,
                seed);
    }

    ImageSets images() throws IOException {
        return ImageSets.open(Path.of(data), sides());
    }

    private Size sides() {
        if (size == null) {
            return null;
        }
        var sides = size.split("x", -1);
        return new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[sides.length - 1]));
    }

    NetworkConfig config(int classes) {
        var config = Networks.named(network).with(Map.of("num_classes", classes));
        return attention == null ? config : config.withAttention(attention, stages);
    }

    /** The network before its first step. */
    Network initial(ImageSets images) {
        return Network.initial(
                config(images.train().classes().size()), images.train().size(), seed);
    }

    Settings settings() {
        var how = optimizer.equals("sgd")
                ? new Optimizer.Sgd(momentum, weightDecay, momentum > 0)
                : Optimizer.AdamW.decaying(weightDecay);
        var recipe = Recipe.of(CrossEntropy.smoothed(smoothing), how);
        return new Settings(
                batch,
                Schedule.cosine(rate, epochs, warmup),
                clip == 0 ? recipe : recipe.clipping(clip),
                crop,
                flip,
                seed);
    }

    /** The network for people: {@code resnet20_cifar with SRM in stages 2, 3}. */
    String title() {
        if (attention == null) {
            return network;
        }
        var where = stages.isEmpty() ? "" : " in stages " + stages.toString().replaceAll("[\\[\\]]", "");
        return network + " with " + attention + where;
    }
}
