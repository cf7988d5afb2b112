package tornado.attention.report.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ImageTensorTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    @Test
    void normalisesEachColourWithItsOwnNumbers() {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff0000);
        image.setRGB(1, 0, 0x0000ff);
        var tensor = ImageTensor.normalised(image, 1, 2);
        assertThat(tensor.shape()).containsExactly(1, 3, 1, 2);
        float[] expected = {
            (1 - 0.485f) / 0.229f,
            -0.485f / 0.229f,
            -0.456f / 0.224f,
            -0.456f / 0.224f,
            -0.406f / 0.225f,
            (1 - 0.406f) / 0.225f
        };
        assertThat(tensor.values()).containsExactly(expected, CLOSE);
    }

    @Test
    void growingIsBilinearBetweenPixelCentres() {
        float[] grown = Resampling.bilinear(new float[] {0, 4}, 1, 2, 1, 4);
        assertThat(grown).containsExactly(new float[] {0, 1, 3, 4}, CLOSE);
        float[] square = Resampling.bilinear(new float[] {0, 4, 8, 12}, 2, 2, 4, 4);
        assertThat(square).containsExactly(new float[] {0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12}, CLOSE);
    }

    @Test
    void shrinkingWeighsTheWholeArea() {
        // Factor 2: a triangle of half width 2 around 1 and around 3, weights 3/4, 3/4, 1/4, made to sum to 1.
        float[] shrunk = Resampling.bilinear(new float[] {7, 0, 0, 0}, 1, 4, 1, 2);
        assertThat(shrunk).containsExactly(new float[] {3, 0}, CLOSE);
        assertThat(Resampling.bilinear(new float[] {0, 0, 7, 0}, 1, 4, 1, 2))
                .containsExactly(new float[] {1, 3}, CLOSE);
    }

    @Test
    void theSameSizeAndConstantsStay() {
        var random = new SplittableRandom(2);
        var plane = new float[5 * 7];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (float) random.nextDouble();
        }
        assertThat(Resampling.bilinear(plane, 5, 7, 5, 7)).containsExactly(plane, CLOSE);
        java.util.Arrays.fill(plane, 0.25f);
        for (int[] size : new int[][] {{1, 1}, {2, 3}, {5, 6}, {11, 40}}) {
            assertThat(Resampling.bilinear(plane, 5, 7, size[0], size[1]))
                    .hasSize(size[0] * size[1])
                    .usingComparatorWithPrecision(1e-6f)
                    .containsOnly(0.25f);
        }
    }

    @Test
    void keepsProportions() {
        var image = new BufferedImage(451, 300, BufferedImage.TYPE_INT_RGB);
        assertThat(ImageTensor.sizeOf(image, 224, 1)).containsExactly(149, 224);
        assertThat(ImageTensor.sizeOf(image, 224, 16)).containsExactly(144, 224);
        assertThat(ImageTensor.sizeOf(new BufferedImage(1000, 1, BufferedImage.TYPE_INT_RGB), 100, 8))
                .containsExactly(8, 104);
    }

    @Test
    void refusesSizesThatCannotBe() {
        var image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        assertThatThrownBy(() -> ImageTensor.normalised(image, 0, 5)).hasMessageContaining("0x5 pixels cannot be made");
        assertThatThrownBy(() -> ImageTensor.normalised(image, 100_000, 100_000))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageTensor(3, 2, 2, new float[11])).hasMessageContaining("11 values do not fill");
    }
}
