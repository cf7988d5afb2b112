package tornado.attention.embedded.internal.compiler;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels in the natural form, one output an iteration, as this project's kernels are written. */
final class LaneKernels {
    private LaneKernels() {}

    static float sigmoid(float v) {
        return 1f / (1f + TornadoMath.exp(-v));
    }

    static void pool(FloatArray x, FloatArray y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            float s = 0f;
            for (int p = 0; p < n; p++) {
                s += x.get(r * n + p);
            }
            y.set(r, s / n);
        }
    }

    static void gate(FloatArray x, FloatArray g, FloatArray y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < n; p++) {
                y.set(r * n + p, x.get(r * n + p) * sigmoid(g.get(r)));
            }
        }
    }

    static void softmax(FloatArray x, FloatArray y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            int b = r * n;
            float m = x.get(b);
            for (int j = 1; j < n; j++) {
                m = TornadoMath.max(m, x.get(b + j));
            }
            float s = 0f;
            for (int j = 0; j < n; j++) {
                float e = TornadoMath.exp(x.get(b + j) - m);
                y.set(b + j, e);
                s += e;
            }
            float q = 1f / s;
            for (int j = 0; j < n; j++) {
                y.set(b + j, y.get(b + j) * q);
            }
        }
    }

    static void conv1x1(FloatArray x, FloatArray w, FloatArray bias, FloatArray y, int out, int in, int n) {
        for (@Parallel int c = 0; c < out; c++) {
            for (@Parallel int p = 0; p < n; p++) {
                float s = bias.get(c);
                for (int k = 0; k < in; k++) {
                    s += w.get(c * in + k) * x.get(k * n + p);
                }
                y.set(c * n + p, TornadoMath.max(0f, s));
            }
        }
    }

    static void linear(FloatArray x, FloatArray w, FloatArray y, int batch, int in, int out) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int j = 0; j < out; j++) {
                float s = 0f;
                for (int k = 0; k < in; k++) {
                    s += x.get(b * in + k) * w.get(k * out + j);
                }
                y.set(b * out + j, s);
            }
        }
    }

    static void layerNorm(FloatArray x, FloatArray g, FloatArray h, FloatArray y, int rows, int n, float eps) {
        for (@Parallel int r = 0; r < rows; r++) {
            int b = r * n;
            float s = 0f;
            for (int j = 0; j < n; j++) {
                s += x.get(b + j);
            }
            float mean = s / n;
            float v = 0f;
            for (int j = 0; j < n; j++) {
                float d = x.get(b + j) - mean;
                v += d * d;
            }
            float q = 1f / TornadoMath.sqrt(v / n + eps);
            for (int j = 0; j < n; j++) {
                y.set(b + j, (x.get(b + j) - mean) * q * g.get(j) + h.get(j));
            }
        }
    }

    static void dots(FloatArray a, FloatArray b, FloatArray c, int heads, int m, int n, int d) {
        for (@Parallel int h = 0; h < heads; h++) {
            for (@Parallel int i = 0; i < m; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    float s = 0f;
                    for (int k = 0; k < d; k++) {
                        s += a.get((h * m + i) * d + k) * b.get((h * n + j) * d + k);
                    }
                    c.set((h * m + i) * n + j, s);
                }
            }
        }
    }

    static void product(FloatArray a, FloatArray b, FloatArray c, int heads, int m, int n, int d) {
        for (@Parallel int h = 0; h < heads; h++) {
            for (@Parallel int i = 0; i < m; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    float s = 0f;
                    for (int k = 0; k < d; k++) {
                        s += a.get((h * m + i) * d + k) * b.get((h * d + k) * n + j);
                    }
                    c.set((h * m + i) * n + j, s);
                }
            }
        }
    }

    static void taps(
            FloatArray x,
            FloatArray w,
            IntArray offset,
            FloatArray y,
            int groups,
            int out,
            int taps,
            int stride,
            int n) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int c = 0; c < out; c++) {
                for (@Parallel int q = 0; q < n; q++) {
                    float s = 0f;
                    for (int t = 0; t < taps; t++) {
                        s += w.get((g * out + c) * taps + t) * x.get(g * stride + offset.get(t) + q);
                    }
                    y.set((g * out + c) * n + q, s);
                }
            }
        }
    }

    /** Convolution with padding tested per tap: uniform row tests, column tests that differ between lanes. */
    static void padded(FloatArray x, FloatArray w, FloatArray y, int channels, int h, int width, int k) {
        for (@Parallel int c = 0; c < channels; c++) {
            for (@Parallel int i = 0; i < h; i++) {
                for (@Parallel int j = 0; j < width; j++) {
                    float s = 0f;
                    for (int u = 0; u < k; u++) {
                        int yy = i + u - k / 2;
                        if (yy >= 0 && yy < h) {
                            for (int v = 0; v < k; v++) {
                                int xx = j + v - k / 2;
                                if (xx >= 0 && xx < width) {
                                    s += w.get((c * k + u) * k + v) * x.get((c * h + yy) * width + xx);
                                }
                            }
                        }
                    }
                    y.set((c * h + i) * width + j, s);
                }
            }
        }
    }

    static void transpose(FloatArray x, FloatArray y, int m, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            for (@Parallel int j = 0; j < m; j++) {
                y.set(i * m + j, x.get(j * n + i) * 2f + 1f);
            }
        }
    }

    static void activations(FloatArray x, FloatArray y, int n, int kind) {
        for (@Parallel int i = 0; i < n; i++) {
            float v = x.get(i) * 4f;
            float r;
            if (kind == 0) {
                r = v > 0f ? v : 0.1f * v;
            } else if (kind == 1) {
                r = v * sigmoid(v);
            } else if (kind == 2) {
                r = TornadoMath.tanh(v);
            } else if (kind == 3) {
                r = TornadoMath.min(6f, TornadoMath.max(0f, v + 3f)) / 6f;
            } else if (kind == 4) {
                r = TornadoMath.log(v * v + 0.5f);
            } else if (kind == 5) {
                r = TornadoMath.sin(v) + TornadoMath.cos(v);
            } else {
                r = TornadoMath.floor(v) - TornadoMath.ceil(v / 2f);
            }
            y.set(i, r);
        }
    }

    static void diverging(FloatArray x, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float v = x.get(i);
            float r = 0f;
            if (v > 0.5f) {
                for (int k = 0; k < 3; k++) {
                    r += v * k + x.get((i + k) % n);
                }
            } else if (v < -0.5f && i > 2) {
                r = x.get(i - 1) - x.get(i - 2);
                if (r > 0f) {
                    y.set(i, 7f);
                }
            }
            if (r != 0f) {
                y.set(i, y.get(i) + r);
            }
        }
    }

    static void neighbours(FloatArray x, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float left = i > 0 ? x.get(i - 1) : 0f;
            float right = i < n - 1 ? x.get(i + 1) : 0f;
            y.set(i, left + 2f * x.get(i) + right);
        }
    }

    /** Ten loads in branches of their own, of which those at the array's ends read before and behind it in the other lanes. */
    static void around(FloatArray x, IntArray weights, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float sum = i >= 4 ? x.get(i - 4) : 0f;
            sum += i >= 3 ? x.get(i - 3) : 0f;
            sum += i >= 2 ? x.get(i - 2) : 0f;
            sum += i >= 1 ? x.get(i - 1) : 0f;
            sum += i < n - 1 ? x.get(i + 1) : 0f;
            sum += i < n - 2 ? x.get(i + 2) : 0f;
            sum += i < n - 3 ? x.get(i + 3) : 0f;
            sum += i < n - 4 ? x.get(i + 4) : 0f;
            int before = i >= 5 ? weights.get(i - 5) : 7;
            int behind = i < n - 5 ? weights.get(i + 5) : 9;
            y.set(i, sum * before - behind);
        }
    }

    /** More branches than vector code of which is compiled. */
    static void tooLong(FloatArray x, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float sum = 0f;
            sum += i >= 1 ? x.get(i - 1) : 0f;
            sum += i >= 2 ? x.get(i - 2) : 0f;
            sum += i >= 3 ? x.get(i - 3) : 0f;
            sum += i >= 4 ? x.get(i - 4) : 0f;
            sum += i >= 5 ? x.get(i - 5) : 0f;
            sum += i >= 6 ? x.get(i - 6) : 0f;
            sum += i >= 7 ? x.get(i - 7) : 0f;
            sum += i >= 8 ? x.get(i - 8) : 0f;
            sum += i >= 9 ? x.get(i - 9) : 0f;
            sum += i >= 10 ? x.get(i - 10) : 0f;
            sum += i >= 11 ? x.get(i - 11) : 0f;
            sum += i >= 12 ? x.get(i - 12) : 0f;
            sum += i >= 13 ? x.get(i - 13) : 0f;
            sum += i >= 14 ? x.get(i - 14) : 0f;
            sum += i >= 15 ? x.get(i - 15) : 0f;
            sum += i >= 16 ? x.get(i - 16) : 0f;
            sum += i >= 17 ? x.get(i - 17) : 0f;
            sum += i >= 18 ? x.get(i - 18) : 0f;
            sum += i >= 19 ? x.get(i - 19) : 0f;
            sum += i >= 20 ? x.get(i - 20) : 0f;
            sum += i >= 21 ? x.get(i - 21) : 0f;
            sum += i >= 22 ? x.get(i - 22) : 0f;
            sum += i >= 23 ? x.get(i - 23) : 0f;
            sum += i >= 24 ? x.get(i - 24) : 0f;
            y.set(i, sum);
        }
    }

    /** Reads one element too many, where {@code x} is not negative. */
    static void tooFar(FloatArray x, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float value = 0f;
            if (x.get(i) >= 0f) {
                value = x.get(i + 1);
            }
            y.set(i, value);
        }
    }

    static void integers(IntArray a, IntArray b, IntArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            int v = a.get(i) * 3 - (b.get(i) << 2) + i;
            int u = (v ^ 0x55) & 0xff | (v >> 3) + (v >>> 28);
            y.set(i, u > 100 ? Math.max(u, v) : Math.min(-u, v));
        }
    }

    static void gathered(FloatArray x, IntArray index, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float s = x.get(index.get(i));
            y.set(i, s * sigmoid(s));
        }
    }

    static void inPlace(FloatArray y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < n; p++) {
                y.set(r * n + p, y.get(r * n + p) * 2f + 1f);
            }
        }
    }

    /** Softmax over channels at every position: stores and loads of one array a channel's stride apart. */
    static void channelSoftmax(FloatArray x, FloatArray y, int channels, int n) {
        for (@Parallel int p = 0; p < n; p++) {
            float m = x.get(p);
            for (int c = 1; c < channels; c++) {
                m = TornadoMath.max(m, x.get(c * n + p));
            }
            float s = 0f;
            for (int c = 0; c < channels; c++) {
                float e = TornadoMath.exp(x.get(c * n + p) - m);
                y.set(c * n + p, e);
                s += e;
            }
            for (int c = 0; c < channels; c++) {
                y.set(c * n + p, y.get(c * n + p) / s);
            }
        }
    }

    static void shifted(FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y.set(i + 1, y.get(i) + 1f);
        }
    }

    static void extremes(FloatArray x, FloatArray y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            float lo = 3f;
            float hi = -3f;
            float product = 1f;
            int count = 0;
            for (int j = 0; j < n; j++) {
                float v = x.get(r * n + j);
                lo = Math.min(lo, v);
                hi = Math.max(v, hi);
                product *= 1f + 0.01f * v;
                if (v > 0f) {
                    count += 2;
                }
            }
            y.set(r * 4, lo);
            y.set(r * 4 + 1, hi);
            y.set(r * 4 + 2, product);
            y.set(r * 4 + 3, count);
        }
    }

    /** Each sum becomes two results, one of them in a branch, by many operations. */
    static void longEnd(FloatArray x, FloatArray w, FloatArray y, int outputs, int inputs, int n) {
        for (@Parallel int o = 0; o < outputs; o++) {
            for (@Parallel int p = 0; p < n; p++) {
                float one = w.get(o);
                float other = 0f;
                for (int i = 0; i < inputs; i++) {
                    one += w.get(o * inputs + i) * x.get(i * n + p);
                    other += w.get(o * inputs + i) - x.get(i * n + p);
                }
                int to = 2 * o * n + p;
                y.set(to, rooted(rooted(rooted(rooted(rooted(one))))));
                if (o + 1 < outputs) {
                    y.set(to + n, rooted(rooted(rooted(other * 0.25f))));
                }
            }
        }
    }

    private static float rooted(float x) {
        float positive = TornadoMath.abs(x) * 0.75f + 0.125f;
        return TornadoMath.sqrt(positive) * x - positive / (2f + x * x);
    }

    static void halves(FloatArray x, FloatArray y, int rows, int n, int width, int stride, int first) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int j = 0; j < n; j++) {
                int z = j * stride + first;
                float value = -1f;
                if (z >= 0 && z < width) {
                    value = x.get(r * width + z);
                }
                y.set(r * n + j, value);
            }
        }
    }

    static void everySecond(FloatArray x, FloatArray y, int n) {
        for (@Parallel int j = 0; j < n; j++) {
            y.set(j, x.get(2 * j + 1) * 3f);
        }
    }

    /** A long end of rows that load nothing in common, so that they run one at a time. */
    static void longEndOfLoneRows(FloatArray x, FloatArray y, int rows, int inputs, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < n; p++) {
                float sum = 1f;
                for (int i = 0; i < inputs; i++) {
                    sum += x.get((r * inputs + i) * n + p) * 0.5f;
                }
                float first = rooted(rooted(rooted(rooted(rooted(rooted(sum))))));
                y.set(r * n + p, rooted(rooted(rooted(rooted(rooted(rooted(first)))))));
            }
        }
    }

    /** Where a result goes is found behind part of what makes it; the index of the other result is made of the loop. */
    static void longEndInDisorder(FloatArray x, FloatArray w, FloatArray y, int outputs, int inputs, int n) {
        for (@Parallel int o = 0; o < outputs; o++) {
            for (@Parallel int p = 0; p < n; p++) {
                float sum = 0f;
                float other = 1f;
                int t = 0;
                for (int i = 0; i < inputs; i++) {
                    sum += w.get(o * inputs + i) * x.get(i * n + p);
                    other += w.get(o * inputs + i) * 0.5f;
                    t = i + 1;
                }
                float first = rooted(rooted(rooted(rooted(sum))));
                float second = rooted(rooted(rooted(rooted(other + sum))));
                int at = o * n + p;
                y.set(at, first * w.get(o) + first);
                y.set(at + t / inputs * outputs * n, second);
            }
        }
    }

    /** Every second element from a place that moves between two loads, and by an index that was made before it moved. */
    static void everySecondAndOn(FloatArray x, FloatArray y, int rows, int n) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int j = 0; j < n; j++) {
                int base = 2 * r;
                int at = 2 * j + base;
                float sum = 0f;
                for (int t = 0; t < 3; t++) {
                    int here = at + t;
                    base = base + 1;
                    sum += x.get(here) * 0.5f + x.get(2 * j + base) + x.get(at);
                }
                y.set(r * n + j, sum);
            }
        }
    }

    /** Every second element in a branch, by an index of the branch's own; and by one that only begins with two. */
    static void secondInABranch(FloatArray x, FloatArray y, int rows, int n, int width) {
        for (@Parallel int r = 2; r < rows; r++) {
            for (@Parallel int j = 0; j < n; j++) {
                int z = 2 * j - 3;
                float value = -1f;
                if (z >= 0 && z < width) {
                    int at = r * width + z;
                    value = x.get(at) + at * 0.5f;
                }
                y.set(r * n + j, value + x.get(r * j));
            }
        }
    }
}
