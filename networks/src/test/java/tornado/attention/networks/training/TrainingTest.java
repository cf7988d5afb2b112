package tornado.attention.networks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.Network;
import tornado.attention.networks.Networks;
import tornado.attention.networks.data.LabelledImages;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Loss.BinaryCrossEntropy;
import tornado.attention.networks.training.Loss.CrossEntropy;
import tornado.attention.networks.training.Optimizer.AdamW;
import tornado.attention.networks.training.Optimizer.Sgd;
import tornado.attention.networks.training.Trainer.Recipe;
import tornado.attention.networks.training.Training.Checkpoint;
import tornado.attention.networks.training.Training.Settings;
import tornado.attention.tasks.ChainOptions;

class TrainingTest {
    private static final Size SIZE = Size.square(12);
    private static final int CLASSES = 3;

    /** What cannot stand in a network's block, because it makes no map of its input's shape. */
    private static final List<String> NO_SLOT = List.of(
            "SEWeightModule",
            "Encoding",
            "CovpoolLayer",
            "SqrtmLayer",
            "TriuvecLayer",
            "MPNCOVHead",
            "LSTMCell",
            "DIAUnit");

    @TempDir
    private Path temporary;

    /** Bright stripes: upright, level, or none. */
    private static LabelledImages stripes(int count, long seed) {
        var random = new Random(seed);
        var pixels = new byte[count * 144];
        var labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            int at = 3 + random.nextInt(6);
            for (int p = 0; p < 144; p++) {
                boolean bright = labels[i] == 0 && p % 12 == at || labels[i] == 1 && p / 12 == at;
                pixels[i * 144 + p] = (byte) (random.nextInt(60) + (bright ? 150 : 0));
            }
        }
        return new LabelledImages(SIZE, 1, List.of("upright", "level", "none"), pixels, labels);
    }

    private static Network network(Map<String, ?> others) {
        var config = Networks.named("resnet8_cifar").with(others).with(Map.of("num_classes", CLASSES));
        return Network.initial(config, SIZE, 5);
    }

    private static Settings settings(int epochs, double rate) {
        var recipe =
                Recipe.of(CrossEntropy.smoothed(0.05), new Sgd(0.9, 5e-4, true)).clipping(5);
        return new Settings(16, Schedule.cosine(rate, epochs, 0.5), recipe, 1, true, 3);
    }

    private static Training training(int epochs, double rate, Checkpoint from) {
        return training("se", epochs, rate, from);
    }

    private static Training training(String slot, int epochs, double rate, Checkpoint from) {
        return new Training(
                network(Map.of("attn", Map.of("type", slot), "attn_stages", List.of(3))),
                stripes(96, 1),
                settings(epochs, rate),
                from,
                null,
                ChainOptions.evaluation());
    }

    private static final Checkpoint FRESH = new Checkpoint(0, Trainer.State.fresh(), Map.of());

    @Test
    void learnsWhatStripesAre() {
        try (var training = training(8, 0.1, FRESH)) {
            double first = training.epoch(p -> {}).loss();
            double last = 0;
            while (!training.isDone()) {
                last = training.epoch(p -> {}).loss();
            }
            assertThat(last).isLessThan(0.5 * first);
            assertThat(training.evaluate(stripes(50, 2)).accuracy()).isGreaterThan(0.9);
        }
    }

    /** One with dropout among them: what it drops goes on too. */
    @ParameterizedTest
    @ValueSource(strings = {"se", "ScaledDotProductAttention"})
    void goesOnToTheSameBits(String slot) throws IOException {
        var file = temporary.resolve("checkpoint.safetensors");
        Network unbroken;
        try (var training = training(slot, 3, 0.1, FRESH)) {
            training.epoch(p -> {});
            training.save(file, Map.of("what", "test"));
            training.epoch(p -> {});
            training.epoch(p -> {});
            unbroken = training.network();
        }
        var checkpoint = Checkpoint.read(file);
        assertThat(checkpoint.epochs()).isEqualTo(1);
        assertThat(checkpoint.metadata()).containsEntry("what", "test");
        try (var training = training(slot, 3, 0.1, checkpoint)) {
            while (!training.isDone()) {
                training.epoch(p -> {});
            }
            var resumed = training.network();
            for (var name : unbroken.weights().names()) {
                assertThat(resumed.weights().get(name).values().toHeapArray())
                        .as(name)
                        .isEqualTo(unbroken.weights().get(name).values().toHeapArray());
            }
        }
    }

    private static Settings averaging() {
        var recipe = Recipe.of(BinaryCrossEntropy.ofClasses(0.1), new Sgd(0.9, 5e-4, true))
                .averaging(new Averaging(0.9, true));
        return new Settings(16, Schedule.cosine(0.1, 3, 0.5), recipe, 1, true, 3);
    }

    private static Training averaging(Checkpoint from) {
        return new Training(network(Map.of()), stripes(96, 1), averaging(), from, null, ChainOptions.evaluation());
    }

    /** The weights of every step are read back and averaged here, running statistics too; the run goes on to the same average. */
    @Test
    void keepsAnAverageOfWhatItLearns() throws IOException {
        var file = temporary.resolve("checkpoint.safetensors");
        var expected = new TreeMap<String, double[]>();
        Network average;
        try (var training = averaging(FRESH)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                training.epoch(progress -> {
                    double share =
                            new Averaging(0.9, true).share(training.trainer().steps());
                    var now = training.trainer().network().weights();
                    for (var spec : now.specs()) {
                        if (spec.kind() == WeightSpec.Kind.COUNTER) {
                            continue;
                        }
                        var values = now.get(spec.name()).values();
                        var sums = expected.computeIfAbsent(spec.name(), name -> new double[values.getSize()]);
                        for (int i = 0; i < sums.length; i++) {
                            sums[i] += share * (values.get(i) - sums[i]);
                        }
                    }
                });
                if (epoch == 0) {
                    training.save(file, Map.of());
                }
            }
            average = training.network();
            var last = training.trainer().network();
            assertThat(average.weights().get("bn1.num_batches_tracked").values().get(0))
                    .isEqualTo(training.trainer().steps());
            assertThat(last.weights().get("conv1.weight").values().toHeapArray())
                    .isNotEqualTo(average.weights().get("conv1.weight").values().toHeapArray());
        }
        assertThat(expected).containsKeys("bn1.running_mean", "bn1.weight", "fc.weight");
        expected.forEach((name, values) -> {
            var found = average.weights().get(name).values();
            for (int i = 0; i < values.length; i++) {
                assertThat((double) found.get(i)).as(name).isCloseTo(values[i], within(1e-5));
            }
        });
        var checkpoint = Checkpoint.read(file);
        try (var training = averaging(checkpoint)) {
            training.epoch(progress -> {});
            for (var name : average.weights().names()) {
                assertThat(training.network().weights().get(name).values().toHeapArray())
                        .as(name)
                        .isEqualTo(average.weights().get(name).values().toHeapArray());
            }
            training.save(file, Map.of());
            assertThat(Checkpoint.read(file)
                            .network(average.config(), SIZE)
                            .weights()
                            .get("conv1.weight")
                            .values()
                            .toHeapArray())
                    .isEqualTo(average.weights().get("conv1.weight").values().toHeapArray());
        }
        assertThatThrownBy(() -> training("se", 3, 0.1, new Checkpoint(0, checkpoint.state(), Map.of()))
                        .close())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Averaging(1, false)).hasMessageContaining("at least 0 and below 1");
    }

    @Test
    void aLossThatIsNoNumberEndsIt() {
        try (var training = training(1, 1e12, FRESH)) {
            assertThatThrownBy(() -> training.epoch(p -> {}))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("epoch 1, step")
                    .hasMessageContaining("lower the rate");
        }
    }

    /** One with dropout in every block among them: what is dropped is dropped again. */
    @ParameterizedTest
    @ValueSource(strings = {"se", "ScaledDotProductAttention", "DIANet", "SubSpace"})
    void whatIsMadeAgainIsTheSame(String slot) {
        var network = network(Map.of("attn", Map.of("type", slot)));
        var data = stripes(8, 9);
        var images = new float[8 * 3 * 144];
        var labels = new float[8];
        for (int i = 0; i < 8; i++) {
            labels[i] = data.label(i);
        }
        var random = new Random(8);
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        var kept = Recipe.of(CrossEntropy.plain(), new Sgd(0, 0, false));
        try (var plain = new Trainer(network, SIZE, 8, kept, null, ChainOptions.evaluation());
                var again = new Trainer(network, SIZE, 8, kept.recomputing(), null, ChainOptions.evaluation())) {
            assertThat(again.cost().peakDeviceBytes()).isLessThan(plain.cost().peakDeviceBytes());
            assertThat(again.cost().macs()).isGreaterThan(plain.cost().macs());
            for (int step = 0; step < 2; step++) {
                double loss = plain.step(images, labels, 0.01).loss();
                assertThat(again.step(images, labels, 0.01).loss()).isCloseTo(loss, within(1e-5 * loss));
            }
            var expected = plain.state().weights();
            var found = again.state().weights();
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, weight) -> {
                for (int i = 0; i < weight.values().getSize(); i++) {
                    float value = weight.values().get(i);
                    assertThat(found.get(name).values().get(i))
                            .as(name)
                            .isCloseTo(value, within(1e-5f + 1e-4f * Math.abs(value)));
                }
            });
        }
    }

    @Test
    void adamTrainsAVisionTransformer() {
        var config = Networks.named("test_vit").with(Map.of("num_classes", CLASSES));
        var size = Networks.imageSize("test_vit");
        var recipe = Recipe.of(CrossEntropy.plain(), AdamW.decaying(0.05));
        var images = new float[2 * 3 * size.height() * size.width()];
        var random = new Random(4);
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        try (var trainer =
                new Trainer(Network.initial(config, size, 1), size, 2, recipe, null, ChainOptions.evaluation())) {
            double first = trainer.step(images, new float[] {0, 2}, 1e-3).loss();
            double last = first;
            for (int i = 0; i < 5; i++) {
                last = trainer.step(images, new float[] {0, 2}, 1e-3).loss();
            }
            assertThat(last).isLessThan(0.7 * first);
            assertThatThrownBy(() -> trainer.step(images, new float[] {0, 3}, 1e-3))
                    .hasMessageContaining("A label is 3.0");
        }
    }

    static Stream<String> modules() {
        return Catalogue.types().stream().map(ModuleType::name).filter(n -> !NO_SLOT.contains(n));
    }

    /** Every module that fits a slot trains there: its parameters change, and the loss of one batch falls. */
    @ParameterizedTest
    @MethodSource("modules")
    void everyModuleTrainsInItsSlot(String module) {
        int stage = module.equals("PSAModule") ? 3 : 2; // it needs 64 channels
        var network = network(Map.of("attn", Map.of("type", module), "attn_stages", List.of(stage)));
        var data = stripes(6, 9);
        var images = new float[6 * 3 * 144];
        var labels = new float[6];
        for (int i = 0; i < 6; i++) {
            labels[i] = data.label(i);
        }
        var random = new Random(8);
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        var recipe = Recipe.of(CrossEntropy.plain(), new Sgd(0.9, 0, false)).clipping(1);
        try (var trainer = new Trainer(network, SIZE, 6, recipe, null, ChainOptions.evaluation())) {
            double first = trainer.step(images, labels, 0.03).loss();
            double last = first;
            for (int i = 0; i < 7; i++) {
                last = trainer.step(images, labels, 0.03).loss();
            }
            assertThat(last).isLessThan(first);
            var trained = trainer.network().weights();
            var ofSlot = network.weights().specs().stream()
                    .filter(w ->
                            w.kind() == WeightSpec.Kind.PARAMETER && w.name().contains(".attn."))
                    .map(WeightSpec::name)
                    .toList();
            boolean changed = ofSlot.stream()
                    .anyMatch(name -> !Arrays.equals(
                            trained.get(name).values().toHeapArray(),
                            network.weights().get(name).values().toHeapArray()));
            assertThat(changed || ofSlot.isEmpty()).as(module + " " + ofSlot).isTrue();
        }
    }

    @Test
    void ratesRiseAndFall() {
        var cosine = Schedule.cosine(0.4, 10, 2);
        assertThat(cosine.at(0)).isZero();
        assertThat(cosine.at(1)).isEqualTo(0.2);
        assertThat(cosine.at(2)).isEqualTo(0.4);
        assertThat(cosine.at(6)).isCloseTo(0.2, within(1e-12));
        assertThat(cosine.at(10)).isCloseTo(0, within(1e-12));
        var steps = Schedule.steps(1, 10, 0, List.of(3, 6), 0.1);
        assertThat(steps.at(2.9)).isEqualTo(1);
        assertThat(steps.at(3)).isEqualTo(0.1);
        assertThat(steps.at(7)).isCloseTo(0.01, within(1e-12));
        assertThatThrownBy(() -> Schedule.cosine(0, 1, 0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> Schedule.cosine(1, 1, 1)).hasMessageContaining("fewer than it has");
    }
}
