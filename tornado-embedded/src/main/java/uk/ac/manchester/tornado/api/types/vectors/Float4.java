package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;

/** A vector of 4 floats; on the device one register, here a small object. */
public final class Float4 implements TornadoVectorsInterface<FloatBuffer> {

    /** This class, as kernels on devices name it. */
    public static final Class<Float4> TYPE = Float4.class;

    private static final int SIZE = 4;
    private static final long serialVersionUID = 1L;

    private final float[] storage = new float[SIZE];

    /** A vector of zeros. */
    public Float4() {}

    /** A vector of the given components. */
    public Float4(float x, float y, float z, float w) {
        storage[0] = x;
        storage[1] = y;
        storage[2] = z;
        storage[3] = w;
    }

    /** Sum, component by component. */
    public static Float4 add(Float4 a, Float4 b) {
        return new Float4(a.getX() + b.getX(), a.getY() + b.getY(), a.getZ() + b.getZ(), a.getW() + b.getW());
    }

    /** Difference, component by component. */
    public static Float4 sub(Float4 a, Float4 b) {
        return new Float4(a.getX() - b.getX(), a.getY() - b.getY(), a.getZ() - b.getZ(), a.getW() - b.getW());
    }

    /** Quotient, component by component. */
    public static Float4 div(Float4 a, Float4 b) {
        return new Float4(a.getX() / b.getX(), a.getY() / b.getY(), a.getZ() / b.getZ(), a.getW() / b.getW());
    }

    /** Product, component by component. */
    public static Float4 mult(Float4 a, Float4 b) {
        return new Float4(a.getX() * b.getX(), a.getY() * b.getY(), a.getZ() * b.getZ(), a.getW() * b.getW());
    }

    /** Smaller of each pair of components. */
    public static Float4 min(Float4 a, Float4 b) {
        return new Float4(
                Math.min(a.getX(), b.getX()),
                Math.min(a.getY(), b.getY()),
                Math.min(a.getZ(), b.getZ()),
                Math.min(a.getW(), b.getW()));
    }

    /** Larger of each pair of components. */
    public static Float4 max(Float4 a, Float4 b) {
        return new Float4(
                Math.max(a.getX(), b.getX()),
                Math.max(a.getY(), b.getY()),
                Math.max(a.getZ(), b.getZ()),
                Math.max(a.getW(), b.getW()));
    }

    /** Each component plus {@code b}. */
    public static Float4 add(Float4 a, float b) {
        return new Float4(a.getX() + b, a.getY() + b, a.getZ() + b, a.getW() + b);
    }

    /** Each component minus {@code b}. */
    public static Float4 sub(Float4 a, float b) {
        return new Float4(a.getX() - b, a.getY() - b, a.getZ() - b, a.getW() - b);
    }

    /** Each component times {@code b}. */
    public static Float4 mult(Float4 a, float b) {
        return new Float4(a.getX() * b, a.getY() * b, a.getZ() * b, a.getW() * b);
    }

    /** Each component divided by {@code b}. */
    public static Float4 div(Float4 a, float b) {
        return new Float4(a.getX() / b, a.getY() / b, a.getZ() / b, a.getW() / b);
    }

    /** Each component plus {@code value}. */
    public static Float4 inc(Float4 a, float value) {
        return add(a, value);
    }

    /** Each component minus {@code value}. */
    public static Float4 dec(Float4 a, float value) {
        return sub(a, value);
    }

    /** Each component divided by {@code value}, by multiplying with its inverse. */
    public static Float4 scaleByInverse(Float4 a, float value) {
        return mult(a, 1.0f / value);
    }

    /** Each component times {@code value}. */
    public static Float4 scale(Float4 a, float value) {
        return mult(a, value);
    }

    /** Sum of the components. */
    public static float sum(Float4 a) {
        return a.getX() + a.getY() + a.getZ() + a.getW();
    }

    /** Square root of each component. */
    public static Float4 sqrt(Float4 a) {
        return new Float4(
                TornadoMath.sqrt(a.getX()),
                TornadoMath.sqrt(a.getY()),
                TornadoMath.sqrt(a.getZ()),
                TornadoMath.sqrt(a.getW()));
    }

    /** Each component rounded down. */
    public static Float4 floor(Float4 a) {
        return new Float4(
                TornadoMath.floor(a.getX()),
                TornadoMath.floor(a.getY()),
                TornadoMath.floor(a.getZ()),
                TornadoMath.floor(a.getW()));
    }

    /** Fraction of each component. */
    public static Float4 fract(Float4 a) {
        return new Float4(
                TornadoMath.fract(a.getX()),
                TornadoMath.fract(a.getY()),
                TornadoMath.fract(a.getZ()),
                TornadoMath.fract(a.getW()));
    }

    /** Each component limited to a range. */
    public static Float4 clamp(Float4 x, float min, float max) {
        return new Float4(
                TornadoMath.clamp(x.getX(), min, max),
                TornadoMath.clamp(x.getY(), min, max),
                TornadoMath.clamp(x.getZ(), min, max),
                TornadoMath.clamp(x.getW(), min, max));
    }

    /** The vector divided by its length. */
    public static Float4 normalise(Float4 value) {
        return scaleByInverse(value, length(value));
    }

    /** Smallest component. */
    public static float min(Float4 value) {
        return Math.min(value.getX(), Math.min(value.getY(), Math.min(value.getZ(), value.getW())));
    }

    /** Largest component. */
    public static float max(Float4 value) {
        return Math.max(value.getX(), Math.max(value.getY(), Math.max(value.getZ(), value.getW())));
    }

    /** Dot product. */
    public static float dot(Float4 a, Float4 b) {
        return a.getX() * b.getX() + a.getY() * b.getY() + a.getZ() * b.getZ() + a.getW() * b.getW();
    }

    /** Euclidean length. */
    public static float length(Float4 value) {
        return TornadoMath.sqrt(dot(value, value));
    }

    /** Whether all components have equal bits. */
    public static boolean isEqual(Float4 a, Float4 b) {
        return TornadoMath.isEqual(a.storage, b.storage);
    }

    /** Largest difference of two components, in units in the last place. */
    public static float findULPDistance(Float4 value, Float4 expected) {
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
    public void set(Float4 value) {
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

    /** Component 3. */
    public float getW() {
        return storage[3];
    }

    /** Sets component 3. */
    public void setW(float value) {
        storage[3] = value;
    }

    /** A copy. */
    public Float4 duplicate() {
        return new Float4(getX(), getY(), getZ(), getW());
    }

    /** The components through a format with one specifier each. */
    public String toString(String fmt) {
        return String.format(fmt, getX(), getY(), getZ(), getW());
    }

    @Override
    public String toString() {
        return toString(FloatOps.FMT_4);
    }

    /** The first two components. */
    public Float2 asFloat2() {
        return new Float2(getX(), getY());
    }

    /** The first three components. */
    public Float3 asFloat3() {
        return new Float3(getX(), getY(), getZ());
    }

    /** The first two components. */
    public Float2 getLow() {
        return asFloat2();
    }

    /** The last two components. */
    public Float2 getHigh() {
        return new Float2(getZ(), getW());
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

    /** Sets every component. */
    public void fill(float value) {
        Arrays.fill(storage, value);
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
