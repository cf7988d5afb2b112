package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;

/** A vector of 2 floats; on the device one register, here a small object. */
public final class Float2 implements TornadoVectorsInterface<FloatBuffer> {

    /** This class, as kernels on devices name it. */
    public static final Class<Float2> TYPE = Float2.class;

    private static final int SIZE = 2;
    private static final long serialVersionUID = 1L;

    private final float[] storage = new float[SIZE];

    /** A vector of zeros. */
    public Float2() {}

    /** A vector of the given components. */
    public Float2(float x, float y) {
        storage[0] = x;
        storage[1] = y;
    }

    /** Sum, component by component. */
    public static Float2 add(Float2 a, Float2 b) {
        return new Float2(a.getX() + b.getX(), a.getY() + b.getY());
    }

    /** Difference, component by component. */
    public static Float2 sub(Float2 a, Float2 b) {
        return new Float2(a.getX() - b.getX(), a.getY() - b.getY());
    }

    /** Quotient, component by component. */
    public static Float2 div(Float2 a, Float2 b) {
        return new Float2(a.getX() / b.getX(), a.getY() / b.getY());
    }

    /** Product, component by component. */
    public static Float2 mult(Float2 a, Float2 b) {
        return new Float2(a.getX() * b.getX(), a.getY() * b.getY());
    }

    /** Smaller of each pair of components. */
    public static Float2 min(Float2 a, Float2 b) {
        return new Float2(Math.min(a.getX(), b.getX()), Math.min(a.getY(), b.getY()));
    }

    /** Larger of each pair of components. */
    public static Float2 max(Float2 a, Float2 b) {
        return new Float2(Math.max(a.getX(), b.getX()), Math.max(a.getY(), b.getY()));
    }

    /** Each component plus {@code b}. */
    public static Float2 add(Float2 a, float b) {
        return new Float2(a.getX() + b, a.getY() + b);
    }

    /** Each component minus {@code b}. */
    public static Float2 sub(Float2 a, float b) {
        return new Float2(a.getX() - b, a.getY() - b);
    }

    /** Each component times {@code b}. */
    public static Float2 mult(Float2 a, float b) {
        return new Float2(a.getX() * b, a.getY() * b);
    }

    /** Each component divided by {@code b}. */
    public static Float2 div(Float2 a, float b) {
        return new Float2(a.getX() / b, a.getY() / b);
    }

    /** Each component plus {@code value}. */
    public static Float2 inc(Float2 a, float value) {
        return add(a, value);
    }

    /** Each component minus {@code value}. */
    public static Float2 dec(Float2 a, float value) {
        return sub(a, value);
    }

    /** Each component divided by {@code value}, by multiplying with its inverse. */
    public static Float2 scaleByInverse(Float2 a, float value) {
        return mult(a, 1.0f / value);
    }

    /** Each component times {@code value}. */
    public static Float2 scale(Float2 a, float value) {
        return mult(a, value);
    }

    /** Square root of each component. */
    public static Float2 sqrt(Float2 a) {
        return new Float2(TornadoMath.sqrt(a.getX()), TornadoMath.sqrt(a.getY()));
    }

    /** Each component rounded down. */
    public static Float2 floor(Float2 a) {
        return new Float2(TornadoMath.floor(a.getX()), TornadoMath.floor(a.getY()));
    }

    /** Fraction of each component. */
    public static Float2 fract(Float2 a) {
        return new Float2(TornadoMath.fract(a.getX()), TornadoMath.fract(a.getY()));
    }

    /** The vector divided by its length. */
    public static Float2 normalise(Float2 value) {
        return scaleByInverse(value, length(value));
    }

    /** Smallest component. */
    public static float min(Float2 value) {
        return Math.min(value.getX(), value.getY());
    }

    /** Largest component. */
    public static float max(Float2 value) {
        return Math.max(value.getX(), value.getY());
    }

    /** Dot product. */
    public static float dot(Float2 a, Float2 b) {
        return a.getX() * b.getX() + a.getY() * b.getY();
    }

    /** Euclidean length. */
    public static float length(Float2 value) {
        return TornadoMath.sqrt(dot(value, value));
    }

    /** Whether all components have equal bits. */
    public static boolean isEqual(Float2 a, Float2 b) {
        return TornadoMath.isEqual(a.storage, b.storage);
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
    public void set(Float2 value) {
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

    /** A copy. */
    public Float2 duplicate() {
        return new Float2(getX(), getY());
    }

    /** The components through a format with one specifier each. */
    public String toString(String fmt) {
        return String.format(fmt, getX(), getY());
    }

    @Override
    public String toString() {
        return toString(FloatOps.FMT_2);
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
