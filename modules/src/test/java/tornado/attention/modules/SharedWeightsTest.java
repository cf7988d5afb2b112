package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/** What a chain sends to the device once, however often a module is attached: weights and all that is made of them. */
class SharedWeightsTest {
    private static final Shape MAP = Shape.of(2, 64, 12, 12);

    static List<ModuleType> types() {
        return Catalogue.types();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSecondAttachmentSendsNothingMore(ModuleType type) {
        var settings = type.settingsFor(MAP, Map.of());
        var module = type.initial(settings, 1);
        assertThat(sent(module, settings, 2)).isEqualTo(sent(module, settings, 1));
    }

    private static long sent(AttentionModule module, Settings settings, int times) {
        var chain = TaskChain.named("shared");
        var inputs = new ArrayList<Tensor>();
        for (var shape : module.type().fit().inputs(MAP, settings)) {
            inputs.add(chain.input("x", shape));
        }
        for (int i = 0; i < times; i++) {
            module.attach(chain, inputs).forEach(chain::output);
        }
        return chain.cost().bytesUpOnce();
    }

    @ParameterizedTest
    @MethodSource("types")
    void listingParametersMakesNone(ModuleType type) {
        var settings = type.settingsFor(MAP, Map.of());
        var described = type.described(settings);
        var inputs = new ArrayList<Shape>(type.fit().inputs(MAP, settings));
        while (inputs.size() < type.inputs().size()) {
            inputs.add(null);
        }
        // Parameters without elements: whoever read one would fail.
        assertThat(described.macsPerImage(inputs))
                .isEqualTo(type.initial(settings, 1).macsPerImage(type.fit().inputs(MAP, settings)));
    }
}
