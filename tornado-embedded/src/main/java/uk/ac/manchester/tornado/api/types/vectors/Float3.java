package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;

/** A vector of 3 floats; on the device one register, here a small object. */
public final class Float3 implements TornadoVectorsInterface<FloatBuffer> {

    /** This class, as kernels on devices name it. */
    public static final Class<Float3> TYPE = Float3.class;

    private static final int SIZE = 3;
    private static final long serialVersionUID = 1L;

    private final float[] storage = new float[SIZE];

    /** A vector of zeros. */
    public Float3() {}

    /** A vector of the given components. */
    public Float3(float x, float y, float z) {
        storage[0] = x;
        storage[1] = y;
        storage[2] = z;
    }

    /** Sum, component by component. */
    public static Float3 add(Float3 a, Float3 b) {
        return new Float3(a.getX() + b.getX(), a.getY() + b.getY(), a.getZ() + b.getZ());
    }

    /** Difference, component by component. */
    public static Float3 sub(Float3 a, Float3 b) {
        return new Float3(a.getX() - b.getX(), a.getY() - b.getY(), a.getZ() - b.getZ());
    }

    /** Quotient, component by component. */
    public static Float3 div(Float3 a, Float3 b) {
        return new Float3(a.getX() / b.getX(), a.getY() / b.getY(), a.getZ() / b.getZ());
    }

    /** Product, component by component. */
    public static Float3 mult(Float3 a, Float3 b) {
        return new Float3(a.getX() * b.getX(), a.getY() * b.getY(), a.getZ() * b.getZ());
    }

    /** Smaller of each pair of components. */
    public static Float3 min(Float3 a, Float3 b) {
        return new Float3(Math.min(a.getX(), b.getX()), Math.min(a.getY(), b.getY()), Math.min(a.getZ(), b.getZ()));
    }

    /** Larger of each pair of components. */
    public static Float3 max(Float3 a, Float3 b) {
        return new Float3(Math.max(a.getX(), b.getX()), Math.max(a.getY(), b.getY()), Math.max(a.getZ(), b.getZ()));
    }

    /** Each component plus {@code b}. */
    public static Float3 add(Float3 a, float b) {
        return new Float3(a.getX() + b, a.getY() + b, a.getZ() + b);
    }

    /** Each component minus {@code b}. */
    public static Float3 sub(Float3 a, float b) {
        return new Float3(a.getX() - b, a.getY() - b, a.getZ() - b);
    }

    /** Each component times {@code b}. */
    public static Float3 mult(Float3 a, float b) {
        return new Float3(a.getX() * b, a.getY() * b, a.getZ() * b);
    }

    /** Each component divided by {@code b}. */
    public static Float3 div(Float3 a, float b) {
        return new Float3(a.getX() / b, a.getY() / b, a.getZ() / b);
    }

    /** Each component plus {@code value}. */
    public static Float3 inc(Float3 a, float value) {
        return add(a, value);
    }

    /** Each component minus {@code value}. */
    public static Float3 dec(Float3 a, float value) {
        return sub(a, value);
    }

    /** Each component divided by {@code value}, by multiplying with its inverse. */
    public static Float3 scaleByInverse(Float3 a, float value) {
        return mult(a, 1.0f / value);
    }

    /** Each component times {@code value}. */
    public static Float3 scale(Float3 a, float value) {
        return mult(a, value);
    }

    /** Cross product. */
    public static Float3 cross(Float3 a, Float3 b) {
        return new Float3(
                a.getY() * b.getZ() - a.getZ() * b.getY(),
                a.getZ() * b.getX() - a.getX() * b.getZ(),
                a.getX() * b.getY() - a.getY() * b.getX());
    }

    /** Square root of each component. */
    public static Float3 sqrt(Float3 a) {
        return new Float3(TornadoMath.sqrt(a.getX()), TornadoMath.sqrt(a.getY()), TornadoMath.sqrt(a.getZ()));
    }

    /** Each component rounded down. */
    public static Float3 floor(Float3 a) {
        return new Float3(TornadoMath.floor(a.getX()), TornadoMath.floor(a.getY()), TornadoMath.floor(a.getZ()));
    }

    /** Fraction of each component. */
    public static Float3 fract(Float3 a) {
        return new Float3(TornadoMath.fract(a.getX()), TornadoMath.fract(a.getY()), TornadoMath.fract(a.getZ()));
    }

    /** Each component limited to a range. */
    public static Float3 clamp(Float3 x, float min, float max) {
        return new Float3(
                TornadoMath.clamp(x.getX(), min, max),
                TornadoMath.clamp(x.getY(), min, max),
                TornadoMath.clamp(x.getZ(), min, max));
    }

    /** The vector divided by its length. */
    public static Float3 normalise(Float3 value) {
        return scaleByInverse(value, length(value));
    }

    /** Smallest component. */
    public static float min(Float3 value) {
        return Math.min(value.getX(), Math.min(value.getY(), value.getZ()));
    }

    /** Largest component. */
    public static float max(Float3 value) {
        return Math.max(value.getX(), Math.max(value.getY(), value.getZ()));
    }

    /** Dot product. */
    public static float dot(Float3 a, Float3 b) {
        return a.getX() * b.getX() + a.getY() * b.getY() + a.getZ() * b.getZ();
    }

    /** Euclidean length. */
    public static float length(Float3 value) {
        return TornadoMath.sqrt(dot(value, value));
    }

    /** Whether all components have equal bits. */
    public static boolean isEqual(Float3 a, Float3 b) {
        return TornadoMath.isEqual(a.storage, b.storage);
    }

    /** Largest difference of two components, in units in the last place. */
    public static float findULPDistance(Float3 value, Float3 expected) {
        return TornadoMath.findULPDistance(value.storage, expected.storage);
    }

    /** A component by its index. */
    public float get(int index) {
        return storage[index];
    }

    /** Sets a component by its index. */
    public void set(int index, float value) {
        storage[index] = value;
    }

    /** The components: the array behind this vector, not a copy. */
    public float[] getArray() {
        return storage;
    }

    /** Copies all components of another vector. */
    public void set(Float3 value) {
        System.arraycopy(value.storage, 0, storage, 0, SIZE);
    }

    /** Component 0. */
    public float getX() {
        return storage[0];
    }

    /** Sets component 0. */
    public void setX(float value) {
        storage[0] = value;
    }

    /** Component 1. */
    public float getY() {
        return storage[1];
    }

    /** Sets component 1. */
    public void setY(float value) {
        storage[1] = value;
    }

    /** Component 2. */
    public float getZ() {
        return storage[2];
    }

    /** Sets component 2. */
    public void setZ(float value) {
        storage[2] = value;
    }

    /** Component 0. */
    public float getS0() {
        return storage[0];
    }

    /** Sets component 0. */
    public void setS0(float value) {
        storage[0] = value;
    }

    /** Component 1. */
    public float getS1() {
        return storage[1];
    }

    /** Sets component 1. */
    public void setS1(float value) {
        storage[1] = value;
    }

    /** Component 2. */
    public float getS2() {
        return storage[2];
    }

    /** Sets component 2. */
    public void setS2(float value) {
        storage[2] = value;
    }

    /** A copy. */
    public Float3 duplicate() {
        return new Float3(getX(), getY(), getZ());
    }

    /** The components through a format with one specifier each. */
    public String toString(String fmt) {
        return String.format(fmt, getX(), getY(), getZ());
    }

    @Override
    public String toString() {
        return toString(FloatOps.FMT_3);
    }

    /** The first two components. */
    public Float2 asFloat2() {
        return new Float2(getX(), getY());
    }

    @Override
    public void loadFromBuffer(FloatBuffer buffer) {
        asBuffer().put(buffer);
    }

    @Override
    public FloatBuffer asBuffer() {
        return FloatBuffer.wrap(storage);
    }

    @Override
    public int size() {
        return SIZE;
    }

    /** The components: the array behind this vector, not a copy. */
    public float[] toArray() {
        return storage;
    }

    @Override
    public long getNumBytes() {
        return (long) SIZE * Float.BYTES;
    }
}
