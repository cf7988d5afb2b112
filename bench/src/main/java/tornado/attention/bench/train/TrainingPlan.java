package tornado.attention.bench.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.Networks;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Averaging;
import tornado.attention.networks.training.Loss.BinaryCrossEntropy;
import tornado.attention.networks.training.Loss.CrossEntropy;
import tornado.attention.networks.training.Optimizer;
import tornado.attention.networks.training.Schedule;
import tornado.attention.networks.training.Trainer.Recipe;
import tornado.attention.networks.training.Training.Settings;
import tornado.attention.report.internal.text.Nearest;

/**
 * What a run was asked for; it is kept in the checkpoint, and a resumed run goes on with it.
 *
 * @param network one of timm's names or ours
 * @param attention module in its slots; null for what the name says
 * @param stages where it stands; empty for all
 * @param data folder of the data set
 * @param size of images in folders by class, as {@code HxW}; null where the files say it
 * @param perClass images of each class to train with; 0 for all
 * @param epochs of the run
 * @param batch images in a step
 * @param optimizer {@code sgd} or {@code adamw}
 * @param rate the highest
 * @param momentum of SGD
 * @param weightDecay of matrices and kernels
 * @param smoothing of labels
 * @param warmup epochs
 * @param clip largest norm of gradients; 0 for none
 * @param bceLoss whether the loss is binary cross entropy a class
 * @param modelEmaDecay of the average that is kept; 0 for none
 * @param modelEmaWarmup whether the decay rises to that
 * @param recompute whether little more than blocks' inputs is kept for the backward pass
 * @param crop pixels by which images are moved; null until the images are known
 * @param flip whether images are mirrored; null until the images are known
 * @param seed of weights, order and chance
 */
public record TrainingPlan(
        String network,
        String attention,
        List<Integer> stages,
        String data,
        String size,
        int perClass,
        int epochs,
        int batch,
        String optimizer,
        double rate,
        double momentum,
        double weightDecay,
        double smoothing,
        double warmup,
        double clip,
        boolean bceLoss,
        double modelEmaDecay,
        boolean modelEmaWarmup,
        boolean recompute,
        Integer crop,
        Boolean flip,
        long seed) {
    /** The key under which a checkpoint holds it. */
    static final String KEY = "training";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    /**
     * A plan of settings by name, such as {@code weight_decay}; what is not said has its default.
     *
     * @throws UsageException if a setting is unknown or makes no sense
     */
    public static TrainingPlan of(Map<String, ?> asked) {
        boolean adam = "adamw".equals(asked.get("optimizer"));
        if (adam && asked.get("momentum") != null) {
            throw new UsageException("Momentum is for sgd; leave it out with adamw.");
        }
        var settings = new LinkedHashMap<String, Object>();
        settings.put("stages", List.of());
        settings.put("epochs", 10);
        settings.put("batch", 128);
        settings.put("optimizer", "sgd");
        settings.put("rate", adam ? 1e-3 : 0.1);
        settings.put("momentum", 0.9);
        settings.put("weight_decay", adam ? 0.05 : 5e-4);
        settings.put("warmup", asked.get("epochs") instanceof Number n && n.intValue() <= 1 ? 0.0 : 1.0);
        settings.put("seed", 1L);
        asked.forEach((name, value) -> {
            if (value != null) {
                settings.put(name, value);
            }
        });
        var plan = converted(settings);
        try {
            plan.settings();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        if (plan.batch < 1 || plan.perClass < 0) {
            throw new UsageException(
                    plan.batch < 1
                            ? "A step takes at least 1 image, not " + plan.batch + "."
                            : "At least 1 image of each class is taken, not " + plan.perClass + ".");
        }
        if (plan.size != null && !plan.size.matches("[1-9]\\d{0,3}(x[1-9]\\d{0,3})?")) {
            throw new UsageException("'" + plan.size + "' is no size of images; write 64 or 48x64.");
        }
        return plan;
    }

    private static TrainingPlan converted(Map<String, Object> settings) {
        try {
            return JSON.convertValue(settings, TrainingPlan.class);
        } catch (IllegalArgumentException e) {
            if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
                var names = unknown.getKnownPropertyIds().stream()
                        .map(Object::toString)
                        .sorted()
                        .toList();
                throw new UsageException(
                        "There is no setting '" + unknown.getPropertyName() + "' of a training"
                                + Nearest.of(unknown.getPropertyName(), names)
                                        .map(n -> "; did you mean " + n + "?")
                                        .orElse("; there are " + String.join(", ", names) + "."),
                        e);
            }
            if (e.getCause() instanceof JsonMappingException wrong) {
                var name = wrong.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .filter(f -> f != null)
                        .collect(Collectors.joining("."));
                throw new UsageException(
                        "The setting '" + name + "' of a training cannot be " + settings.get(name) + ".", e);
            }
            throw e;
        }
    }

    public static TrainingPlan of(Path file, Map<String, String> metadata) throws IOException {
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

    public Map<String, String> metadata() {
        try {
            return Map.of(KEY, JSON.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same with another value of a setting, by its name as {@link #of(Map)} takes it. */
    public TrainingPlan with(String setting, Object value) {
        var settings = JSON.convertValue(this, new TypeReference<LinkedHashMap<String, Object>>() {});
        settings.put(setting, value);
        return converted(settings);
    }

    /** The same with the data set in another folder. */
    TrainingPlan at(Path folder) {
        return with("data", folder.toAbsolutePath().normalize().toString());
    }

    /** The same with what follows from the images where it was not asked for: how they are moved, whether they are mirrored. */
    public TrainingPlan fitting(ImageSets images) {
        int side =
                Math.min(images.train().size().height(), images.train().size().width());
        return with("crop", crop == null ? side / 8 : crop).with("flip", flip == null ? images.mayFlip() : flip);
    }

    /** The images: as many of each class as are to be trained with. */
    public ImageSets images() throws IOException {
        boolean byClass = ImageSets.isByClass(Path.of(data));
        var all = ImageSets.open(Path.of(data), size == null && byClass ? new Size(64, 64) : sides());
        return perClass == 0 ? all : all.trainedWith(perClass);
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
    public Network initial(ImageSets images) {
        return Network.initial(
                config(images.train().classes().size()), images.train().size(), seed);
    }

    Settings settings() {
        if (!List.of("sgd", "adamw").contains(optimizer)) {
            throw new IllegalArgumentException("There is no optimizer '" + optimizer + "'; use sgd or adamw.");
        }
        var how = optimizer.equals("sgd")
                ? new Optimizer.Sgd(momentum, weightDecay, momentum > 0)
                : Optimizer.AdamW.decaying(weightDecay);
        if (modelEmaWarmup && modelEmaDecay == 0) {
            throw new IllegalArgumentException(
                    "There is no average whose decay could rise; say how much of it stays in a step, too.");
        }
        var loss = bceLoss ? BinaryCrossEntropy.ofClasses(smoothing) : CrossEntropy.smoothed(smoothing);
        var recipe = Recipe.of(loss, how);
        recipe = clip == 0 ? recipe : recipe.clipping(clip);
        recipe = recompute ? recipe.recomputing() : recipe;
        return new Settings(
                batch,
                Schedule.cosine(rate, epochs, warmup),
                modelEmaDecay == 0 ? recipe : recipe.averaging(new Averaging(modelEmaDecay, modelEmaWarmup)),
                crop == null ? 0 : crop,
                flip != null && flip,
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
