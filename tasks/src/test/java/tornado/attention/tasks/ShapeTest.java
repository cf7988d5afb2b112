package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void readsAndWritesItsText() {
        assertThat(Shape.parse("2x256x56x57"))
                .isEqualTo(Shape.of(2, 256, 56, 57))
                .hasToString("2x256x56x57");
        assertThat(Shape.of()).hasToString("scalar");
        assertThat(Shape.of().elements()).isEqualTo(1);
    }

    @Test
    void knowsItsPartsAndSizes() {
        var shape = Shape.of(2, 3, 4, 5);
        assertThat(shape.elements()).isEqualTo(120);
        assertThat(shape.pixels()).isEqualTo(20);
        assertThat(shape.dim(-1)).isEqualTo(5);
        assertThat(Shape.of(7, 9).pixels()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoShape() {
        assertThatThrownBy(() -> Shape.parse("2x?x5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'2x?x5' is not a shape; write extents joined by x, such as 2x256x56x56.");
        assertThatThrownBy(() -> Shape.of(2, -1)).hasMessageContaining("negative extent");
    }

    @Test
    void refusesMoreElementsThanAnIndexReaches() {
        assertThatThrownBy(() -> Shape.of(1024, 1024, 64, 64).elementsOf("gc.logits"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Tensor 'gc.logits' of shape 1024x1024x64x64 has 4294967296 elements, more than the 2147483647 an"
                                + " index can reach; make it smaller.");
        assertThatThrownBy(() -> Shape.of(1 << 30, 1 << 30, 1 << 30).elements())
                .hasMessageContaining("more elements than a long counts");
    }
}
