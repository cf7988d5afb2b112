package tornado.attention.networks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.networks.training.Optimizer.AdamW;
import tornado.attention.networks.training.Optimizer.Sgd;
import tornado.attention.networks.training.Trainer.Recipe;
import tornado.attention.tasks.ParameterUpdate;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;

/** Ten steps beside PyTorch's in float64; reference/make_optimizer_cases.py makes them. */
class OptimizerTest {
    private static final int STEPS = 10;
    private static final List<Shape> SHAPES = List.of(Shape.of(5, 7), Shape.of(11));

    @TempDir
    private Path temporary;

    private static Recipe recipe(String name) {
        var loss = Loss.CrossEntropy.plain();
        return switch (name) {
            case "sgd" -> Recipe.of(loss, new Sgd(0, 0, false));
            case "sgd_momentum" -> Recipe.of(loss, new Sgd(0.9, 0.05, false)).decayingAll();
            case "sgd_nesterov" -> Recipe.of(loss, new Sgd(0.8, 0.05, true));
            case "adamw" -> Recipe.of(loss, AdamW.decaying(0.05)).decayingAll();
            case "adamw_groups" -> Recipe.of(loss, new AdamW(0.7, 0.9, 1e-3, 0.3));
            case "ema" -> Recipe.of(loss, new Sgd(0, 0, false)).averaging(new Averaging(0.6, false));
            case "ema_warmup" -> Recipe.of(loss, new Sgd(0, 0, false)).averaging(new Averaging(0.6, true));
            case "clipped" -> Recipe.of(loss, new Sgd(0.9, 0, false)).clipping(6.8);
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sgd", "sgd_momentum", "sgd_nesterov", "adamw", "adamw_groups", "clipped", "ema", "ema_warmup"})
    void tenStepsAreThoseOfPyTorch(String name) throws IOException {
        var path = temporary.resolve("optimizers.safetensors");
        try (var resource = OptimizerTest.class.getResourceAsStream("optimizers.safetensors")) {
            Files.copy(resource, path);
        }
        var recipe = recipe(name);
        try (var file = SafetensorsFile.open(path)) {
            var chain = TaskChain.named("steps");
            var rates = chain.input("rates", Shape.of(ParameterUpdate.RATES));
            var gradients = new ArrayList<Tensor>();
            var parameters = new ArrayList<Tensor>();
            for (int i = 0; i < SHAPES.size(); i++) {
                gradients.add(chain.input("gradient" + i, SHAPES.get(i)));
                parameters.add(chain.state(Weight.of("p" + i, SHAPES.get(i), file.floats("parameter." + i))));
            }
            var used = recipe.rates(chain, gradients, rates);
            for (int i = 0; i < SHAPES.size(); i++) {
                recipe.optimizer()
                        .append(
                                chain,
                                "p" + i,
                                parameters.get(i),
                                gradients.get(i),
                                used,
                                recipe.decayOf(SHAPES.get(i)));
            }
            for (int i = 0; i < SHAPES.size() && recipe.averaging() != null; i++) {
                var start = Weight.of("p" + i, SHAPES.get(i), file.floats("parameter." + i));
                Recipe.average(chain, start, parameters.get(i), rates);
            }
            var compared = recipe.averaging() == null ? "" : Trainer.AVERAGE;
            chain.output(used);
            try (var plan = chain.plan()) {
                for (int step = 0; step < STEPS; step++) {
                    var now = recipe.rates(step + 1, 0.1 / (step + 1));
                    for (int k = 0; k < now.length; k++) {
                        rates.array().set(k, now[k]);
                    }
                    for (int i = 0; i < SHAPES.size(); i++) {
                        int n = gradients.get(i).elements();
                        var all = file.floats("gradient." + i);
                        for (int j = 0; j < n; j++) {
                            gradients.get(i).array().set(j, all[step * n + j]);
                        }
                    }
                    plan.run();
                    var weights = plan.weights();
                    for (int i = 0; i < SHAPES.size(); i++) {
                        var expected = file.doubles(name + "." + compared + i);
                        var actual = weights.get(compared + "p" + i).values().toHeapArray();
                        for (int j = 0; j < actual.length; j++) {
                            assertThat((double) actual[j])
                                    .as("step %d, parameter %d, element %d", step, i, j)
                                    .isCloseTo(expected[step * actual.length + j], within(3e-6));
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Sgd(1, 0, false)).hasMessageContaining("momentum is at least 0 and below 1");
        assertThatThrownBy(() -> new Sgd(0, 0, true)).hasMessageContaining("Nesterov");
        assertThatThrownBy(() -> new Sgd(0, Double.NaN, false)).hasMessageContaining("Weight decay");
        assertThatThrownBy(() -> new AdamW(0.9, 0.9, 0, 0)).hasMessageContaining("eps");
        assertThatThrownBy(() -> Loss.CrossEntropy.smoothed(1.5)).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> Recipe.of(Loss.CrossEntropy.plain(), new Sgd(0, 0, false))
                        .clipping(-1))
                .hasMessageContaining("norm above 0");
    }
}
