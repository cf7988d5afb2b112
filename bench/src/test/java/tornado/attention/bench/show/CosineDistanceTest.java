package tornado.attention.bench.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CosineDistanceTest {
    @Test
    void anglesThatAreKnown() {
        float[] rows = {1, 0, 0, 3, 2, 2, -5, 0};
        assertThat(CosineDistance.between(rows, 2, 0, 1)).isEqualTo(1, within(1e-15));
        assertThat(CosineDistance.between(rows, 2, 0, 2)).isEqualTo(1 - Math.sqrt(0.5), within(1e-15));
        assertThat(CosineDistance.between(rows, 2, 0, 3)).isEqualTo(2, within(1e-15));
        assertThat(CosineDistance.between(rows, 2, 2, 2)).isZero();
    }

    @Test
    void aTinyDifferenceKeepsItsDigits() {
        float[] rows = {1, 0, 1, 1e-6f};
        assertThat(CosineDistance.between(rows, 2, 0, 1)).isEqualTo(5e-13, within(1e-18));
    }

    @Test
    void nothingHasNoDirection() {
        assertThat(CosineDistance.between(new float[] {0, 0, 1, 1}, 2, 0, 1)).isNaN();
        assertThat(CosineDistance.between(new float[] {Float.NaN, 0, 1, 1}, 2, 0, 1))
                .isNaN();
        assertThat(CosineDistance.average(new float[4], 2)).isNaN();
        assertThat(CosineDistance.average(new float[] {Float.NaN, 0, 1, 1}, 2)).isNaN();
    }

    @Test
    void theAverageIsThatOfAllPairs() {
        var random = new SplittableRandom(3);
        int rows = 9;
        int width = 5;
        var matrix = new float[rows * width];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextFloat() - 0.3f;
        }
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                sum += CosineDistance.between(matrix, width, i, j);
            }
        }
        assertThat(CosineDistance.average(matrix, width)).isEqualTo(sum / rows / rows, within(1e-14));
    }

    @Test
    void rowsWithoutDirectionAreLeftOut() {
        assertThat(CosineDistance.average(new float[] {1, 0, 0, 0, 0, 1}, 2)).isEqualTo(0.5, within(1e-15));
    }

    @Test
    void distanceToALookAtEverything() {
        assertThat(CosineDistance.averageToUniform(new float[] {1, 1, 1, 1}, 4)).isZero();
        assertThat(CosineDistance.averageToUniform(new float[] {1, 0, 0, 0, 3, 3, 3, 3}, 4))
                .isEqualTo(0.25, within(1e-15));
    }
}
