package tornado.attention.modules.float64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Each operation on numbers small enough to compute by hand. */
class Operations64Test {
    private static final Offset<Double> LAST_DIGITS = within(1e-15);

    private static Array64 array(int[] shape, double... values) {
        return new Array64(shape, values);
    }

    private static int[] shape(int... shape) {
        return shape;
    }

    private static void same(Array64 actual, int[] shape, double... values) {
        assertThat(actual.shape()).isEqualTo(shape);
        assertThat(actual.values()).containsExactly(values, within(1e-14));
    }

    @Test
    void anArrayHasAsManyValuesAsItsShapeSays() {
        assertThat(Array64.of(new float[] {0.5f, 2}, 1, 2).values()).containsExactly(0.5, 2);
        assertThat(Array64.of(new boolean[] {true, false}, 2).values()).containsExactly(1, 0);
        assertThat(Array64.of(new long[] {7}).rank()).isZero();
        assertThat(array(shape(3), 1, -5, Double.NaN).maxAbs()).isEqualTo(5);
        assertThatThrownBy(() -> Array64.of(new double[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2, 3] needs 6 values but was given 5");
        assertThatThrownBy(() -> Array64.zeros(-1, 0)).hasMessageContaining("no negative dimension");
        assertThatThrownBy(() -> Array64.zeros(2).plus(Array64.zeros(3))).hasMessageContaining("[2] and [3]");
    }

    @Test
    void linearTakesRowsAndConvolutionWeights() {
        var weight = array(shape(2, 3, 1, 1), 1, 2, 3, 0, -1, 1);
        var x = array(shape(2, 1, 3), 1, 1, 1, 2, 0, -1);
        same(Linear64.linear(x, weight, array(shape(2), 10, 20)), shape(2, 1, 2), 16, 20, 9, 19);
        same(Linear64.linear(Array64.zeros(2, 0), Array64.zeros(3, 0), null), shape(2, 3), 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> Linear64.linear(Array64.zeros(1, 4), weight, null))
                .hasMessageContaining("[outputs, 4]");
    }

    @Test
    void matricesMultiplyAndTransposePerBatch() {
        var a = array(shape(2, 1, 2), 1, 2, 3, 4);
        var b = array(shape(2, 2, 2), 1, 0, 5, 1, 2, 2, 0, 1);
        same(Linear64.multiply(a, b), shape(2, 1, 2), 11, 2, 6, 10);
        same(Linear64.transpose(b), shape(2, 2, 2), 1, 5, 0, 1, 2, 0, 2, 1);
        assertThatThrownBy(() -> Linear64.multiply(a, Array64.zeros(2, 3, 1)))
                .hasMessageContaining("cannot be multiplied");
    }

    @Test
    void softmaxWorksOverAnyAxis() {
        var x = array(shape(1, 2, 2), 0, 1000, Math.log(3), 1000);
        same(Activation64.softmax(x, 1), shape(1, 2, 2), 0.25, 0.5, 0.75, 0.5);
        double minus = Double.NEGATIVE_INFINITY;
        same(Activation64.softmax(array(shape(3), 5, minus, 5), 0), shape(3), 0.5, 0, 0.5);
        assertThat(Activation64.softmax(array(shape(2), minus, minus), 0).values())
                .containsOnly(Double.NaN);
    }

    @Test
    void activationsHaveTheirTextbookValues() {
        // erf from Abramowitz and Stegun, table 7.1, with more digits from the DLMF
        assertThat(Activation64.erf(0.5)).isCloseTo(0.5204998778130465, LAST_DIGITS);
        assertThat(Activation64.erf(-1)).isCloseTo(-0.8427007929497149, LAST_DIGITS);
        assertThat(Activation64.erf(3)).isCloseTo(0.9999779095030014, LAST_DIGITS);
        assertThat(Activation64.erf(0)).isZero();
        assertThat(Activation64.erf(40)).isEqualTo(1);
        assertThat(Activation64.named("gelu").applyAsDouble(1)).isCloseTo(0.8413447460685429, LAST_DIGITS);
        assertThat(Activation64.named("silu").applyAsDouble(-1)).isCloseTo(-0.2689414213699951, LAST_DIGITS);
        assertThat(Activation64.named("sigmoid").applyAsDouble(Math.log(3))).isCloseTo(0.75, LAST_DIGITS);
        assertThat(Activation64.named("tanh").applyAsDouble(0.5)).isCloseTo(0.46211715726000973, LAST_DIGITS);
        assertThat(List.of(-4.0, 0.0, 1.5, 4.0).stream().map(Activation64::hardSigmoid))
                .containsExactly(0.0, 0.5, 0.75, 1.0);
        assertThat(List.of(-1.0, 2.0).stream().map(Activation64::relu)).containsExactly(0.0, 2.0);
        assertThat(Activation64.relu(Double.NaN)).isNaN();
        assertThatThrownBy(() -> Activation64.named("mish")).hasMessageContaining("\"mish\"");
    }

    @Test
    void layerNormCentresAndScalesEveryRow() {
        var weight = array(shape(2), 1, 2);
        var bias = array(shape(2), 0, 10);
        same(Norm64.layerNorm(array(shape(2, 2), 1, 3, 8, 4), weight, bias, 0), shape(2, 2), -1, 12, 1, 8);
        same(Norm64.layerNorm(array(shape(1, 1), 7), array(shape(1), 3), array(shape(1), 5), 1e-6), shape(1, 1), 5);
    }

    @Test
    void batchNormUsesTheStoredOrTheMeasuredStatistics() {
        var x = array(shape(2, 2, 1), 1, 10, 3, 30);
        var parameters = Map.of(
                "bn.weight", array(shape(2), 1, 2),
                "bn.bias", array(shape(2), 0, 1),
                "bn.running_mean", array(shape(2), 1, 0),
                "bn.running_var", array(shape(2), 4 - 1e-5, 25 - 1e-5),
                "bn.num_batches_tracked", array(shape(), 5));
        var eval = new Call64("Test", Map.of(), parameters, Map.of(), false);
        same(eval.batchNorm("bn", x), shape(2, 2, 1), 0, 5, 1, 13);
        assertThat(eval.after()).isEmpty();

        var train = new Call64("Test", Map.of(), parameters, Map.of(), true);
        double first = 1 / Math.sqrt(1 + 1e-5); // channel 0: mean 2, biased variance 1, unbiased 2
        double second = 10 / Math.sqrt(100 + 1e-5); // channel 1: mean 20, biased variance 100, unbiased 200
        same(train.batchNorm("bn", x), shape(2, 2, 1), -first, 1 - 2 * second, first, 1 + 2 * second);
        same(train.after().get("bn.running_mean"), shape(2), 0.9 + 0.2, 2);
        same(train.after().get("bn.running_var"), shape(2), 0.9 * (4 - 1e-5) + 0.2, 0.9 * (25 - 1e-5) + 20);
        same(train.after().get("bn.num_batches_tracked"), shape(), 6);
        assertThatThrownBy(() -> train.batchNorm("bn", Array64.zeros(1, 2, 1)))
                .hasMessageContaining("1 value(s) per channel");
    }

    @Test
    void poolingReducesWindowsBinsAndPlanes() {
        var x = array(shape(1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9);
        same(Pooling64.globalAverage(x), shape(1, 1), 5);
        same(Pooling64.weightedSum(x, array(shape(1, 9), 1, 0, 0, 0, 0, 0, 0, 0, 2)), shape(1, 1), 19);
        same(Pooling64.max(x, 2, 2, 0), shape(1, 1, 1, 1), 5);
        same(Pooling64.max(x.map(v -> -v), 3, 1, 1), shape(1, 1, 3, 3), -1, -1, -2, -1, -1, -2, -4, -4, -5);
        same(Pooling64.adaptiveAverage(x, 2, 1), shape(1, 1, 2, 1), 3.5, 6.5);
        same(Pooling64.adaptiveAverage(array(shape(1, 1, 1, 2), 4, 8), 1, 3), shape(1, 1, 1, 3), 4, 6, 8);
    }

    @Test
    void channelsBroadcastSliceAndConcatenate() {
        var x = array(shape(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8);
        same(Channels64.scale(x, array(shape(2, 2), 1, 0, 2, -1)), shape(2, 2, 2), 1, 2, 0, 0, 10, 12, -7, -8);
        same(Channels64.shift(x, array(shape(2, 2), 0, 10, 0, 0)), shape(2, 2, 2), 1, 2, 13, 14, 5, 6, 7, 8);
        var second = Channels64.slice(x, 1, 2);
        same(second, shape(2, 1, 2), 3, 4, 7, 8);
        same(Channels64.concat(List.of(second, x)), shape(2, 3, 2), 3, 4, 1, 2, 3, 4, 7, 8, 5, 6, 7, 8);
        assertThatThrownBy(() -> Channels64.scale(x, Array64.zeros(2))).hasMessageContaining("one value per image");
    }

    @Test
    void attentionWeighsValuesByProductsOfQueriesAndKeys() {
        var queries = array(shape(1, 2, 1), 0, 2);
        var keys = array(shape(1, 2, 1), 0, Math.log(3));
        var values = array(shape(1, 2, 2), 4, 0, 8, 40);
        same(Attention64.attend(queries, keys, values, Attention64.softmax(0.5)), shape(1, 2, 2), 6, 20, 7, 30);
    }

    @Test
    void covarianceRootAndTriangle() {
        var covariance = CovarianceReference.covariance(array(shape(1, 2, 1, 2), 1, 3, 2, 6));
        same(covariance, shape(1, 2, 2), 1, 2, 2, 4);
        same(CovarianceReference.triangle(array(shape(1, 2, 2), 1, 2, 3, 4)), shape(1, 3), 1, 3, 4);
        var square = array(shape(2, 2, 2), 5, 4, 4, 5, 4, 0, 0, 1); // the squares of [[2,1],[1,2]] and [[2,0],[0,1]]
        same(CovarianceReference.squareRoot(square, 25), shape(2, 2, 2), 2, 1, 1, 2, 2, 0, 0, 1);
        // one step of [4] over its trace: 1 * (3 - 1) / 2 = 1, times the root of 4
        same(CovarianceReference.squareRoot(array(shape(1, 1, 1), 4), 1), shape(1, 1, 1), 2);
        // A/t = diag(3/4, 1/4): one step gives a (3 - a) / 2 = 27/32 and 11/32, times sqrt 4
        var diagonal = array(shape(1, 2, 2), 3, 0, 0, 1);
        same(CovarianceReference.squareRoot(diagonal, 1), shape(1, 2, 2), 27.0 / 16, 0, 0, 11.0 / 16);
        assertThat(CovarianceReference.squareRoot(Array64.zeros(1, 2, 2), 3).values())
                .containsOnly(Double.NaN);
        assertThatThrownBy(() -> CovarianceReference.squareRoot(diagonal, 0)).hasMessageContaining("at least one step");
    }

    @Test
    void bilinearProductsFollowTheDiagonals() {
        same(BilinearReference.products(array(shape(1, 3, 1, 1), 2, 3, 5)), shape(1, 6, 1, 1), 4, 9, 25, 6, 15, 10);
    }

    @Test
    void cosineFiltersAreOrthonormal() {
        for (var method : List.of("top32", "low32", "bot32")) {
            var filters = FrequencyReference.filters(method, 32, 14, 7).values();
            for (var i = 0; i < 32; i++) {
                for (var j = 0; j < 32; j++) {
                    double product = 0;
                    for (var p = 0; p < 98; p++) {
                        product += filters[i * 98 + p] * filters[j * 98 + p];
                    }
                    assertThat(product)
                            .as(method + " filters " + i + " and " + j)
                            .isCloseTo(i == j ? 1 : 0, within(1e-13));
                }
            }
        }
        same(FrequencyReference.filters("top1", 2, 2, 2), shape(2, 2, 2), .5, .5, .5, .5, .5, .5, .5, .5);
        assertThatThrownBy(() -> FrequencyReference.filters("top3", 16, 7, 7)).hasMessageContaining("16 channels");
        assertThatThrownBy(() -> FrequencyReference.filters("mid4", 16, 7, 7)).hasMessageContaining("\"mid4\"");
    }
}
