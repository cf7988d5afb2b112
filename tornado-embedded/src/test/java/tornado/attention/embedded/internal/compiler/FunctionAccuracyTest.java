package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import tornado.attention.embedded.internal.compiler.runtime.Heat;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Functions in lanes against {@code Math} in double precision: at most 2 units in the last place over all magnitudes. */
class FunctionAccuracyTest {
    private static final int SAMPLES = 200_000;

    @SuppressWarnings("FloatingPointLiteralPrecision") // to the last digit
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        -Float.MIN_VALUE,
        88.7f,
        88.72284f,
        89f,
        200f,
        -87.4f,
        -95f,
        -103.9f,
        -104f,
        -300f,
        0.5f,
        1.5f,
        -2.5f,
        8388609f,
        -8388609f,
        0.625f,
        -0.625f,
        0.70710678f,
        1e-30f,
        3.1415927f,
        1.5707964f
    };

    static Stream<Arguments> functions() {
        return Stream.of(
                of("exp", FunctionKernels::exp, Math::exp, 1000),
                of("exp of Math", FunctionKernels::expOfMath, Math::exp, 1000),
                of("log", FunctionKernels::log, Math::log, Float.MAX_VALUE),
                of("tanh", FunctionKernels::tanh, Math::tanh, 1000),
                of("sin", FunctionKernels::sin, Math::sin, Float.MAX_VALUE),
                of("cos", FunctionKernels::cos, Math::cos, Float.MAX_VALUE),
                of("sqrt", FunctionKernels::sqrt, Math::sqrt, Float.MAX_VALUE),
                of("floor", FunctionKernels::floor, Math::floor, Float.MAX_VALUE),
                of("ceil", FunctionKernels::ceil, Math::ceil, Float.MAX_VALUE));
    }

    private static Arguments of(
            String name, Task2<FloatArray, FloatArray> kernel, DoubleUnaryOperator exact, float largest) {
        return Arguments.of(name, kernel, exact, largest);
    }

    /** Random signs, exponents and mantissas up to a largest magnitude. */
    private static FloatArray samples(float largest) {
        var random = new Random(7);
        var x = new FloatArray(SAMPLES);
        for (int i = 0; i < SAMPLES; i++) {
            float v = i % 2 == 0
                    ? Float.intBitsToFloat(random.nextInt())
                    : (random.nextFloat() * 2 - 1) * Math.min(largest, 100);
            x.set(i, Math.abs(v) <= largest ? v : random.nextFloat() * 4 - 2);
        }
        for (int i = 0; i < SPECIAL.length; i++) {
            if (!(Math.abs(SPECIAL[i]) > largest)) {
                x.set(i, SPECIAL[i]);
            }
        }
        return x;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void withinTwoUnits(String name, Task2<FloatArray, FloatArray> kernel, DoubleUnaryOperator exact, float largest) {
        var x = samples(largest);
        var y = new FloatArray(SAMPLES);
        Object[] args = {x, y};
        for (var lanes : new LaneOptions[] {
            LaneOptions.AUTO.with(Heat.Start.LANES), LaneOptions.AUTO.with(Heat.Start.SCALAR), new LaneOptions(128)
        }) {
            assertThat(Engine.compile(kernel, args, lanes).explain()).contains("lanes over the parallel loop");
            Engine.run(kernel, args, lanes, 1);
            for (int i = 0; i < SAMPLES; i++) {
                double expected = exact.applyAsDouble(x.get(i));
                assertThat(units(y.get(i), expected))
                        .as("%s(%s) is %s, should be %s", name, x.get(i), y.get(i), expected)
                        .isLessThanOrEqualTo(2);
            }
        }
    }

    private static double units(float actual, double expected) {
        float rounded = (float) expected;
        if (Float.isNaN(rounded) || Float.isInfinite(rounded) || rounded == 0 || Float.isInfinite(actual)) {
            boolean same = Float.compare(actual, rounded) == 0
                    || Float.isInfinite(rounded) && Math.abs(actual) == Float.MAX_VALUE
                    || rounded == 0 && Math.abs(actual) <= 2 * Float.MIN_VALUE;
            return same ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(actual - expected) / Math.ulp(rounded);
    }

    /** Of not-a-number and both zeros a choice gives what Java gives. */
    @Test
    void positivePartsBitForBit() {
        var x = samples(Float.MAX_VALUE);
        var expected = new FloatArray(SAMPLES);
        FunctionKernels.positiveParts(x, expected);
        Task2<FloatArray, FloatArray> kernel = FunctionKernels::positiveParts;
        for (var start : Heat.Start.values()) {
            var y = new FloatArray(SAMPLES);
            Engine.run(kernel, new Object[] {x, y}, LaneOptions.AUTO.with(start), 1);
            for (int i = 0; i < SAMPLES; i++) {
                assertThat(Float.floatToRawIntBits(y.get(i)))
                        .as("%s, number %d of %s", start, i % 4, x.get(i / 4))
                        .isEqualTo(Float.floatToRawIntBits(expected.get(i)));
            }
        }
    }

    /** Angles of any size in a loop whose turns run in lanes. */
    @Test
    void largeAnglesInSerialLoops() {
        int columns = 203;
        var x = samples(Float.MAX_VALUE);
        var y = new FloatArray(5);
        Object[] args = {x, y, columns};
        Task3<FloatArray, FloatArray, Integer> kernel = FunctionKernels::largestSineOfRows;
        assertThat(Engine.compile(kernel, args, LaneOptions.AUTO).explain()).contains("lanes over 1 serial loop");
        Engine.run(kernel, args, LaneOptions.AUTO, 1);
        for (int r = 0; r < 5; r++) {
            double expected = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < columns; j++) {
                double angle = x.get(r * columns + j);
                expected = Math.max(expected, Float.isFinite((float) angle) ? Math.sin(angle) : -1);
            }
            assertThat(units(y.get(r), expected)).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void powers() {
        var random = new Random(3);
        var x = new FloatArray(SAMPLES);
        var e = new FloatArray(SAMPLES);
        for (int i = 0; i < SAMPLES; i++) {
            boolean any = i % 2 == 0;
            x.set(i, any ? Float.intBitsToFloat(random.nextInt() & 0x7fff_ffff) : random.nextFloat() * 10);
            e.set(i, any ? random.nextFloat() * 4 - 2 : random.nextFloat() * 60 - 30);
            if (i % 7 == 0) {
                x.set(i, -x.get(i));
                e.set(i, random.nextInt(41) - 20);
            }
        }
        int next = 0;
        float[] exponents = {0f, -0f, 1f, -1f, 2f, 3f, -3f, 0.5f, -0.5f, 1e10f, -1e10f, Float.NaN, 1f / 0, -1f / 0};
        for (float special : SPECIAL) {
            for (float exponent : exponents) {
                x.set(next, special);
                e.set(next++, exponent);
            }
        }
        var y = new FloatArray(SAMPLES);
        Task3<FloatArray, FloatArray, FloatArray> pow = FunctionKernels::pow;
        Object[] args = {x, e, y};
        assertThat(Engine.compile(pow, args, LaneOptions.AUTO.with(Heat.Start.LANES))
                        .explain())
                .contains("lanes over the parallel loop");
        Engine.run(pow, args, LaneOptions.AUTO.with(Heat.Start.LANES), 1);
        for (int i = 0; i < SAMPLES; i++) {
            double expected = Math.pow(x.get(i), e.get(i));
            assertThat(units(y.get(i), expected))
                    .as("pow(%s, %s) is %s, should be %s", x.get(i), e.get(i), y.get(i), expected)
                    .isLessThanOrEqualTo(2);
        }
    }
}
