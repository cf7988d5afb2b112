package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Shape;

class GeneratedWeightsTest {
    /** The values that a program in Python makes. */
    @Test
    void elementsAreThoseOfOtherLanguages() {
        assertThat(GeneratedWeights.fnv1a("conv1.weight")).isEqualTo(0x69a29a2cee47d254L);
        assertThat(GeneratedWeights.uniform("conv1.weight", Shape.of(2, 2), 1, -1, 1)
                        .values()
                        .toHeapArray())
                .containsExactly(-0.8503705f, 0.38441288f, -0.32848024f, -0.07368827f);
        assertThat(GeneratedWeights.uniform("layer1.0.bn1.weight", Shape.of(3), 20261128, 0.5, 1.5)
                        .values()
                        .toHeapArray())
                .containsExactly(0.5654699f, 1.4368167f, 1.0042894f);
    }
}
