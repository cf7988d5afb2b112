package tornado.attention.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Products, streamed and additive attention, masks, axis normalisations and attention pooling against double loops. */
class AttentionKernelsTest {
    /** FP32 sums of n terms of unit scale: half an ulp a step, with room for the order of summation. */
    private static double tolerance(int terms) {
        return 2e-6 * (1 + Math.sqrt(terms));
    }

    private static void assertClose(FloatArray actual, double[] expected, double tolerance) {
        assertThat(actual.getSize()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual.get(i)).describedAs("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Test
    void productsMultiplySlicesPlainAndTransposed() {
        RandomCases.repeat(20, random -> {
            int groups = random.between(1, 3);
            int rows = random.between(1, 9);
            int inner = random.between(1, 12);
            int columns = random.between(1, 21);
            int aOffset = random.between(0, 5);
            int aStride = random.flag() ? 0 : rows * inner + random.between(0, 3);
            int bOffset = random.between(0, 5);
            int bStride = inner * columns + random.between(0, 3);
            var a = random.normal(aOffset + groups * Math.max(aStride, rows * inner));
            var b = random.normal(bOffset + groups * bStride);
            for (boolean transposed : new boolean[] {false, true}) {
                var expected = new double[groups * rows * columns];
                for (int at = 0; at < expected.length; at++) {
                    int g = at / (rows * columns);
                    int i = at / columns % rows;
                    for (int k = 0; k < inner; k++) {
                        int left = aOffset + g * aStride + (transposed ? k * rows + i : i * inner + k);
                        expected[at] += 0.5 * a.get(left) * b.get(bOffset + g * bStride + k * columns + at % columns);
                    }
                }
                var out = RandomCases.unwritten(expected.length);
                if (transposed) {
                    MatrixProduct.transposed(
                            a, b, out, groups, rows, inner, columns, 0.5f, aOffset, aStride, bOffset, bStride);
                } else {
                    MatrixProduct.plain(
                            a, b, out, groups, rows, inner, columns, 0.5f, aOffset, aStride, bOffset, bStride);
                }
                assertClose(out, expected, tolerance(inner));
            }
        });
    }

    @Test
    void tokensAreProjectedFromChannels() {
        RandomCases.repeat(10, random -> {
            int groups = random.between(1, 3);
            int tokens = random.between(1, 9);
            int inputs = random.between(1, 8);
            int outputs = random.between(1, 11);
            var x = random.normal(groups * inputs * tokens);
            var weight = random.normal(inputs * outputs);
            var bias = random.normal(outputs);
            var expected = new double[groups * tokens * outputs];
            for (int at = 0; at < expected.length; at++) {
                int g = at / (tokens * outputs);
                int n = at / outputs % tokens;
                int o = at % outputs;
                expected[at] = bias.get(o);
                for (int i = 0; i < inputs; i++) {
                    expected[at] += (double) x.get((g * inputs + i) * tokens + n) * weight.get(i * outputs + o);
                }
            }
            var out = RandomCases.unwritten(expected.length);
            MatrixProduct.tokens(x, weight, bias, out, groups, tokens, inputs, outputs);
            assertClose(out, expected, tolerance(inputs));
        });
    }

    @Test
    void headsAreSlicesOfTokens() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int heads = random.between(1, 4);
            int queries = random.between(1, 7);
            int keys = random.between(1, 9);
            int depth = random.between(1, 6);
            var q = random.normal(batch * queries * heads * depth);
            var k = random.normal(batch * keys * heads * depth);
            var kt = new FloatArray(k.getSize());
            Transposition.apply(k, kt, batch, keys, heads * depth, 0, keys * heads * depth);
            var scores = new double[batch * heads * queries * keys];
            for (int at = 0; at < scores.length; at++) {
                int g = at / (queries * keys);
                int n = at / keys % queries;
                int m = at % keys;
                for (int d = 0; d < depth; d++) {
                    scores[at] += 0.3f
                            * (double) q.get(((g / heads * queries + n) * heads + g % heads) * depth + d)
                            * k.get(((g / heads * keys + m) * heads + g % heads) * depth + d);
                }
            }
            var out = RandomCases.unwritten(scores.length);
            HeadProduct.scores(q, kt, out, batch * heads, heads, queries, depth, keys, 0.3f);
            assertClose(out, scores, tolerance(depth));

            var sums = new double[batch * queries * heads * depth];
            for (int at = 0; at < sums.length; at++) {
                int b = at / (queries * heads * depth);
                int n = at / (heads * depth) % queries;
                int h = at / depth % heads;
                for (int m = 0; m < keys; m++) {
                    sums[at] += (double) out.get(((b * heads + h) * queries + n) * keys + m)
                            * k.get(((b * keys + m) * heads + h) * depth + at % depth);
                }
            }
            var summed = RandomCases.unwritten(sums.length);
            HeadProduct.weightedSum(out, k, summed, batch * heads, heads, queries, keys, depth);
            assertClose(summed, sums, 4 * tolerance(keys));
        });
    }

    /** Softmax attention by definition; logits far from each other, so that the running maximum changes often. */
    @Test
    void streamedAttentionIsSoftmaxAttention() {
        RandomCases.repeat(40, random -> {
            int groups = random.between(1, 3);
            int depth = random.between(1, 6);
            int width = random.between(1, 7);
            int queries = random.between(1, 21);
            int keys = random.between(1, 19);
            float scale = random.oneOf(0.5f, 1f, 30f);
            int qStride = depth * queries + random.between(0, 4);
            int kOffset = random.between(0, 4);
            int kStride = depth * keys + random.between(0, 4);
            int vOffset = random.between(0, 4);
            int vStride = width * keys + random.between(0, 4);
            var q = random.normal(groups * qStride);
            var k = random.normal(kOffset + groups * kStride);
            var v = random.normal(vOffset + groups * vStride);
            var expected = new double[groups * width * queries];
            for (int g = 0; g < groups; g++) {
                for (int n = 0; n < queries; n++) {
                    var weights = new double[keys];
                    double max = Double.NEGATIVE_INFINITY;
                    for (int m = 0; m < keys; m++) {
                        for (int d = 0; d < depth; d++) {
                            weights[m] += (double) scale
                                    * q.get(g * qStride + d * queries + n)
                                    * k.get(kOffset + g * kStride + d * keys + m);
                        }
                        max = Math.max(max, weights[m]);
                    }
                    double sum = 0;
                    for (int m = 0; m < keys; m++) {
                        weights[m] = Math.exp(weights[m] - max);
                        sum += weights[m];
                    }
                    for (int w = 0; w < width; w++) {
                        for (int m = 0; m < keys; m++) {
                            expected[(g * width + w) * queries + n] +=
                                    weights[m] / sum * v.get(vOffset + g * vStride + w * keys + m);
                        }
                    }
                }
            }
            var out = RandomCases.unwritten(expected.length);
            StreamedAttention.softmax(
                    q, k, v, out, groups, depth, width, queries, keys, scale, qStride, kOffset, kStride, vOffset,
                    vStride);
            // A logit of 100 is known to 1e-5 only, and so is its exponential.
            assertClose(out, expected, tolerance(keys) * Math.max(1, 4 * scale));
        });
    }

    @Test
    void streamedAttentionSurvivesSaturatedScores() {
        int keys = 6;
        var q = FloatArray.fromArray(new float[] {80f, -80f, 0f});
        var k = FloatArray.fromArray(new float[] {-80f, 0f, 80f, 1f, -1f, 80f});
        var v = FloatArray.fromArray(new float[] {1f, 2f, 3f, 4f, 5f, 7f});
        var out = RandomCases.unwritten(3);
        StreamedAttention.softmax(q, k, v, out, 1, 1, 1, 3, keys, 1f, 3, 0, keys, 0, keys);
        assertThat(out.toHeapArray()).containsExactly(new float[] {5f, 1f, 22f / 6f}, within(1e-6f));
    }

    @Test
    void oneNanKeyMakesEveryQueryNan() {
        var q = FloatArray.fromArray(new float[] {1f, 2f});
        var k = FloatArray.fromArray(new float[] {1f, Float.NaN, 3f});
        var v = FloatArray.fromArray(new float[] {1f, 2f, 3f});
        var out = new FloatArray(2);
        StreamedAttention.softmax(q, k, v, out, 1, 1, 1, 2, 3, 1f, 2, 0, 3, 0, 3);
        assertThat(out.get(0)).isNaN();
        assertThat(out.get(1)).isNaN();
    }

    @Test
    void additiveAttentionIsARectifiedSum() {
        RandomCases.repeat(20, random -> {
            int groups = random.between(1, 3);
            int width = random.between(1, 5);
            int queries = random.between(1, 18);
            int keys = random.between(1, 9);
            int bOffset = random.between(0, 3);
            int vOffset = random.between(0, 3);
            int aStride = queries + 2;
            int bStride = keys + 1;
            int vStride = width * keys + 5;
            var a = random.normal(groups * aStride);
            var b = random.normal(bOffset + groups * bStride);
            var v = random.normal(vOffset + groups * vStride);
            var map = new double[groups * queries * keys];
            var sums = new double[groups * width * queries];
            for (int at = 0; at < map.length; at++) {
                int g = at / (queries * keys);
                int n = at / keys % queries;
                int m = at % keys;
                map[at] = Math.max((double) a.get(g * aStride + n) + b.get(bOffset + g * bStride + m), 0) / keys;
                for (int w = 0; w < width; w++) {
                    sums[(g * width + w) * queries + n] += map[at] * v.get(vOffset + g * vStride + w * keys + m);
                }
            }
            var out = RandomCases.unwritten(sums.length);
            AdditiveAttention.weightedSum(
                    a, b, v, out, groups, width, queries, keys, aStride, bOffset, bStride, vOffset, vStride);
            assertClose(out, sums, tolerance(keys));
            var weights = RandomCases.unwritten(map.length);
            AdditiveAttention.map(a, b, weights, groups, queries, keys, aStride, bOffset, bStride);
            assertClose(weights, map, tolerance(1));
        });
    }

    @Test
    void masksHideWeightsScaleAndBiasesAreAdded() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int heads = random.between(1, 3);
            int queries = random.between(1, 5);
            int keys = random.between(1, 7);
            var scores = random.normal(batch * heads * queries * keys);
            var before = scores.toHeapArray();
            var weights = random.normal(keys);
            var bias = random.normal(heads * queries);
            var mask = new FloatArray(batch * queries);
            for (int i = 0; i < mask.getSize(); i++) {
                mask.set(i, random.between(0, 1));
            }
            var hidden = FloatArray.fromArray(new float[] {Float.NEGATIVE_INFINITY});
            ScoreMask.weigh(scores, weights, batch * heads, heads, queries, keys, 0, 0, 0, 1);
            ScoreMask.add(scores, bias, batch * heads, heads, queries, keys, 0, queries, 1, 0);
            ScoreMask.hide(scores, mask, hidden, batch * heads, heads, queries, keys, queries, 0, 1, 0);
            for (int at = 0; at < before.length; at++) {
                int query = at / (heads * queries * keys) * queries + at / keys % queries;
                float weighted = before[at] * weights.get(at % keys);
                float kept = weighted + bias.get(at / keys % (heads * queries));
                assertThat(scores.get(at)).isEqualTo(mask.get(query) != 0 ? Float.NEGATIVE_INFINITY : kept);
            }
        });
    }

    @Test
    void axisNormalisationsWorkAlongTheMiddleAxis() {
        RandomCases.repeat(20, random -> {
            int outer = random.between(1, 4);
            int length = random.between(1, 9);
            int inner = random.between(1, 19);
            var x = random.normal(outer * length * inner);
            var scale = random.normal(length);
            var shift = random.normal(length);
            var softmax = new double[x.getSize()];
            var l1 = new double[x.getSize()];
            var mean = new double[outer * inner];
            var affine = new double[outer * inner];
            for (int o = 0; o < outer; o++) {
                for (int j = 0; j < inner; j++) {
                    double exps = 0;
                    double norm = 0.25;
                    for (int l = 0; l < length; l++) {
                        double value = x.get((o * length + l) * inner + j);
                        exps += Math.exp(value);
                        norm += Math.abs(value);
                        mean[o * inner + j] += value / length;
                        affine[o * inner + j] += Math.max(scale.get(l) * value + shift.get(l), 0) / length;
                    }
                    for (int l = 0; l < length; l++) {
                        int at = (o * length + l) * inner + j;
                        softmax[at] = Math.exp(x.get(at)) / exps;
                        l1[at] = x.get(at) / norm;
                    }
                }
            }
            var out = RandomCases.unwritten(x.getSize());
            AxisNormalization.softmax(x, out, outer, length, inner);
            assertClose(out, softmax, tolerance(1));
            out = RandomCases.unwritten(x.getSize());
            AxisNormalization.l1(x, out, outer, length, inner, 0.25f);
            assertClose(out, l1, tolerance(1));
            var means = RandomCases.unwritten(outer * inner);
            AxisNormalization.mean(x, means, outer, length, inner);
            assertClose(means, mean, tolerance(1));
            means = RandomCases.unwritten(outer * inner);
            AxisNormalization.affineMean(x, scale, shift, means, outer, length, inner, Activations.RELU);
            assertClose(means, affine, tolerance(2));
        });
    }

    @Test
    void hiddenRowsBecomeNanInTheSoftmax() {
        var x = new FloatArray(3);
        x.init(Float.NEGATIVE_INFINITY);
        var out = new FloatArray(3);
        Softmax.rows(x, out, 1, 3);
        assertThat(out.get(0)).isNaN();
        AxisNormalization.softmax(x, out, 1, 3, 1);
        assertThat(out.get(2)).isNaN();
    }

    @Test
    void attentionPoolingInOneKernelIsSoftmaxAndSum() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int channels = random.between(1, 6);
            int pixels = random.between(1, 40);
            var x = random.normal(batch * channels * pixels);
            var logits = random.normal(batch * pixels);
            for (int i = 0; i < logits.getSize(); i++) {
                logits.set(i, 40 * logits.get(i));
            }
            var attention = new FloatArray(batch * pixels);
            Softmax.rows(logits, attention, batch, pixels);
            var expected = new FloatArray(batch * channels);
            AttentionPooling.weightedSum(x, attention, expected, batch, channels, pixels);
            var out = RandomCases.unwritten(batch * channels);
            SoftmaxPooling.weightedSum(x, logits, out, batch, channels, pixels);
            assertThat(out.toHeapArray()).containsExactly(expected.toHeapArray(), within((float) tolerance(pixels)));
        });
    }
}
