package tornado.attention.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The kernels as plain Java methods against double loops, on odd shapes. */
class CoreKernelsTest {
    /** FP32 sums of n terms of unit scale: half an ulp a step, with room for the order of summation. */
    private static double tolerance(int terms) {
        return 1e-6 * (1 + Math.sqrt(terms));
    }

    @Test
    void averageIsTheMeanOfEachRow() {
        RandomCases.repeat(20, random -> {
            int rows = random.between(1, 9);
            int pixels = random.between(1, 70);
            var x = random.normal(rows * pixels);
            var out = RandomCases.unwritten(rows);
            GlobalPooling.average(x, out, rows, pixels);
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                for (int p = 0; p < pixels; p++) {
                    sum += x.get(r * pixels + p);
                }
                assertThat((double) out.get(r)).isCloseTo(sum / pixels, within(tolerance(pixels)));
            }
        });
    }

    @Test
    void weightedSumWeighsEachPixel() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int channels = random.between(1, 7);
            int pixels = random.between(1, 40);
            var x = random.normal(batch * channels * pixels);
            var attention = random.normal(batch * pixels);
            var out = RandomCases.unwritten(batch * channels);
            AttentionPooling.weightedSum(x, attention, out, batch, channels, pixels);
            for (int b = 0; b < batch; b++) {
                for (int c = 0; c < channels; c++) {
                    double sum = 0;
                    for (int p = 0; p < pixels; p++) {
                        sum += (double) attention.get(b * pixels + p) * x.get((b * channels + c) * pixels + p);
                    }
                    assertThat((double) out.get(b * channels + c)).isCloseTo(sum, within(tolerance(pixels)));
                }
            }
        });
    }

    @Test
    void convolution1x1IsAMatrixProductPerImage() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int inputs = random.between(1, 12);
            int outputs = random.between(1, 9);
            int pixels = random.between(1, 30);
            var x = random.normal(batch * inputs * pixels);
            var weight = random.normal(outputs * inputs);
            var bias = random.normal(outputs);
            var out = RandomCases.unwritten(batch * outputs * pixels);
            Convolution1x1.apply(x, weight, bias, out, batch, inputs, outputs, pixels, Activations.RELU);
            for (int b = 0; b < batch; b++) {
                for (int o = 0; o < outputs; o++) {
                    for (int p = 0; p < pixels; p++) {
                        double sum = bias.get(o);
                        for (int i = 0; i < inputs; i++) {
                            sum += (double) weight.get(o * inputs + i) * x.get((b * inputs + i) * pixels + p);
                        }
                        assertThat((double) out.get((b * outputs + o) * pixels + p))
                                .isCloseTo(Math.max(sum, 0), within(tolerance(inputs)));
                    }
                }
            }
        });
    }

    @Test
    void linearTakesTheTransposedWeight() {
        RandomCases.repeat(20, random -> {
            int rows = random.between(1, 4);
            int inputs = random.between(1, 20);
            int outputs = random.between(1, 20);
            var x = random.normal(rows * inputs);
            var weight = random.normal(inputs * outputs);
            var bias = random.normal(outputs);
            var out = RandomCases.unwritten(rows * outputs);
            Linear.apply(x, weight, bias, out, rows, inputs, outputs, Activations.IDENTITY);
            for (int r = 0; r < rows; r++) {
                for (int o = 0; o < outputs; o++) {
                    double sum = bias.get(o);
                    for (int i = 0; i < inputs; i++) {
                        sum += (double) x.get(r * inputs + i) * weight.get(i * outputs + o);
                    }
                    assertThat((double) out.get(r * outputs + o)).isCloseTo(sum, within(tolerance(inputs)));
                }
            }
        });
    }

    @Test
    void softmaxRowsSumToOneAndSurviveLargeLogits() {
        RandomCases.repeat(20, random -> {
            int rows = random.between(1, 5);
            int columns = random.between(1, 40);
            var x = random.normal(rows * columns);
            for (int i = 0; i < x.getSize(); i++) {
                x.set(i, x.get(i) * 80);
            }
            var out = RandomCases.unwritten(rows * columns);
            Softmax.rows(x, out, rows, columns);
            for (int r = 0; r < rows; r++) {
                double max = Double.NEGATIVE_INFINITY;
                for (int j = 0; j < columns; j++) {
                    max = Math.max(max, x.get(r * columns + j));
                }
                double sum = 0;
                for (int j = 0; j < columns; j++) {
                    sum += Math.exp(x.get(r * columns + j) - max);
                }
                for (int j = 0; j < columns; j++) {
                    assertThat((double) out.get(r * columns + j))
                            .isCloseTo(Math.exp(x.get(r * columns + j) - max) / sum, within(1e-5));
                }
            }
        });
    }

    @Test
    void layerNormNormalisesEachRow() {
        RandomCases.repeat(20, random -> {
            int rows = random.between(1, 4);
            int columns = random.between(2, 33);
            var x = random.normal(rows * columns);
            var gamma = random.normal(columns);
            var beta = random.normal(columns);
            var out = RandomCases.unwritten(rows * columns);
            LayerNorm.rows(x, gamma, beta, out, rows, columns, 1e-5f, Activations.RELU);
            for (int r = 0; r < rows; r++) {
                double mean = 0;
                for (int j = 0; j < columns; j++) {
                    mean += x.get(r * columns + j) / (double) columns;
                }
                double variance = 0;
                for (int j = 0; j < columns; j++) {
                    variance += Math.pow(x.get(r * columns + j) - mean, 2) / columns;
                }
                for (int j = 0; j < columns; j++) {
                    double y =
                            (x.get(r * columns + j) - mean) / Math.sqrt(variance + 1e-5) * gamma.get(j) + beta.get(j);
                    assertThat((double) out.get(r * columns + j)).isCloseTo(Math.max(y, 0), within(2e-4));
                }
            }
        });
    }

    @Test
    void layerNormOfOneColumnIsItsBias() {
        var out = RandomCases.unwritten(2);
        LayerNorm.rows(
                FloatArray.fromElements(3f, -7f),
                FloatArray.fromElements(5f),
                FloatArray.fromElements(0.25f),
                out,
                2,
                1,
                1e-6f,
                Activations.IDENTITY);
        assertThat(out.toHeapArray()).containsExactly(0.25f, 0.25f);
    }

    @Test
    void channelConvolutionPadsWithZeros() {
        var out = RandomCases.unwritten(4);
        ChannelConvolution.apply(
                FloatArray.fromElements(1f, 2f, 3f, 4f),
                FloatArray.fromElements(10f, 1f, 100f),
                out,
                1,
                4,
                3,
                Activations.IDENTITY);
        assertThat(out.toHeapArray()).containsExactly(201f, 312f, 423f, 34f);
    }

    @Test
    void gatesBroadcastOverTheirRow() {
        var x = FloatArray.fromElements(1f, 2f, 3f, 4f);
        var gate = FloatArray.fromElements(2f, 10f);
        var term = FloatArray.fromElements(0.5f, -1f);
        var out = RandomCases.unwritten(4);
        Gating.multiply(x, gate, out, 2, 2);
        assertThat(out.toHeapArray()).containsExactly(2f, 4f, 30f, 40f);
        Gating.add(x, term, out, 2, 2);
        assertThat(out.toHeapArray()).containsExactly(1.5f, 2.5f, 2f, 3f);
        Gating.multiplyAdd(x, gate, term, out, 2, 2);
        assertThat(out.toHeapArray()).containsExactly(2.5f, 4.5f, 29f, 39f);
        Elementwise.add(x, x, out, 4, Activations.IDENTITY);
        assertThat(out.toHeapArray()).containsExactly(2f, 4f, 6f, 8f);
        Elementwise.copy(x, out, 4);
        assertThat(out.toHeapArray()).containsExactly(1f, 2f, 3f, 4f);
    }

    /** Values of the activations at some points, from their formulas in double precision. */
    @ParameterizedTest
    @CsvSource({
        "0, -1.5, -1.5",
        "0, 2, 2",
        "1, -1.5, 0",
        "1, 2, 2",
        "2, -1.5, -0.2736385711",
        "2, 2, 1.7615941559",
        "3, -1.5, -0.1002108019",
        "3, 2, 1.9544997361",
        "3, -30, 0",
        "4, -1.5, 0.1824255238",
        "4, 2, 0.8807970779",
        "4, -80, 1.8048513878e-35",
        "4, 80, 1",
        "5, -1.5, 0.25",
        "5, 2, 0.8333333333",
        "5, -4, 0",
        "5, 4, 1",
        "6, -1.5, -0.9051482536",
        "6, 2, 0.9640275801"
    })
    void activationsMatchTheirFormulas(int activation, float x, double expected) {
        var out = RandomCases.unwritten(1);
        Activations.elementwise(FloatArray.fromElements(x), out, 1, activation);
        assertThat((double) out.get(0)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void geluIsWithinItsErrorFunctionsBound() {
        DoubleUnaryOperator erf = CoreKernelsTest::erfBySeries;
        for (float x = -4; x <= 4; x += 0.037f) {
            assertThat((double) Activations.erf(x)).isCloseTo(erf.applyAsDouble(x), within(4e-7));
        }
    }

    private static double erfBySeries(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
