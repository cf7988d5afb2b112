package tornado.attention.embedded.internal.compiler;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels that break one rule each. */
@SuppressWarnings({"unused", "IncrementInForLoopAndHeader", "LongFloatConversion"})
final class Refused {
    private Refused() {}

    static float[] table = new float[4];
    static int counter;

    static void descending(FloatArray y) {
        for (@Parallel int i = 9; i > 0; i--) {
            y.set(i, 1);
        }
    }

    static void notEqual(FloatArray y) {
        for (@Parallel int i = 0; i != 9; i++) {
            y.set(i, 1);
        }
    }

    static void variableStep(FloatArray y, int s) {
        for (@Parallel int i = 0; i < 9; i += s) {
            y.set(i, 1);
        }
    }

    static void changedIndex(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            y.set(i, 1);
            i++;
        }
    }

    static void changedEnd(FloatArray y, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            y.set(i, 1);
            n--;
        }
    }

    static void scaledIndex(FloatArray y) {
        for (@Parallel int i = 0; i * 2 < 9; i++) {
            y.set(i, 1);
        }
    }

    static void shiftedIndex(FloatArray y) {
        for (@Parallel int i = 0; i - 1 < 0; i++) {
            y.set(i, 1);
        }
    }

    static void endFirst(FloatArray y) {
        for (@Parallel int i = 0; 9 > i; i++) {
            y.set(i, 1);
        }
    }

    static void chosenEnd(FloatArray y) {
        for (@Parallel int i = 0; i < (y.getSize() > 9 ? 9 : 3); i++) {
            y.set(i, 1);
        }
    }

    static void twoConditions(FloatArray y) {
        for (@Parallel int i = 0; i < 9 && i < y.getSize(); i++) {
            y.set(i, 1);
        }
    }

    static void bitwiseTest(FloatArray y) {
        for (@Parallel int i = 0; i < 9 & i < y.getSize(); i++) {
            y.set(i, 1);
        }
    }

    static void longIndex(FloatArray y) {
        for (@Parallel long i = 0; i < 9; i++) {
            y.set((int) i, 1);
        }
    }

    static void fourLevels(FloatArray y) {
        for (@Parallel int i = 0; i < 2; i++) {
            for (@Parallel int j = 0; j < 2; j++) {
                for (@Parallel int k = 0; k < 2; k++) {
                    for (@Parallel int l = 0; l < 2; l++) {
                        y.set(((i * 2 + j) * 2 + k) * 2 + l, 1);
                    }
                }
            }
        }
    }

    static void leaves(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            if (y.get(i) > 0) {
                break;
            }
            y.set(i, 1);
        }
    }

    static void returns(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            if (y.get(i) > 0) {
                return;
            }
            y.set(i, 1);
        }
    }

    static void throwing(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            if (y.get(i) > 0) {
                throw new IllegalStateException();
            }
        }
    }

    static void trying(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            try {
                y.set(i, 1);
            } catch (RuntimeException e) {
                y.set(0, 1);
            }
        }
    }

    static void strings(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            y.set(i, "abc".length());
        }
    }

    static void objects(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            y.set(i, new Object().hashCode());
        }
    }

    static void matrices(FloatArray y) {
        for (@Parallel int i = 0; i < 9; i++) {
            var m = new float[2][2];
            y.set(i, m[0][1]);
        }
    }

    static void staticArray(FloatArray y) {
        for (@Parallel int i = 0; i < 4; i++) {
            y.set(i, table[i]);
        }
    }

    static void staticWrite(FloatArray y) {
        for (@Parallel int i = 0; i < 4; i++) {
            counter = i;
        }
    }

    static void systemCall(FloatArray y) {
        for (@Parallel int i = 0; i < 4; i++) {
            y.set(i, System.nanoTime());
        }
    }

    static void mathFloor(FloatArray y) {
        for (@Parallel int i = 0; i < 4; i++) {
            y.set(i, (float) Math.floor(y.get(i)));
        }
    }

    static void remainder(FloatArray y) {
        for (@Parallel int i = 0; i < 4; i++) {
            y.set(i, y.get(i) % 2f);
        }
    }

    static float recursive(float v) {
        return v < 1 ? v : recursive(v / 2) + TornadoMath.sqrt(v);
    }

    static void recursion(FloatArray y) {
        for (@Parallel int i = 0; i < 4; i++) {
            y.set(i, recursive(y.get(i)));
        }
    }

    static int returning(FloatArray y) {
        return 3;
    }
}
