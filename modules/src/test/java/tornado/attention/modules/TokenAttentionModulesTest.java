package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tornado.attention.modules.ModuleCheck.against64;
import static tornado.attention.modules.ModuleCheck.initial;
import static tornado.attention.modules.ModuleCheck.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.float64.Array64;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Attention between tokens: masks, weights, dropout, inputs that may be absent. */
class TokenAttentionModulesTest {
    private static final ChainOptions EVALUATION = ChainOptions.evaluation();
    private static final ChainOptions TRAINING = EVALUATION.inTraining();

    @Test
    void randomTokenAttentionMatchesTheReference() {
        RandomCases.repeat(60, random -> {
            int heads = random.between(1, 4);
            boolean simple = random.flag();
            int model = heads * random.between(1, 5);
            int batch = random.between(1, 3);
            int queries = random.between(1, 9);
            int keys = random.between(1, 9);
            var inputs = new LinkedHashMap<String, Array64>();
            inputs.put("queries", input(random, "queries", batch, queries, model));
            inputs.put("keys", input(random, "keys", batch, keys, model));
            inputs.put("values", input(random, "values", batch, keys, model));
            for (var name : List.of("mask", "weights", "bias")) {
                if (random.flag()) {
                    int[] full = {batch, heads, queries, keys};
                    var broadcast = Arrays.copyOfRange(full, random.between(0, 3), 4);
                    for (int i = 0; i < broadcast.length - 1; i++) {
                        broadcast[i] = random.flag() ? 1 : broadcast[i];
                    }
                    inputs.put(name, input(random, name, broadcast));
                }
            }
            var settings = new HashMap<String, Object>(Map.of("d_model", model, "h", heads, "dropout", 0.0));
            if (!simple) {
                settings.put("d_k", random.between(1, 6));
                settings.put("d_v", random.between(1, 6));
            }
            var module = (simple ? "Simplified" : "") + "ScaledDotProductAttention";
            var options = random.flag() ? TRAINING : EVALUATION;
            against64(random, module, settings, inputs, options, 2e-5);
        });
    }

    @Test
    void aQueryWithoutKeysBecomesNanAndTheOthersDoNot() {
        RandomCases.repeat(1, random -> {
            var mask = Array64.of(new float[] {0, 1, 0, 1, 1, 1}, 2, 3);
            var inputs = new LinkedHashMap<String, Array64>();
            inputs.put("queries", input(random, "queries", 1, 2, 4));
            inputs.put("keys", input(random, "keys", 1, 3, 4));
            inputs.put("values", input(random, "values", 1, 3, 4));
            inputs.put("mask", mask);
            against64(
                    random,
                    "SimplifiedScaledDotProductAttention",
                    Map.of("d_model", 4, "h", 2),
                    inputs,
                    EVALUATION,
                    1e-5);
        });
    }

    @Test
    void dropoutActsInTrainingModeOnlyAndIsRepeatable() {
        RandomCases.repeat(1, random -> {
            var module = initial("SimplifiedScaledDotProductAttention", Map.of("d_model", 4, "h", 2, "dropout", 0.5));
            var tokens = input(random, "queries", 1, 6, 4);
            var runs = trained(module, tokens);
            assertThat(runs).doesNotHaveDuplicates().isEqualTo(trained(module, tokens));
            var kept = initial("SimplifiedScaledDotProductAttention", Map.of("d_model", 4, "h", 2, "dropout", 0.0));
            assertThat(trained(kept, tokens).getFirst())
                    .isEqualTo(trained(kept, tokens).getLast())
                    .isNotIn(runs);
            var other = initial(
                    "SimplifiedScaledDotProductAttention", Map.of("d_model", 4, "h", 2, "dropout", 0.5, "seed", 9));
            assertThat(trained(other, tokens)).doesNotContainAnyElementsOf(runs);
        });
    }

    @Test
    void optionalInputsAreArrangedByName() {
        var type = ScaledDotProductAttention.TYPE;
        assertThat(type.arrange(Map.of("queries", 1, "keys", 2, "values", 3, "weights", 5)))
                .containsExactly(1, 2, 3, null, 5, null);
        assertThat(type.optionalInputs()).containsExactly("mask", "weights", "bias");
        assertThatThrownBy(() -> type.arrange(Map.of("queries", 1, "keys", 2, "values", 3, "scores", 4)))
                .hasMessageContaining("takes the inputs [queries, keys, values, mask, weights, bias]");
        assertThat(NonLocal.TYPE.optionalInputs()).isEmpty();
    }

    /** Results of two runs of one plan. */
    private static List<List<Float>> trained(AttentionModule module, Array64 tokens) {
        var chain = TaskChain.named("train", TRAINING);
        var values = new float[tokens.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tokens.values()[i];
        }
        var x = chain.input("x", Shape.of(tokens.shape()), FloatArray.fromArray(values));
        chain.output(module.attach(chain, List.of(x, x, x)).getFirst());
        try (var plan = chain.plan()) {
            plan.run();
            var first = list(plan.read(plan.outputs().getFirst()));
            plan.run();
            return List.of(first, list(plan.read(plan.outputs().getFirst())));
        }
    }

    private static List<Float> list(float[] values) {
        var list = new ArrayList<Float>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
