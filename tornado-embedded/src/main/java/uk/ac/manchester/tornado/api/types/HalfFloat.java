package uk.ac.manchester.tornado.api.types;

/** A 16-bit floating-point number (IEEE 754 binary16). */
public class HalfFloat {

    private final short bits;

    /** The nearest number. */
    public HalfFloat(float halfFloat) {
        bits = Float.floatToFloat16(halfFloat);
    }

    /** The number with these bits. */
    public HalfFloat(short halfFloat) {
        bits = halfFloat;
    }

    /** Sum, rounded to 16 bits. */
    public static HalfFloat add(HalfFloat a, HalfFloat b) {
        return new HalfFloat(a.getFloat32() + b.getFloat32());
    }

    /** Difference, rounded to 16 bits. */
    public static HalfFloat sub(HalfFloat a, HalfFloat b) {
        return new HalfFloat(a.getFloat32() - b.getFloat32());
    }

    /** Product, rounded to 16 bits. */
    public static HalfFloat mult(HalfFloat a, HalfFloat b) {
        return new HalfFloat(a.getFloat32() * b.getFloat32());
    }

    /** Quotient, rounded to 16 bits. */
    public static HalfFloat div(HalfFloat a, HalfFloat b) {
        return new HalfFloat(a.getFloat32() / b.getFloat32());
    }

    /** The bits. */
    public short getHalfFloatValue() {
        return bits;
    }

    /** The number as a float, exactly. */
    public float getFloat32() {
        return Float.float16ToFloat(bits);
    }

    @Override
    public String toString() {
        return String.format("HalfFloat: %.4f", getFloat32());
    }
}
