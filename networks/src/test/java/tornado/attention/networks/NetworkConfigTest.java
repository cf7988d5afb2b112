package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Value;

/** What a config may say, and what is said of one that does not fit. */
class NetworkConfigTest {
    private static final Size IMAGE = Size.square(64);

    private static Body resnet(Map<String, ?> others) {
        return Network.described(Networks.named("resnet18").with(others), IMAGE);
    }

    @Test
    void anySettingThatIsNotUsedIsRefused() {
        assertThatThrownBy(() -> resnet(Map.of("drop_rate", 0.1)))
                .hasMessageStartingWith(
                        "The network resnet18 has the setting drop_rate, which has no effect there; it has ");
        assertThatThrownBy(() -> resnet(Map.of("attn", Map.of("type", "eca", "rd_ratio", 0.5))))
                .hasMessageContaining("attn has the setting rd_ratio, which has no effect there");
    }

    @Test
    void settingsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> resnet(Map.of("layers", List.of(1, 2))))
                .hasMessage(
                        "The network resnet18 has 'layers' = [1, 2], which should be a list of 4 integers of at least 1.");
        assertThatThrownBy(() -> resnet(Map.of("block", "wide")))
                .hasMessageContaining("There is no block 'wide'; use basic, bottleneck");
        assertThatThrownBy(() -> resnet(Map.of("network", "vgg")))
                .hasMessageStartingWith(
                        "The network resnet18 is of family 'vgg', which is not known; there are resnet, ");
        assertThatThrownBy(() -> resnet(Map.of("num_classes", 0))).hasMessageContaining("should be at least 1");
        assertThatThrownBy(() -> resnet(Map.of("output_stride", 12))).hasMessageContaining("use 8, 16 or 32");
        assertThatThrownBy(() -> resnet(Map.of("output_stride", 8, "avg_down", true)))
                .hasMessageContaining("known only without avg_down");
        assertThatThrownBy(() -> resnet(Map.of("attn_stages", List.of(3)))).hasMessageContaining("some of 1 to 4");
        assertThatThrownBy(() -> Networks.named("resnet19")).hasMessageContaining("There is no network 'resnet19'");
    }

    @Test
    void imagesOfAnotherSizeAreRefusedWherePositionsAreLearned() {
        var vit = Network.described(Networks.named("vit_tiny_patch16_224"), IMAGE);
        assertThatThrownBy(() -> vit.apply(Value.input("images", Shape.of(1, 3, 64, 64))))
                .hasMessage(
                        "The network vit_tiny_patch16_224 takes images of 224x224, because its positions are made for"
                                + " them, but they are 64x64.");
    }

    /** Modules of the catalogue in the slot of a network: the ones that keep a map's shape fit, the others say why not. */
    @Test
    void modulesStandInTheSlotOfChosenStages() {
        var fitting = new ArrayList<String>();
        var refused = new ArrayList<String>();
        for (var type : Catalogue.types()) {
            var config = Networks.named("resnet18")
                    .with(Map.of("attn", Map.of("type", type.name()), "attn_stages", List.of(3, 4)));
            try {
                var names = Network.weights(config, IMAGE).stream()
                        .map(WeightSpec::name)
                        .toList();
                assertThat(names).as(type.name()).noneMatch(n -> n.startsWith("layer1") && n.contains(".se."));
                var logits = Network.described(config, IMAGE)
                        .apply(Value.input("images", Shape.of(2, 3, 64, 64)))
                        .output();
                assertThat(logits.shape()).isEqualTo(Shape.of(2, 1000));
                fitting.add(type.name());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as(type.name()).contains("cannot stand in a network's block");
                refused.add(type.name());
            }
        }
        assertThat(fitting).hasSize(30);
        assertThat(refused)
                .containsExactly(
                        "Encoding", "CovpoolLayer", "SqrtmLayer", "TriuvecLayer", "MPNCOVHead", "LSTMCell", "DIAUnit");
    }

    private static final Set<String> NEVER =
            Set.of("Encoding", "CovpoolLayer", "SqrtmLayer", "TriuvecLayer", "MPNCOVHead", "LSTMCell", "DIAUnit");

    /** Every family with a slot; a module that does not fit a stage's channels says so. */
    @ParameterizedTest
    @CsvSource({
        "resnet8_cifar, 3, 30",
        "regnety_004, 4, 29",
        "regnetx_002, 4, 29",
        "mobilenetv3_small_100, 5, 29",
        "efficientnet_b0, 6, 29",
        "gcresnet33ts, 4, 30",
        "eca_resnext26ts, 4, 30",
        "se_resnet18, 4, 30",
        "gct_resnet50, 4, 30"
    })
    void everyFamilyHasSlots(String network, int stage, int count) {
        var own = Network.weights(Networks.named(network), IMAGE);
        var fitting = new ArrayList<String>();
        for (var type : Catalogue.types()) {
            var config = Networks.named(network).withAttention(type.name(), List.of(stage));
            try {
                var weights = Network.weights(config, IMAGE);
                var logits = Network.described(config, IMAGE)
                        .apply(Value.input("images", Shape.of(2, 3, 64, 64)))
                        .output();
                assertThat(logits.shape().dim(0)).isEqualTo(2);
                assertThat(weights.stream()
                                .map(WeightSpec::name)
                                .filter(n -> n.contains(".se.") || n.contains(".attn")))
                        .as(type.name())
                        .allMatch(n -> n.matches("(layer|blocks\\.|stages\\.|s)" + place(network, stage) + "\\..*"));
                fitting.add(type.name());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).contains(type.name());
            }
        }
        assertThat(fitting).doesNotContainAnyElementsOf(NEVER).hasSize(count);
        var none = Network.weights(Networks.named(network).withAttention("none", List.of()), IMAGE);
        assertThat(none.stream().map(WeightSpec::name)).noneMatch(n -> n.contains(".se.") || n.contains(".attn"));
        assertThat(own).hasSizeGreaterThanOrEqualTo(none.size());
    }

    /** A list of modules is one for each stage. */
    @Test
    void eachStageMayHaveAModuleOfItsOwn() {
        assertThat(Network.weights(Networks.named("eca_resnet50"), IMAGE))
                .filteredOn(w -> w.name().endsWith("0.eca.conv.weight"))
                .extracting(w -> w.shape().dim(2))
                .containsExactly(3, 5, 5, 7);
        var two = Networks.named("eca_resnet50")
                .with(Map.of("attn", List.of(Map.of("type", "SRM"), Map.of("type", "none"))));
        assertThatThrownBy(() -> Network.weights(two, IMAGE))
                .hasMessageContaining("2 modules under 'attn'; give one, or one for each of 4 stages");
        assertThatThrownBy(() -> Network.weights(Networks.named("se_resnet18").with(Map.of("block", "dense")), IMAGE))
                .hasMessageContaining("'block' = dense; use basic, bottleneck, psa, gct");
    }

    /** A stage without room is not passed over in silence. */
    @Test
    void stagesWithoutRoomAreRefused() {
        assertThatThrownBy(() -> Network.weights(
                        Networks.named("mobilenetv3_small_100").withAttention("SRM", List.of(6)), IMAGE))
                .hasMessageContaining("'attn_stages' = [6]; they are some of 1, 2, 3, 4, 5, where blocks have room");
        assertThatThrownBy(() ->
                        Network.weights(Networks.named("regnety_004").with(Map.of("attn_stages", List.of(3))), IMAGE))
                .hasMessageContaining("'attn' says what stands there");
        assertThatThrownBy(() -> Network.weights(
                        Networks.named("regnety_004").with(Map.of("attn", Map.of("type", "none", "rd_ratio", 0.5))),
                        IMAGE))
                .hasMessageContaining("rd_ratio, which has no effect there");
    }

    private static int place(String network, int stage) {
        return network.contains("cifar") || network.startsWith("regnet") || network.contains("_resnet")
                ? stage
                : stage - 1;
    }
}
