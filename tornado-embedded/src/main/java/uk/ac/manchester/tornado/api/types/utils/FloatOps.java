package uk.ac.manchester.tornado.api.types.utils;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Comparing and printing floats. */
public class FloatOps {

    /** Two floats closer than this are equal to {@link #compare(float, float)}. */
    public static final float EPSILON = 1e-7f;

    /** Format of one number. */
    public static final String FMT = "%.3f";

    /** Format of two numbers. */
    public static final String FMT_2 = "{%.3f,%.3f}";

    /** Format of three numbers. */
    public static final String FMT_3 = "{%.3f,%.3f,%.3f}";

    /** Format of four numbers. */
    public static final String FMT_4 = "{%.3f,%.3f,%.3f,%.3f}";

    /** Only static methods here; TornadoVM's class can be instantiated, so this one can. */
    public FloatOps() {}

    /** Whether two floats have equal bits. */
    public static boolean compareBits(float a, float b) {
        return Float.floatToRawIntBits(a) == Float.floatToRawIntBits(b);
    }

    /** Whether a value lies closer to the expected one than so many units in the last place. */
    public static boolean compareULP(float value, float expected, float ulps) {
        return value == expected || Math.abs(value - expected) < ulps * Math.ulp(expected);
    }

    /** Largest difference of two elements, in units in the last place. */
    public static float findMaxULP(FloatArray value, FloatArray expected) {
        float result = 0;
        for (int i = 0; i < value.getSize(); i++) {
            result = Math.max(result, findMaxULP(value.get(i), expected.get(i)));
        }
        return result;
    }

    /** Difference in units in the last place of the expected value. */
    public static float findMaxULP(float value, float expected) {
        return value == expected ? 0 : Math.abs(value - expected) / Math.ulp(expected);
    }

    /** Whether two floats differ by at most {@link #EPSILON}. */
    public static boolean compare(float a, float b) {
        return compare(a, b, EPSILON);
    }

    /** Whether two floats differ by at most {@code tol}. */
    public static boolean compare(float a, float b, float tol) {
        return Math.abs(a - b) <= tol;
    }

    /** Square. */
    public static float sq(float value) {
        return value * value;
    }
}
