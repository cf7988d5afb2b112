package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
        var fitting = new java.util.ArrayList<String>();
        var refused = new java.util.ArrayList<String>();
        for (var type : tornado.attention.modules.Catalogue.types()) {
            var config = Networks.named("resnet18")
                    .with(Map.of("attn", Map.of("type", type.name()), "attn_stages", List.of(3, 4)));
            try {
                var names = Network.weights(config, IMAGE).stream()
                        .map(tornado.attention.modules.WeightSpec::name)
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
}
