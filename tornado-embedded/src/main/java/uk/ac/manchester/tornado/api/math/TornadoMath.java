package uk.ac.manchester.tornado.api.math;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;
import uk.ac.manchester.tornado.api.types.vectors.Float2;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** Mathematical functions that kernels may call on every device. */
public class TornadoMath {

    private static final double LN_2 = Math.log(2);

    /** Only static methods here; TornadoVM's class can be instantiated, so this one can. */
    public TornadoMath() {}

    /** Smaller of two numbers. */
    public static float min(float a, float b) {
        return Math.min(a, b);
    }

    /** Smaller of two numbers. */
    public static double min(double a, double b) {
        return Math.min(a, b);
    }

    /** Smaller of two numbers. */
    public static long min(long a, long b) {
        return Math.min(a, b);
    }

    /** Smaller of two numbers. */
    public static int min(int a, int b) {
        return Math.min(a, b);
    }

    /** Smaller of two numbers. */
    public static short min(short a, short b) {
        return (short) Math.min(a, b);
    }

    /** Smaller of two numbers. */
    public static byte min(byte a, byte b) {
        return (byte) Math.min(a, b);
    }

    /** Smaller of two numbers. */
    public static HalfFloat min(HalfFloat a, HalfFloat b) {
        return new HalfFloat(Math.min(a.getFloat32(), b.getFloat32()));
    }

    /** Larger of two numbers. */
    public static float max(float a, float b) {
        return Math.max(a, b);
    }

    /** Larger of two numbers. */
    public static double max(double a, double b) {
        return Math.max(a, b);
    }

    /** Larger of two numbers. */
    public static long max(long a, long b) {
        return Math.max(a, b);
    }

    /** Larger of two numbers. */
    public static int max(int a, int b) {
        return Math.max(a, b);
    }

    /** Larger of two numbers. */
    public static short max(short a, short b) {
        return (short) Math.max(a, b);
    }

    /** Larger of two numbers. */
    public static byte max(byte a, byte b) {
        return (byte) Math.max(a, b);
    }

    /** Larger of two numbers. */
    public static HalfFloat max(HalfFloat a, HalfFloat b) {
        return new HalfFloat(Math.max(a.getFloat32(), b.getFloat32()));
    }

    /** Absolute value. */
    public static float abs(float value) {
        return Math.abs(value);
    }

    /** Absolute value. */
    public static double abs(double value) {
        return Math.abs(value);
    }

    /** Absolute value. */
    public static long abs(long value) {
        return Math.abs(value);
    }

    /** Absolute value. */
    public static int abs(int value) {
        return Math.abs(value);
    }

    /** Absolute value. */
    public static short abs(short value) {
        return (short) Math.abs(value);
    }

    /** Absolute value. */
    public static byte abs(byte value) {
        return (byte) Math.abs(value);
    }

    /** The value limited to a range. */
    public static long clamp(long val, long min, long max) {
        return Math.max(min, Math.min(max, val));
    }

    /** The value limited to a range. */
    public static int clamp(int val, int min, int max) {
        return Math.max(min, Math.min(max, val));
    }

    /** The value limited to a range. */
    public static short clamp(short val, short min, short max) {
        return (short) Math.max(min, Math.min(max, val));
    }

    /** The value limited to a range. */
    public static byte clamp(byte val, byte min, byte max) {
        return (byte) Math.max(min, Math.min(max, val));
    }

    /** The value limited to a range. */
    public static float clamp(float val, float min, float max) {
        return Math.max(min, Math.min(max, val));
    }

    /** The value limited to a range. */
    public static double clamp(double val, double min, double max) {
        return Math.max(min, Math.min(max, val));
    }

    /** Power of e. */
    public static float exp(float value) {
        return (float) Math.exp(value);
    }

    /** Power of e. */
    public static double exp(double value) {
        return Math.exp(value);
    }

    /** Square root. */
    public static float sqrt(float value) {
        return (float) Math.sqrt(value);
    }

    /** Square root. */
    public static double sqrt(double value) {
        return Math.sqrt(value);
    }

    /** Rounded down. */
    public static float floor(float value) {
        return (float) Math.floor(value);
    }

    /** Rounded down. */
    public static double floor(double value) {
        return Math.floor(value);
    }

    /** Rounded up. */
    public static float ceil(float value) {
        return (float) Math.ceil(value);
    }

    /** Rounded up. */
    public static double ceil(double value) {
        return Math.ceil(value);
    }

    /** Natural logarithm. */
    public static float log(float value) {
        return (float) Math.log(value);
    }

    /** Natural logarithm. */
    public static double log(double value) {
        return Math.log(value);
    }

    /** Sine of an angle in radians. */
    public static float sin(float value) {
        return (float) Math.sin(value);
    }

    /** Sine of an angle in radians. */
    public static double sin(double value) {
        return Math.sin(value);
    }

    /** Cosine of an angle in radians. */
    public static float cos(float value) {
        return (float) Math.cos(value);
    }

    /** Cosine of an angle in radians. */
    public static double cos(double value) {
        return Math.cos(value);
    }

    /** Tangent of an angle in radians. */
    public static float tan(float value) {
        return (float) Math.tan(value);
    }

    /** Tangent of an angle in radians. */
    public static double tan(double value) {
        return Math.tan(value);
    }

    /** Arc sine. */
    public static float asin(float value) {
        return (float) Math.asin(value);
    }

    /** Arc sine. */
    public static double asin(double value) {
        return Math.asin(value);
    }

    /** Arc cosine. */
    public static float acos(float value) {
        return (float) Math.acos(value);
    }

    /** Arc cosine. */
    public static double acos(double value) {
        return Math.acos(value);
    }

    /** Arc tangent. */
    public static float atan(float value) {
        return (float) Math.atan(value);
    }

    /** Arc tangent. */
    public static double atan(double value) {
        return Math.atan(value);
    }

    /** Hyperbolic tangent. */
    public static float tanh(float value) {
        return (float) Math.tanh(value);
    }

    /** Hyperbolic tangent. */
    public static double tanh(double value) {
        return Math.tanh(value);
    }

    /** Sign: -1, 0 or 1. */
    public static float signum(float a) {
        return Math.signum(a);
    }

    /** Sign: -1, 0 or 1. */
    public static double signum(double a) {
        return Math.signum(a);
    }

    /** Degrees as radians. */
    public static float toRadians(float angdeg) {
        return (float) Math.toRadians(angdeg);
    }

    /** Degrees as radians. */
    public static double toRadians(double angdeg) {
        return Math.toRadians(angdeg);
    }

    /** Fraction: the value minus the value rounded down. */
    public static float fract(float f) {
        return f - floor(f);
    }

    /** Fraction: the value minus the value rounded down. */
    public static double fract(double f) {
        return f - floor(f);
    }

    /** Logarithm to base 2. */
    public static float log2(float value) {
        return (float) (Math.log(value) / LN_2);
    }

    /** Logarithm to base 2. */
    public static double log2(double value) {
        return Math.log(value) / LN_2;
    }

    /** Inverse hyperbolic sine. */
    public static float asinh(float value) {
        return (float) Math.log(value + Math.sqrt(value * value + 1));
    }

    /** Inverse hyperbolic sine. */
    public static double asinh(double value) {
        return Math.log(value + Math.sqrt(value * value + 1));
    }

    /** Inverse hyperbolic cosine. */
    public static float acosh(float value) {
        return (float) Math.log(value + Math.sqrt(value * value - 1));
    }

    /** Inverse hyperbolic cosine. */
    public static double acosh(double value) {
        return Math.log(value + Math.sqrt(value * value - 1));
    }

    /** Sine of an angle in half turns. */
    public static float sinpi(float value) {
        return (float) Math.sin(value * Math.PI);
    }

    /** Sine of an angle in half turns. */
    public static double sinpi(double value) {
        return Math.sin(value * Math.PI);
    }

    /** Cosine of an angle in half turns. */
    public static float cospi(float value) {
        return (float) Math.cos(value * Math.PI);
    }

    /** Cosine of an angle in half turns. */
    public static double cospi(double value) {
        return Math.cos(value * Math.PI);
    }

    /** A number to a power. */
    public static float pow(float a, float b) {
        return (float) Math.pow(a, b);
    }

    /** A number to a power. */
    public static double pow(double a, double b) {
        return Math.pow(a, b);
    }

    /** Angle of a point with coordinates {@code b} and {@code a}. */
    public static float atan2(float a, float b) {
        return (float) Math.atan2(a, b);
    }

    /** Angle of a point with coordinates {@code b} and {@code a}. */
    public static double atan2(double a, double b) {
        return Math.atan2(a, b);
    }

    /** The circle constant. */
    public static float floatPI() {
        return (float) Math.PI;
    }

    /** The circle constant. */
    public static double PI() {
        return Math.PI;
    }

    /** Cosine of each component. */
    public static Float2 cos(Float2 f) {
        return new Float2(cos(f.getX()), cos(f.getY()));
    }

    /** Sine of each component. */
    public static Float2 sin(Float2 f) {
        return new Float2(sin(f.getX()), sin(f.getY()));
    }

    /** Cosine of each component. */
    public static Float4 cos(Float4 f) {
        return new Float4(cos(f.getX()), cos(f.getY()), cos(f.getZ()), cos(f.getW()));
    }

    /** Sine of each component. */
    public static Float4 sin(Float4 f) {
        return new Float4(sin(f.getX()), sin(f.getY()), sin(f.getZ()), sin(f.getW()));
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(float[] a, float[] b) {
        return MemorySegment.ofArray(a).mismatch(MemorySegment.ofArray(b)) < 0;
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(double[] a, double[] b) {
        return MemorySegment.ofArray(a).mismatch(MemorySegment.ofArray(b)) < 0;
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(int[] a, int[] b) {
        return Arrays.equals(a, b);
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(short[] a, short[] b) {
        return Arrays.equals(a, b);
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(FloatArray a, FloatArray b) {
        return a.getSegment().mismatch(b.getSegment()) < 0;
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(IntArray a, IntArray b) {
        return a.getSegment().mismatch(b.getSegment()) < 0;
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(HalfFloatArray a, HalfFloatArray b) {
        return a.getSegment().mismatch(b.getSegment()) < 0;
    }

    /** Whether two arrays have the same length and bits. */
    public static boolean isEqual(DoubleArray a, DoubleArray b) {
        return a.getSegment().mismatch(b.getSegment()) < 0;
    }

    /** Whether each value lies closer to the expected one than so many units in the last place. */
    public static boolean isEqualULP(float[] value, float[] expected, float numULP) {
        return value.length == expected.length
                && IntStream.range(0, value.length).allMatch(i -> FloatOps.compareULP(value[i], expected[i], numULP));
    }

    /** Whether each pair of elements differs by at most {@code tol}. */
    public static boolean isEqualTol(float[] a, float[] b, float tol) {
        return a.length == b.length && IntStream.range(0, a.length).allMatch(i -> FloatOps.compare(a[i], b[i], tol));
    }

    /** Largest difference of two elements, in units in the last place. */
    public static float findULPDistance(FloatArray value, FloatArray expected) {
        return FloatOps.findMaxULP(value, expected);
    }

    /** Largest difference of two elements, in units in the last place. */
    public static float findULPDistance(float[] value, float[] expected) {
        return findULPDistance(FloatArray.fromArray(value), FloatArray.fromArray(expected));
    }
}
