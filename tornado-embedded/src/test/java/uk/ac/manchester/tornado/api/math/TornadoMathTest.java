package uk.ac.manchester.tornado.api.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** Functions of kernels against those of the JDK. */
class TornadoMathTest {

    @Test
    void functionsAgreeWithTheJdk() {
        for (double x : new double[] {0.1, 0.5, 0.9, 1.0}) {
            float f = (float) x;
            var close = offset(1e-6f);
            assertThat(TornadoMath.exp(f)).isCloseTo((float) Math.exp(x), close);
            assertThat(TornadoMath.log(f)).isCloseTo((float) Math.log(x), close);
            assertThat(TornadoMath.sqrt(f)).isCloseTo((float) Math.sqrt(x), close);
            assertThat(TornadoMath.tanh(f)).isCloseTo((float) Math.tanh(x), close);
            assertThat(TornadoMath.sinpi(f)).isCloseTo((float) Math.sin(Math.PI * x), close);
            assertThat(TornadoMath.cospi(f)).isCloseTo((float) Math.cos(Math.PI * x), close);
            assertThat(TornadoMath.pow(f, 3)).isCloseTo((float) Math.pow(x, 3), close);
            assertThat(TornadoMath.atan2(f, 2)).isCloseTo((float) Math.atan2(x, 2), close);
            assertThat(Math.sinh(TornadoMath.asinh(x))).isCloseTo(x, offset(1e-12));
            assertThat(Math.cosh(TornadoMath.acosh(1 + x))).isCloseTo(1 + x, offset(1e-12));
            assertThat(TornadoMath.asin(TornadoMath.sin(x))).isCloseTo(x, offset(1e-12));
            assertThat(TornadoMath.acos(TornadoMath.cos(x))).isCloseTo(x, offset(1e-12));
            assertThat(TornadoMath.atan(TornadoMath.tan(x))).isCloseTo(x, offset(1e-12));
        }
        assertThat(TornadoMath.log2(8f)).isCloseTo(3f, offset(1e-6f));
        assertThat(TornadoMath.log2(1024.0)).isCloseTo(10, offset(1e-12));
        assertThat(TornadoMath.toRadians(180f)).isEqualTo(TornadoMath.floatPI());
        assertThat(TornadoMath.PI()).isEqualTo(Math.PI);
        assertThat(TornadoMath.signum(-3f)).isEqualTo(-1);
    }

    @Test
    void roundsAndLimits() {
        assertThat(TornadoMath.floor(-1.5f)).isEqualTo(-2);
        assertThat(TornadoMath.ceil(-1.5f)).isEqualTo(-1);
        assertThat(TornadoMath.fract(-1.25f)).isEqualTo(0.75f);
        assertThat(TornadoMath.clamp(5, 1, 3)).isEqualTo(3);
        assertThat(TornadoMath.clamp(-5.0, 1, 3)).isEqualTo(1);
        assertThat(TornadoMath.clamp((byte) 2, (byte) 1, (byte) 3)).isEqualTo((byte) 2);
        assertThat(TornadoMath.abs((short) -4)).isEqualTo((short) 4);
        assertThat(TornadoMath.min(2L, 3L)).isEqualTo(2);
        assertThat(TornadoMath.max(new HalfFloat(2f), new HalfFloat(3f)).getFloat32())
                .isEqualTo(3);
    }

    @Test
    void comparesBits() {
        assertThat(TornadoMath.isEqual(new float[] {0f}, new float[] {-0f})).isFalse();
        assertThat(TornadoMath.isEqual(new double[] {Double.NaN}, new double[] {Double.NaN}))
                .isTrue();
        assertThat(TornadoMath.isEqual(new int[] {1, 2}, new int[] {1})).isFalse();
        assertThat(TornadoMath.isEqual(FloatArray.fromElements(1, 2), FloatArray.fromElements(1, 2)))
                .isTrue();
        assertThat(TornadoMath.isEqual(IntArray.fromElements(1), IntArray.fromElements(2)))
                .isFalse();
        assertThat(TornadoMath.isEqualTol(new float[] {1}, new float[] {1.1f}, 0.2f))
                .isTrue();
        assertThat(TornadoMath.isEqualTol(new float[] {1}, new float[] {1.3f}, 0.2f))
                .isFalse();
    }

    @Test
    void measuresInUnitsOfTheLastPlace() {
        float next = Math.nextUp(1f);
        assertThat(TornadoMath.findULPDistance(new float[] {next, 2}, new float[] {1, 2}))
                .isEqualTo(1);
        assertThat(TornadoMath.isEqualULP(new float[] {next}, new float[] {1}, 2))
                .isTrue();
        assertThat(TornadoMath.isEqualULP(new float[] {Math.nextUp(next)}, new float[] {1}, 2))
                .isFalse();
    }

    @Test
    void vectorsByComponent() {
        assertThat(TornadoMath.cos(new Float4(0, 0, 0, 0)).toArray()).containsOnly(1);
        assertThat(TornadoMath.sin(new Float4(0, 1, 0, 0)).getY()).isEqualTo((float) Math.sin(1));
    }
}
