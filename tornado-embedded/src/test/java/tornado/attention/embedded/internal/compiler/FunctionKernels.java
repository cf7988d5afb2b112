package tornado.attention.embedded.internal.compiler;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One elementary function each. */
final class FunctionKernels {
    private FunctionKernels() {}

    /** Choices that are {@code max(x, 0)} or look like it. */
    static void positiveParts(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize() / 4; i++) {
            float v = x.get(i);
            y.set(4 * i, v <= 0f ? 0f : v);
            y.set(4 * i + 1, v < 0f ? 0f : v);
            y.set(4 * i + 2, v <= 0f ? -0f : v);
            y.set(4 * i + 3, v > 0f ? v : 0f);
        }
    }

    static void exp(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.exp(x.get(i)));
        }
    }

    static void expOfMath(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, (float) Math.exp(x.get(i)));
        }
    }

    static void log(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.log(x.get(i)));
        }
    }

    static void tanh(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.tanh(x.get(i)));
        }
    }

    static void sin(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.sin(x.get(i)));
        }
    }

    static void cos(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.cos(x.get(i)));
        }
    }

    static void sqrt(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.sqrt(x.get(i)));
        }
    }

    static void floor(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.floor(x.get(i)));
        }
    }

    static void ceil(FloatArray x, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.ceil(x.get(i)));
        }
    }

    static void pow(FloatArray x, FloatArray e, FloatArray y) {
        for (@Parallel int i = 0; i < x.getSize(); i++) {
            y.set(i, TornadoMath.pow(x.get(i), e.get(i)));
        }
    }

    static void largestSineOfRows(FloatArray x, FloatArray y, int columns) {
        for (@Parallel int r = 0; r < y.getSize(); r++) {
            float largest = -1f;
            for (int j = 0; j < columns; j++) {
                float angle = x.get(r * columns + j);
                float finite = TornadoMath.abs(angle) <= Float.MAX_VALUE ? angle : -1.5707964f;
                largest = TornadoMath.max(largest, TornadoMath.sin(finite));
            }
            y.set(r, largest);
        }
    }
}
