package tornado.attention.embedded.internal.compiler.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DFloat;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** What kernels do with their arrays, as far as transfers depend on it. */
class ArrayAccessTest {

    /** Kernels, each with a way of its own to use its arrays. */
    static final class Kernels {
        static void copy(FloatArray in, FloatArray out, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                out.set(i, in.get(i));
            }
        }

        static void nested(FloatArray in, FloatArray out, int n, long unused) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    float sum = 0;
                    for (int k = 0; k < n; k++) {
                        sum += in.get(i * n + k) * in.get(k * n + j);
                    }
                    out.set(i * n + j, sum);
                }
            }
        }

        static void inPlace(FloatArray values) {
            for (@Parallel int i = 0; i < values.getSize(); i++) {
                values.set(i, values.get(i) * 2);
            }
        }

        static void conditional(FloatArray in, FloatArray out) {
            for (@Parallel int i = 0; i < in.getSize(); i++) {
                if (in.get(i) > 0) {
                    out.set(i, 1);
                }
            }
        }

        static void everySecond(FloatArray out) {
            for (@Parallel int i = 0; i < out.getSize(); i += 2) {
                out.set(i, 1);
            }
        }

        static void skipping(FloatArray in, FloatArray out) {
            for (@Parallel int i = 0; i < in.getSize(); i++) {
                if (in.get(i) > 0) {
                    continue;
                }
                out.set(i, 1);
            }
        }

        static void ternary(FloatArray a, IntArray mask, FloatArray out) {
            for (@Parallel int i = 0; i < out.getSize(); i++) {
                out.set(i, mask.get(i) != 0 ? a.get(i) : -1f);
            }
        }

        static void choice(FloatArray a, FloatArray b, int which) {
            FloatArray chosen = which == 0 ? a : b;
            for (@Parallel int i = 0; i < chosen.getSize(); i++) {
                chosen.set(i, 1);
            }
        }

        static void helper(FloatArray in, FloatArray out) {
            for (@Parallel int i = 0; i < in.getSize(); i++) {
                store(out, i, load(in, i));
            }
        }

        private static float load(FloatArray from, int i) {
            return from.get(i);
        }

        private static void store(FloatArray to, int i, float value) {
            to.set(i, value);
        }

        static void sizeOnly(FloatArray in, FloatArray out) {
            for (@Parallel int i = 0; i < in.getSize(); i++) {
                out.set(i, (float) in.getNumBytesOfSegment());
            }
        }

        static void vectors(VectorFloat4 in, VectorFloat4 out, Matrix2DFloat matrix) {
            for (@Parallel int i = 0; i < in.getLength(); i++) {
                Float4 value = in.get(i);
                out.set(i, Float4.add(value, value));
                matrix.set(0, i, value.getX());
            }
        }

        static void javaArrays(float[] in, double[] out) {
            for (@Parallel int i = 0; i < in.length; i++) {
                out[i] = in[i];
            }
        }

        static void context(KernelContext context, FloatArray in, IntArray count, FloatArray out) {
            context.atomicAdd(count, 0, 1);
            out.set(context.globalIdx, in.get(context.globalIdx));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "copy, r w -",
        "nested, r w - -",
        "inPlace, rw",
        "conditional, r rw",
        "everySecond, rw",
        "skipping, r rw",
        "ternary, r r w",
        "choice, rw rw -",
        "helper, r w",
        "sizeOnly, - w",
        "vectors, r w w",
        "javaArrays, r w",
        "context, rw r rw w",
    })
    void accessOfEachParameter(String kernel, String expected) {
        var method = Arrays.stream(Kernels.class.getDeclaredMethods())
                .filter(m -> m.getName().equals(kernel))
                .findFirst()
                .orElseThrow();
        var type = java.lang.invoke.MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        var uses = ArrayAccess.of(new KernelMethod(Kernels.class, kernel, type));

        assertThat(uses.stream().map(ArrayAccessTest::text).collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    private static String text(ArrayAccess.Use use) {
        return use.equals(ArrayAccess.Use.NONE) ? "-" : (use.read() ? "r" : "") + (use.written() ? "w" : "");
    }
}
