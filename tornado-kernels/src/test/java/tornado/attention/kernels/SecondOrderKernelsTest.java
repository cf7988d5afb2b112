package tornado.attention.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Covariance, Newton-Schulz steps, gathers, codewords, the recurrent cell and fused passes against double loops. */
class SecondOrderKernelsTest {
    private static void assertClose(FloatArray actual, double[] expected, double tolerance) {
        assertThat(actual.getSize()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual.get(i)).describedAs("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Test
    void centredFeaturesOfAWindow() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int channels = random.between(1, 5);
            int windowHeight = random.between(1, 4);
            int windowWidth = random.between(1, 6);
            int top = random.between(0, 3);
            int left = random.between(0, 3);
            int height = windowHeight + top + random.between(0, 2);
            int width = windowWidth + left + random.between(0, 2);
            var x = random.normal(batch * channels * height * width);
            int pixels = windowHeight * windowWidth;
            var means = new double[batch * channels];
            var centred = new double[batch * pixels * channels];
            for (int r = 0; r < means.length; r++) {
                for (int p = 0; p < pixels; p++) {
                    int at = (r * height + top + p / windowWidth) * width + left + p % windowWidth;
                    means[r] += (double) x.get(at) / pixels;
                    centred[(r / channels * pixels + p) * channels + r % channels] = x.get(at);
                }
            }
            for (int at = 0; at < centred.length; at++) {
                centred[at] -= means[at / (pixels * channels) * channels + at % channels];
            }
            var mean = RandomCases.unwritten(means.length);
            Covariance.mean(x, mean, means.length, height, width, top, left, windowHeight, windowWidth);
            assertClose(mean, means, 1e-6);
            var out = RandomCases.unwritten(centred.length);
            Covariance.center(x, mean, out, batch, channels, height, width, top, left, windowHeight, windowWidth);
            assertClose(out, centred, 2e-6);
        });
    }

    /**
     * 0.1 has no finite binary expansion: a plain mean of thousands of it is off, and its covariance would not be 0.
     */
    @Test
    void constantChannelsAreCentredToExactZeros() {
        var x = new FloatArray(5000);
        x.init(0.1f);
        var mean = new FloatArray(1);
        Covariance.mean(x, mean, 1, 1, 5000, 0, 0, 1, 5000);
        assertThat(mean.get(0)).isEqualTo(0.1f);
    }

    @Test
    void newtonSchulzSteps() {
        RandomCases.repeat(20, random -> {
            int groups = random.between(1, 3);
            int n = random.between(1, 9);
            var a = random.normal(groups * n * n);
            var b = random.normal(groups * n * n);
            var c = random.normal(groups * n * n);
            var traces = new double[groups];
            for (int i = 0; i < groups * n; i++) {
                traces[i / n] += a.get(i * n + i % n);
            }
            var trace = RandomCases.unwritten(groups);
            NewtonSchulz.trace(a, trace, groups, n);
            assertClose(trace, traces, 1e-5);
            for (int g = 0; g < groups; g++) {
                trace.set(g, 1f + g);
            }
            var y = RandomCases.unwritten(a.getSize());
            var z = RandomCases.unwritten(a.getSize());
            NewtonSchulz.start(a, trace, y, z, groups, n);
            var updated = new double[a.getSize()];
            var finished = new double[a.getSize()];
            for (int at = 0; at < a.getSize(); at++) {
                int g = at / (n * n);
                int i = at / n % n;
                int j = at % n;
                assertThat(y.get(at)).isCloseTo(a.get(at) / (1f + g), within(1e-6f));
                assertThat(z.get(at)).isCloseTo((i == j ? 1.5f : 0f) - y.get(at) / 2, within(1e-6f));
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += (double) a.get((g * n + i) * n + k) * b.get((g * n + k) * n + j);
                }
                updated[at] = 1.5 * c.get(at) - 0.5 * sum;
                finished[at] = Math.sqrt(1 + g) * updated[at];
            }
            var out = RandomCases.unwritten(a.getSize());
            NewtonSchulz.update(a, b, c, out, groups, n);
            assertClose(out, updated, 1e-5);
            NewtonSchulz.finish(a, b, c, trace, out, groups, n);
            assertClose(out, finished, 2e-5);
        });
    }

    @Test
    void gathersAndRanges() {
        var x = FloatArray.fromArray(new float[] {0f, 1f, 2f, 10f, 11f, 12f});
        var out = RandomCases.unwritten(8);
        Gather.rows(x, IntArray.fromArray(new int[] {2, 0, 0, 1}), out, 2, 3, 4);
        assertThat(out.toHeapArray()).containsExactly(2f, 0f, 0f, 1f, 12f, 10f, 10f, 11f);
        Gather.range(x, out, 2, 4, 5);
        assertThat(out.toHeapArray()).containsExactly(2f, 0f, 0f, 1f, 12f, 11f, 12f, 11f);
    }

    @Test
    void transpositionOfSlices() {
        RandomCases.repeat(10, random -> {
            int groups = random.between(1, 3);
            int rows = random.between(1, 9);
            int columns = random.between(1, 9);
            int offset = random.between(0, 4);
            int stride = rows * columns + random.between(0, 4);
            var x = random.normal(offset + groups * stride);
            var out = RandomCases.unwritten(groups * rows * columns);
            Transposition.apply(x, out, groups, rows, columns, offset, stride);
            for (int at = 0; at < out.getSize(); at++) {
                int g = at / (rows * columns);
                assertThat(out.get(at))
                        .isEqualTo(x.get(offset + g * stride + at % rows * columns + at / rows % columns));
            }
        });
    }

    @Test
    void rowsHaveTheirOwnFilters() {
        RandomCases.repeat(10, random -> {
            int batch = random.between(1, 3);
            int rows = random.between(1, 5);
            int filters = random.between(1, 4);
            int columns = random.between(1, 20);
            var x = random.normal(batch * rows * columns);
            var weight = random.normal(rows * filters * columns);
            var bias = random.normal(rows * filters);
            var expected = new double[batch * rows * filters];
            for (int at = 0; at < expected.length; at++) {
                int filter = at % (rows * filters);
                expected[at] = bias.get(filter);
                for (int k = 0; k < columns; k++) {
                    expected[at] += (double) weight.get(filter * columns + k) * x.get(at / filters * columns + k);
                }
            }
            var out = RandomCases.unwritten(expected.length);
            RowConvolution.apply(x, weight, bias, out, batch, rows, filters, columns);
            assertClose(out, expected, 1e-5);
        });
    }

    @Test
    void codewordsMeasureAndCollect() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int depth = random.between(1, 7);
            int pixels = random.between(1, 15);
            int codes = random.between(1, 18);
            var x = random.normal(batch * depth * pixels);
            var codewords = random.normal(depth * codes);
            var scale = random.normal(codes);
            var assignment = random.normal(batch * pixels * codes);
            var distances = new double[batch * pixels * codes];
            var residuals = new double[batch * depth * codes];
            for (int b = 0; b < batch; b++) {
                for (int n = 0; n < pixels; n++) {
                    for (int k = 0; k < codes; k++) {
                        for (int d = 0; d < depth; d++) {
                            double r = x.get((b * depth + d) * pixels + n) - (double) codewords.get(d * codes + k);
                            distances[(b * pixels + n) * codes + k] += scale.get(k) * r * r;
                            residuals[(b * depth + d) * codes + k] += assignment.get((b * pixels + n) * codes + k) * r;
                        }
                    }
                }
            }
            var out = RandomCases.unwritten(distances.length);
            Codewords.distances(x, codewords, scale, out, batch, depth, pixels, codes);
            assertClose(out, distances, 1e-4);
            out = RandomCases.unwritten(residuals.length);
            Codewords.residuals(x, assignment, codewords, out, batch, depth, pixels, codes);
            assertClose(out, residuals, 2e-5);
        });
    }

    @Test
    void recurrentCellUpdatesItsState() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 4);
            int inputs = random.between(1, 6);
            int states = random.between(1, 6);
            int hidden = random.between(1, 19);
            var u = random.normal(batch * inputs);
            var v = random.normal(batch * states);
            var wIn = random.normal(inputs * 4 * hidden);
            var wState = random.normal(states * 4 * hidden);
            var bIn = random.normal(4 * hidden);
            var bState = random.normal(4 * hidden);
            var c = random.normal(batch * hidden);
            var h = new double[batch * hidden];
            var next = new double[batch * hidden];
            for (int at = 0; at < h.length; at++) {
                int b = at / hidden;
                var gates = new double[4];
                for (int g = 0; g < 4; g++) {
                    int column = g * hidden + at % hidden;
                    gates[g] = (double) bIn.get(column) + bState.get(column);
                    for (int k = 0; k < inputs; k++) {
                        gates[g] += (double) u.get(b * inputs + k) * wIn.get(k * 4 * hidden + column);
                    }
                    for (int k = 0; k < states; k++) {
                        gates[g] += (double) v.get(b * states + k) * wState.get(k * 4 * hidden + column);
                    }
                }
                next[at] = sigmoid(gates[1]) * c.get(at) + sigmoid(gates[0]) * Math.tanh(gates[2]);
                h[at] = sigmoid(gates[3]) * sigmoid(next[at]);
            }
            var hOut = RandomCases.unwritten(h.length);
            var cOut = RandomCases.unwritten(h.length);
            RecurrentCell.advance(u, v, wIn, bIn, wState, bState, c, hOut, cOut, batch, inputs, states, hidden);
            assertClose(hOut, h, 1e-5);
            assertClose(cOut, next, 1e-5);
        });
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void fusedPassesDoBothSteps() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int inputs = random.between(1, 7);
            int outputs = random.between(1, 6);
            int pixels = random.between(1, 21);
            var x = random.normal(batch * inputs * pixels);
            var weight = random.normal(outputs * inputs);
            var bias = random.normal(outputs);
            var expected = new double[batch * outputs * pixels];
            for (int at = 0; at < expected.length; at++) {
                int b = at / (outputs * pixels);
                int o = at / pixels % outputs;
                expected[at] = bias.get(o);
                for (int i = 0; i < inputs; i++) {
                    expected[at] += (double) weight.get(o * inputs + i)
                            * Math.max(x.get((b * inputs + i) * pixels + at % pixels), 0);
                }
                expected[at] = sigmoid(expected[at]);
            }
            var out = RandomCases.unwritten(expected.length);
            FusedConvolution1x1.activatedInput(
                    x, weight, bias, out, batch, inputs, outputs, pixels, Activations.RELU, Activations.SIGMOID);
            assertClose(out, expected, 1e-5);

            var gate = random.normal(batch * inputs);
            var residual = random.normal(x.getSize());
            var gated = RandomCases.unwritten(x.getSize());
            GatedResidual.apply(x, gate, residual, gated, batch * inputs, pixels, Activations.RELU);
            for (int at = 0; at < x.getSize(); at++) {
                double sum = (double) x.get(at) * gate.get(at / pixels) + residual.get(at);
                assertThat((double) gated.get(at)).isCloseTo(Math.max(sum, 0), within(1e-5));
            }
        });
    }

    @Test
    void subsamplingPicksAndActivates() {
        RandomCases.repeat(10, random -> {
            int rows = random.between(1, 4);
            int height = random.between(1, 9);
            int width = random.between(1, 9);
            int stride = random.between(1, 3);
            int outHeight = (height - 1) / stride + 1;
            int outWidth = (width - 1) / stride + 1;
            var x = random.normal(rows * height * width);
            var out = RandomCases.unwritten(rows * outHeight * outWidth);
            FusedConvolution1x1.subsample(x, out, rows, height, width, outHeight, outWidth, stride, Activations.RELU);
            for (int at = 0; at < out.getSize(); at++) {
                int r = at / (outHeight * outWidth);
                int line = at / outWidth % outHeight * stride;
                float value = x.get((r * height + line) * width + at % outWidth * stride);
                assertThat(out.get(at)).isEqualTo(Math.max(value, 0f));
            }
        });
    }
}
