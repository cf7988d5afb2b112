package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tornado.attention.modules.ModuleCheck.initial;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings of the modules of {@link ConvolutionalModulesTest} that cannot work. */
class ConvolutionalSettingsTest {
    @Test
    void settingsThatCannotWorkAreRefused() {
        refused(
                "SKAttention",
                Map.of("channel", 10, "group", 4),
                "needs channel divisible by group, but channel is 10");
        refused("SKAttention", Map.of("channel", 8, "kernels", List.of(3, 4)), "needs odd kernels");
        refused("SKAttention", Map.of("channel", 8, "kernels", List.of()), "number of kernels of at least 1");
        refused("PSAModule", Map.of("inplans", 64, "planes", 63), "needs planes of at least 64");
        refused("PSAModule", Map.of("inplans", 6, "planes", 64), "needs inplans divisible by conv_groups");
        refused("PSAModule", Map.of("inplans", 48, "planes", 72), "needs planes / 4 divisible by conv_groups");
        refused(
                "PSAModule",
                Map.of("inplans", 64, "planes", 64, "conv_kernels", List.of(3, 5, 7)),
                "needs four conv_kernels");
        refused("PSAModule", Map.of("inplans", 64, "planes", 64, "conv_kernels", List.of(2, 3, 5, 7)), "needs odd");
        refused("RCAB", Map.of("n_feat", 8), "has a hidden width of 0");
        refused("RCAB", Map.of("n_feat", 16, "kernel_size", 4), "needs odd kernel_size");
        refused("ULSAM", Map.of("nin", 10, "num_splits", 4), "needs nin divisible by num_splits");
        refused("ULSAM", Map.of("nin", 10), "needs the setting 'num_splits'");
        refused("BiAttention", Map.of("channels", 8), "has a hidden width of 0");
        refused("GCT", Map.of("num_channels", 8, "mode", "l3"), "knows the modes l2 and l1, not 'l3'");
        refused("SRM", Map.of("channel", 0), "channel of at least 1");
        refused("SRM", Map.of("channel", 4, "eps", -1), "needs eps of at least 0");
        var fca = Map.of("channel", 24, "dct_h", 7, "dct_w", 7);
        refused("MultiSpectralAttentionLayer", fca, "needs channel divisible by the number of frequencies");
        refused(
                "MultiSpectralAttentionLayer",
                Map.of("channel", 32, "dct_h", 7, "dct_w", 7, "freq_sel_method", "mid4"),
                "There is no frequency selection 'mid4'");
    }

    private static void refused(String type, Map<String, ?> settings, String sentence) {
        assertThatThrownBy(() -> initial(type, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .hasMessageEndingWith(".");
    }
}
