package tornado.attention.embedded.internal.compiler;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** Kernels that use all of the Java that kernels may use. */
@SuppressWarnings("StatementSwitchToExpressionSwitch") // all forms are to be compiled
final class JavaSubset {
    private JavaSubset() {}

    record Pair(int a, int b) {}

    static float leaky(float v) {
        return v < 0 ? 0.1f * v : v;
    }

    static float classify(float v) {
        if (v < -0.5f) {
            return -1;
        }
        for (int i = 0; i < 4; i++) {
            if (v * i > 0.7f) {
                return i;
            }
        }
        return 9;
    }

    static void helpers(FloatArray x, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y.set(i, leaky(x.get(i)) + classify(x.get(i)));
        }
    }

    static void switches(IntArray x, IntArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            int v;
            switch (x.get(i) % 7) {
                case 0:
                    v = 3;
                    break;
                case 1, 2:
                    v = x.get(i) << 2;
                    break;
                case 100:
                    v = 8;
                    break;
                default:
                    v = -x.get(i);
            }
            y.set(i, v);
        }
    }

    static void breaks(IntArray x, IntArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            if (x.get(i) == 5) {
                continue;
            }
            int s = 0;
            for (int j = 0; j < 20; j++) {
                if (j == x.get(i)) {
                    break;
                }
                if ((j & 1) == 0) {
                    continue;
                }
                s += j;
            }
            int k = x.get(i);
            while (k > 1) {
                k = (k & 1) == 0 ? k / 2 : 3 * k + 1;
                s++;
            }
            do {
                s += 2;
            } while (s < 10);
            y.set(i, s);
        }
    }

    static void phases(FloatArray x, FloatArray y, FloatArray z, int n) {
        int half = n / 2;
        for (@Parallel int i = 0; i < n; i++) {
            y.set(i, x.get(n - 1 - i) * 2);
        }
        int rest = n - half;
        for (@Parallel int i = 0; i < half; i++) {
            z.set(i, y.get(n - 1 - i) + 1);
        }
        for (@Parallel int i = 0; i < rest; i++) {
            z.set(half + i, y.get(i) - 1);
        }
    }

    static void nest3(FloatArray x, FloatArray y, int a, int b, int c) {
        for (@Parallel int i = 0; i < a; i++) {
            int row = i * b;
            for (@Parallel int j = 0; j < b; j++) {
                int cell = (row + j) * c;
                for (@Parallel int k = 0; k < c; k++) {
                    y.set(cell + k, x.get(cell + c - 1 - k) + i + 2 * j + 3 * k);
                }
            }
        }
    }

    static void imperfect(FloatArray x, FloatArray sum, FloatArray y, int rows, int columns) {
        for (@Parallel int r = 0; r < rows; r++) {
            float s = 0;
            for (int c = 0; c < columns; c++) {
                s += x.get(r * columns + c);
            }
            sum.set(r, s);
            for (@Parallel int c = 0; c < columns; c++) {
                y.set(r * columns + c, x.get(r * columns + c) - s);
            }
        }
    }

    static void triangle(FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            for (@Parallel int j = 0; j <= i; j++) {
                y.set(i * n + j, i * 10 + j);
            }
        }
    }

    static void steps(FloatArray y, int n, int m) {
        for (@Parallel int i = 1; i <= n; i += 3) {
            for (@Parallel int j = 2; j < m; j += 2) {
                y.set(i * m + j, i * 100 + j);
            }
        }
    }

    static void types(LongArray l, DoubleArray d, ByteArray b, int n, long k, double f, byte q) {
        for (@Parallel int i = 0; i < n; i++) {
            long index = (long) i * k % n;
            l.set(i, index + k);
            d.set(i, d.get(i) * f + TornadoMath.sqrt((double) i));
            b.set(i, (byte) (b.get(i) + q));
        }
    }

    static void privateArrays(FloatArray x, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            var window = new float[4];
            for (int j = 0; j < 4; j++) {
                window[j] = x.get((i + j) % n);
            }
            for (int j = 1; j < 4; j++) {
                window[j] += window[j - 1];
            }
            y.set(i, window[3]);
        }
    }

    static void gather(FloatArray x, IntArray index, FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y.set(i, x.get(index.get(i)));
        }
    }

    static void noParallel(FloatArray x, int n) {
        for (int i = 1; i < n; i++) {
            x.set(i, x.get(i - 1) + x.get(i));
        }
    }

    static void writesOutside(FloatArray x, FloatArray y, int n) {
        y.set(0, y.get(0) + 1);
        for (@Parallel int i = 1; i < n; i++) {
            y.set(i, x.get(i));
        }
    }

    static void reduce(FloatArray x, @Reduce FloatArray sum) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            sum.set(0, sum.get(0) + x.get(i));
        }
    }

    static void carried(FloatArray x, FloatArray y, int n) {
        float s = 0;
        for (@Parallel int i = 0; i < n; i++) {
            s += x.get(i);
            y.set(i, s);
        }
    }

    static void boundInArray(IntArray bound, FloatArray y) {
        for (@Parallel int i = 0; i < bound.get(0); i++) {
            y.set(i, y.get(i) + 1);
        }
    }

    static void conditional(FloatArray y, int n, int flag) {
        if (flag == 1) {
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i, 4);
            }
        }
    }

    static void records(IntArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            var pair = new Pair(i / 3, i % 3);
            y.set(i, pair.a() * 100 + pair.b());
        }
    }

    static void vectors(VectorFloat4 x, VectorFloat4 y) {
        for (@Parallel int i = 0; i < x.getLength(); i++) {
            y.set(i, Float4.add(x.get(i), x.get(i)));
        }
    }

    static void one(FloatArray y) {
        for (@Parallel int i = 0; i < y.getSize(); i++) {
            y.set(i, 1);
        }
    }

    static void negative(IntArray y, int n) {
        for (@Parallel int i = -5; i < 0; i++) {
            y.set(i + 5, i * n);
        }
    }

    static void outOfBounds(FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y.set(i + 1, i);
        }
    }
}
