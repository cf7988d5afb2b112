package tornado.attention.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Pooling kernels as plain Java methods against double loops, on odd shapes. */
class PoolingKernelsTest {
    private static double tolerance(int terms) {
        return 1e-6 * (1 + Math.sqrt(terms)) * 4;
    }

    private static void assertClose(FloatArray actual, int at, double expected, int terms) {
        assertThat((double) actual.get(at)).describedAs("element %d", at).isCloseTo(expected, within(tolerance(terms)));
    }

    @Test
    void adaptivePoolingAveragesItsBins() {
        RandomCases.repeat(40, random -> {
            int planes = random.between(1, 3);
            int height = random.between(1, 11);
            int width = random.between(1, 11);
            int outHeight = random.between(1, 14);
            int outWidth = random.between(1, 14);
            var x = random.normal(planes * height * width);
            var out = RandomCases.unwritten(planes * outHeight * outWidth);
            AdaptivePooling.average(x, out, planes, height, width, outHeight, outWidth);
            int at = 0;
            for (int n = 0; n < planes; n++) {
                for (int i = 0; i < outHeight; i++) {
                    for (int j = 0; j < outWidth; j++) {
                        double sum = 0;
                        int count = 0;
                        for (int y = 0; y < height; y++) {
                            for (int z = 0; z < width; z++) {
                                if (inBin(y, i, height, outHeight) && inBin(z, j, width, outWidth)) {
                                    sum += x.get((n * height + y) * width + z);
                                    count++;
                                }
                            }
                        }
                        assertClose(out, at++, sum / count, count);
                    }
                }
            }
        });
    }

    private static boolean inBin(int position, int bin, int length, int bins) {
        return position >= Math.floor((double) bin * length / bins)
                && position < Math.ceil((double) (bin + 1) * length / bins);
    }

    @Test
    void maximaAreThoseOfTheWindow() {
        RandomCases.repeat(30, random -> {
            int size = random.between(1, 3);
            int stride = random.between(1, 3);
            int planes = random.between(1, 4);
            int height = random.between(size, 9);
            int width = random.between(size, 9);
            int outHeight = (height - size) / stride + 1;
            int outWidth = (width - size) / stride + 1;
            var x = random.normal(planes * height * width);
            var out = RandomCases.unwritten(planes * outHeight * outWidth);
            MaxPooling.inside(x, out, planes, height, width, outHeight, outWidth, size, stride);
            for (int i = 0; i < out.getSize(); i++) {
                int n = i / (outHeight * outWidth);
                int y = i / outWidth % outHeight * stride;
                int z = i % outWidth * stride;
                double max = max(x, n, height, width, y, z, y + size, z + size, 1, 0);
                assertThat((double) out.get(i)).isEqualTo(max);
            }
        });
    }

    private static double max(
            FloatArray x,
            int plane,
            int height,
            int width,
            int top,
            int left,
            int bottom,
            int right,
            float scale,
            float shift) {
        double max = Double.NEGATIVE_INFINITY;
        for (int y = Math.max(top, 0); y < Math.min(bottom, height); y++) {
            for (int z = Math.max(left, 0); z < Math.min(right, width); z++) {
                max = Math.max(max, (double) scale * x.get((plane * height + y) * width + z) + shift);
            }
        }
        return max;
    }

    @Test
    void aroundAPixelTheMapEndsAtItsEdge() {
        RandomCases.repeat(30, random -> {
            int channels = random.between(1, 4);
            int planes = channels * random.between(1, 3);
            int height = random.between(1, 6);
            int width = random.between(1, 6);
            int reach = random.between(1, 2);
            var x = random.normal(planes * height * width);
            var scale = random.normal(channels);
            var shift = random.normal(channels);
            var out = RandomCases.unwritten(planes * height * width);
            MaxPooling.around(x, scale, shift, out, planes, channels, height, width, reach, Activations.RELU);
            for (int i = 0; i < out.getSize(); i++) {
                int n = i / (height * width);
                int y = i / width % height;
                int z = i % width;
                double max = max(
                        x,
                        n,
                        height,
                        width,
                        y - reach,
                        z - reach,
                        y + reach + 1,
                        z + reach + 1,
                        scale.get(n % channels),
                        shift.get(n % channels));
                assertClose(out, i, Math.max(max, 0), 1);
            }
        });
    }

    @Test
    void filtersWeighEveryPixel() {
        RandomCases.repeat(15, random -> {
            int batch = random.between(1, 3);
            int filters = random.between(1, 4);
            int channels = random.between(1, 3);
            int pixels = random.between(1, 50);
            var x = random.normal(batch * filters * channels * pixels);
            var filter = random.normal(filters * pixels);
            var out = RandomCases.unwritten(batch * filters * channels);
            FilterPooling.weighted(x, filter, out, batch, filters, channels, pixels);
            for (int r = 0; r < out.getSize(); r++) {
                double sum = 0;
                for (int p = 0; p < pixels; p++) {
                    sum += (double) x.get(r * pixels + p) * filter.get(r / channels % filters * pixels + p);
                }
                assertClose(out, r, sum, pixels);
            }
        });
    }

    @Test
    void normsPoolAndNormaliseChannels() {
        RandomCases.repeat(30, random -> {
            int norm = random.oneOf(ChannelNorms.SUM, ChannelNorms.L1, ChannelNorms.L2);
            int batch = random.between(1, 3);
            int channels = random.between(1, 9);
            int pixels = random.between(1, 30);
            var x = random.normal(batch * channels * pixels);
            var alpha = random.normal(channels);
            var s = RandomCases.unwritten(batch * channels);
            ChannelNorms.pool(x, alpha, s, batch, channels, pixels, norm, 0.01f);
            for (int r = 0; r < batch * channels; r++) {
                double sum = 0;
                for (int p = 0; p < pixels; p++) {
                    double v = x.get(r * pixels + p);
                    sum += norm == ChannelNorms.L2 ? v * v : norm == ChannelNorms.L1 ? Math.abs(v) : v;
                }
                double root = norm == ChannelNorms.L2 ? Math.sqrt(sum + 0.01) : sum;
                assertClose(s, r, alpha.get(r % channels) * root, pixels * 9);
            }
            var gamma = random.normal(channels);
            var beta = random.normal(channels);
            var out = RandomCases.unwritten(batch * channels);
            int over = norm == ChannelNorms.L2 ? norm : ChannelNorms.L1;
            ChannelNorms.gate(s, gamma, beta, out, batch, channels, over, 0.01f);
            for (int r = 0; r < batch * channels; r++) {
                double sum = 0;
                for (int c = 0; c < channels; c++) {
                    double v = s.get(r / channels * channels + c);
                    sum += over == ChannelNorms.L2 ? v * v : Math.abs(v);
                }
                double mean = sum / channels + 0.01;
                mean = over == ChannelNorms.L2 ? Math.sqrt(mean) : mean;
                double z = s.get(r) * gamma.get(r % channels) / mean + beta.get(r % channels);
                assertClose(out, r, 1 + Math.tanh(z), 9);
            }
        });
    }

    @Test
    void styleIsMeanAndUnbiasedDeviation() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int channels = random.between(1, 5);
            int height = random.between(1, 4);
            int width = random.between(2, 6);
            int pixels = height * width;
            var x = random.normal(batch * channels * pixels);
            var mean = RandomCases.unwritten(batch * channels);
            var squares = RandomCases.unwritten(batch * channels);
            BatchStatistics.moments(x, mean, squares, batch * channels, height, width, width, pixels);
            var weight = random.normal(2 * channels);
            var shift = random.normal(channels);
            var out = RandomCases.unwritten(batch * channels);
            StylePooling.combine(
                    mean, squares, weight, shift, out, batch, channels, pixels, 0.25f, Activations.IDENTITY);
            for (int r = 0; r < batch * channels; r++) {
                double sum = 0;
                for (int p = 0; p < pixels; p++) {
                    sum += x.get(r * pixels + p);
                }
                double total = 0;
                for (int p = 0; p < pixels; p++) {
                    total += Math.pow(x.get(r * pixels + p) - sum / pixels, 2);
                }
                int c = r % channels;
                double expected = weight.get(2 * c) * sum / pixels
                        + weight.get(2 * c + 1) * Math.sqrt(total / (pixels - 1) + 0.25)
                        + shift.get(c);
                assertClose(out, r, expected, pixels);
            }
        });
    }

    @Test
    void aSinglePixelHasNoDeviation() {
        var out = new FloatArray(1);
        StylePooling.combine(
                FloatArray.fromElements(2f),
                FloatArray.fromElements(0f),
                FloatArray.fromElements(1f, 1f),
                FloatArray.fromElements(0f),
                out,
                1,
                1,
                1,
                0f,
                Activations.SIGMOID);
        assertThat(out.get(0)).isNaN();
    }

    @Test
    void productsOfChannelsArePooledAndProjected() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int channels = random.between(1, 4);
            int pairs = random.between(1, 7);
            int outputs = random.between(1, 5);
            int pixels = random.between(1, 20);
            var x = random.normal(batch * channels * pixels);
            var first = new IntArray(pairs);
            var second = new IntArray(pairs);
            for (int t = 0; t < pairs; t++) {
                first.set(t, random.between(0, channels - 1));
                second.set(t, random.between(0, channels - 1));
            }
            var pooled = RandomCases.unwritten(batch * pairs);
            Bilinear.average(x, first, second, pooled, batch, channels, pairs, pixels);
            var weight = random.normal(outputs * pairs);
            var bias = random.normal(outputs);
            var local = RandomCases.unwritten(batch * outputs * pixels);
            Bilinear.project(
                    x, first, second, weight, bias, local, batch, channels, pairs, outputs, pixels, Activations.RELU);
            var context = random.normal(batch * outputs);
            var map = random.normal(batch * outputs * pixels);
            var gated = RandomCases.unwritten(batch * outputs * pixels);
            Bilinear.projectGated(
                    x,
                    first,
                    second,
                    weight,
                    bias,
                    context,
                    map,
                    gated,
                    batch,
                    channels,
                    pairs,
                    outputs,
                    pixels,
                    Activations.RELU);
            var gates = RandomCases.unwritten(batch * outputs * pixels);
            PixelGating.sigmoidOfProduct(local, context, gates, batch * outputs, pixels);
            for (int b = 0; b < batch; b++) {
                for (int t = 0; t < pairs; t++) {
                    double sum = 0;
                    for (int p = 0; p < pixels; p++) {
                        sum += product(x, first, second, b, t, p, channels, pixels);
                    }
                    assertClose(pooled, b * pairs + t, sum / pixels, 9);
                }
                for (int i = 0; i < outputs * pixels; i++) {
                    int o = i / pixels;
                    double sum = bias.get(o);
                    for (int t = 0; t < pairs; t++) {
                        sum += weight.get(o * pairs + t)
                                * product(x, first, second, b, t, i % pixels, channels, pixels);
                    }
                    int at = b * outputs * pixels + i;
                    assertClose(local, at, Math.max(sum, 0), 100);
                    double gate = 1 / (1 + Math.exp(-context.get(b * outputs + o) * Math.max(sum, 0)));
                    assertClose(gates, at, gate, 9);
                    assertClose(gated, at, map.get(at) * gate, 9);
                }
            }
        });
    }

    private static double product(
            FloatArray x, IntArray first, IntArray second, int b, int t, int p, int channels, int pixels) {
        return (double) x.get((b * channels + first.get(t)) * pixels + p)
                * x.get((b * channels + second.get(t)) * pixels + p);
    }

    @Test
    void branchesAreAveragedBlendedAndArrangedFromRowsThatLieApart() {
        RandomCases.repeat(20, random -> {
            int batch = random.between(1, 3);
            int branches = random.between(1, 4);
            int channels = random.between(1, 3);
            int height = random.between(1, 4);
            int width = random.between(1, 5);
            int row = width + random.between(0, 2);
            int plane = height * row + random.between(0, 3);
            var raw = random.normal(batch * branches * channels * plane);
            var scale = random.normal(branches * channels);
            var shift = random.normal(branches * channels);
            var weight = random.normal(batch * branches * channels);
            var average = RandomCases.unwritten(batch * channels);
            BranchMixing.average(
                    raw, scale, shift, average, batch, branches, channels, height, width, row, plane, Activations.RELU);
            var blend = RandomCases.unwritten(batch * channels * height * width);
            BranchMixing.blend(
                    raw,
                    scale,
                    shift,
                    weight,
                    blend,
                    batch,
                    branches,
                    channels,
                    height,
                    width,
                    row,
                    plane,
                    Activations.RELU);
            var order = new IntArray(branches);
            for (int k = 0; k < branches; k++) {
                order.set(k, branches - 1 - k);
            }
            var arranged = RandomCases.unwritten(batch * branches * channels * height * width);
            BranchMixing.arrange(raw, weight, order, arranged, batch, branches, channels, height, width, row, plane);
            for (int b = 0; b < batch; b++) {
                for (int c = 0; c < channels; c++) {
                    double total = 0;
                    for (int i = 0; i < height * width; i++) {
                        double sum = 0;
                        for (int k = 0; k < branches; k++) {
                            int source = (b * branches + k) * channels + c;
                            double value = raw.get(source * plane + i / width * row + i % width);
                            double active =
                                    Math.max(0, value * scale.get(k * channels + c) + shift.get(k * channels + c));
                            total += active;
                            sum += weight.get(source) * active;
                            int target = (b * branches + branches - 1 - k) * channels + c;
                            assertClose(arranged, target * height * width + i, value * weight.get(source), 9);
                        }
                        assertClose(blend, (b * channels + c) * height * width + i, sum, 50);
                    }
                    assertClose(average, b * channels + c, total / (height * width), 50);
                }
            }
        });
    }

    @Test
    void pixelGatesAreSharedByTheChannelsOfAGroup() {
        RandomCases.repeat(10, random -> {
            int groups = random.between(1, 5);
            int channels = random.between(1, 4);
            int pixels = random.between(1, 20);
            var x = random.normal(groups * channels * pixels);
            var attention = random.normal(groups * pixels);
            var out = RandomCases.unwritten(groups * channels * pixels);
            PixelGating.multiplyAddSelf(x, attention, out, groups, channels, pixels);
            var product = RandomCases.unwritten(x.getSize());
            PixelGating.multiply(x, out, product, x.getSize());
            for (int i = 0; i < x.getSize(); i++) {
                double a = attention.get(i / (channels * pixels) * pixels + i % pixels);
                assertClose(out, i, a * x.get(i) + x.get(i), 9);
                assertThat(product.get(i)).isEqualTo(x.get(i) * out.get(i));
            }
        });
    }

    @Test
    void numbersOfDropoutAreUniform() {
        int n = 1 << 16;
        var buckets = new int[16];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float u = HashedDropout.uniform(5, i);
            assertThat(u).isBetween(0f, 1f - 1f / (1 << 24));
            buckets[(int) (u * 16)]++;
            sum += u;
        }
        assertThat(sum / n).isCloseTo(0.5, within(0.005));
        // five standard deviations of a bucket of 4096
        for (int count : buckets) {
            assertThat((double) count).isCloseTo(n / 16.0, within(5 * Math.sqrt(n / 16.0)));
        }
    }
}
