package tornado.attention.embedded.internal.compiler.lift;

import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.add;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.bits;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.f;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.fma;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.mul;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.ofBits;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.select;
import static tornado.attention.embedded.internal.compiler.lift.FloatFunctions.sub;

import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition.And;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Expr.Select;
import tornado.attention.embedded.internal.compiler.ir.Simplifier;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;

/**
 * A float to the power of a float: the exponential function of the exponent times the logarithm. An error of the
 * logarithm is multiplied by up to 100, so it is computed as the sum of two floats.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the root of 2
final class PowerFunction {
    /** Beyond this the result is 0 or infinite. */
    private static final float LARGEST_LOGARITHM = 110f;

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private final FloatFunctions m;

    PowerFunction(FloatFunctions functions) {
        this.m = functions;
    }

    Expr power(Expr base, Expr exponent) {
        var magnitude = m.keep(Simplifier.unary(UnaryOp.ABS, base));
        var small = new Compare(Relation.LT, magnitude, f(Float.MIN_NORMAL));
        var bits = m.keep(bits(m.keep(new Select(small, mul(magnitude, f(FloatFunctions.ALL_INTEGER)), magnitude))));
        // magnitude = mantissa * 2^e with the mantissa between the roots of 1/2 and 2
        var raw = m.keep(ofBits(or(and(bits, 0x007f_ffff), Const.of(0x3f80_0000))));
        var high = new Compare(Relation.GT, raw, f(1.41421356f));
        var mantissa = m.keep(new Select(high, mul(raw, f(0.5f)), raw));
        var e = m.keep(Simplifier.unary(
                UnaryOp.I2F,
                m.keep(add(
                        sub(
                                Simplifier.binary(BinaryOp.USHR, bits, Const.of(23)),
                                new Select(small, Const.of(127 + 23), Const.of(127))),
                        new Select(high, Const.of(1), Const.of(0))))));
        // log(mantissa) = 2 artanh(s), s = (mantissa - 1) / (mantissa + 1); s and its rounding error
        var above = m.keep(sub(mantissa, f(1f)));
        var below = m.keep(add(mantissa, f(1f)));
        var lost = m.keep(sub(mantissa, sub(below, f(1f))));
        var s = m.keep(Simplifier.binary(BinaryOp.DIV, above, below));
        var negative = Simplifier.unary(UnaryOp.NEG, s);
        var error = m.keep(Simplifier.binary(BinaryOp.DIV, fma(negative, lost, fma(negative, below, above)), below));
        var z = m.keep(mul(s, s));
        var series = m.polynomial(z, 2f / 11, 2f / 9, 2f / 7, 2f / 5, 2f / 3);
        var tail = m.keep(fma(mul(z, s), series, add(error, error)));
        // e * ln 2 + 2 s + tail, as large + little
        var steps = m.keep(mul(e, f(FloatFunctions.LN2_HIGH)));
        var twice = m.keep(add(s, s));
        var large = m.keep(add(steps, twice));
        var back = m.keep(sub(large, steps));
        var rounding = add(sub(steps, sub(large, back)), sub(twice, back));
        var little = m.keep(add(fma(e, f(FloatFunctions.LN2_LOW), tail), rounding));
        return finish(base, exponent, magnitude, times(exponent, large, little));
    }

    /** The exponential function of the product of the exponent and the logarithm. */
    private Expr times(Expr exponent, Expr large, Expr little) {
        var product = m.keep(mul(exponent, large));
        var rest = m.keep(fma(exponent, little, fma(exponent, large, Simplifier.unary(UnaryOp.NEG, product))));
        var tooLarge = new Compare(Relation.GT, product, f(LARGEST_LOGARITHM));
        var tooSmall = new Compare(Relation.LT, product, f(-LARGEST_LOGARITHM));
        var limited = m.keep(new Select(
                tooLarge, f(LARGEST_LOGARITHM), m.keep(new Select(tooSmall, f(-LARGEST_LOGARITHM), product))));
        // Where the product was limited the rest has no meaning, and may be NaN.
        var kept = m.keep(select(Relation.EQ, limited, product, rest, f(0f)));
        return m.exp(limited, kept);
    }

    /** Zero, infinity and negative bases, as {@code Math.pow} has them. */
    private Expr finish(Expr base, Expr exponent, Expr magnitude, Expr positive) {
        var rises = new Compare(Relation.GT, exponent, f(0f));
        var r = m.keep(select(Relation.EQ, magnitude, f(0f), m.keep(new Select(rises, f(0f), f(INFINITY))), positive));
        r = m.keep(select(Relation.EQ, magnitude, f(INFINITY), m.keep(new Select(rises, f(INFINITY), f(0f))), r));
        var whole = m.keep(m.rounded(exponent));
        var half = m.keep(mul(exponent, f(0.5f)));
        var isWhole = new Compare(Relation.EQ, whole, exponent);
        var isOdd = new And(isWhole, new Compare(Relation.NE, m.keep(m.rounded(half)), half));
        var signed = ofBits(Simplifier.binary(BinaryOp.XOR, bits(r), and(bits(base), FloatFunctions.SIGN)));
        r = m.keep(new Select(isOdd, m.keep(signed), r));
        var negative = new And(new Compare(Relation.LT, base, f(0f)), new Compare(Relation.LT, magnitude, f(INFINITY)));
        r = m.keep(new Select(new And(negative, new Compare(Relation.NE, whole, exponent)), f(Float.NaN), r));
        var ofOne = new And(
                new Compare(Relation.EQ, magnitude, f(1f)),
                new Compare(Relation.EQ, Simplifier.unary(UnaryOp.ABS, exponent), f(INFINITY)));
        r = m.keep(new Select(ofOne, f(Float.NaN), r));
        r = m.keep(select(Relation.EQ, exponent, exponent, r, f(Float.NaN)));
        r = m.keep(select(Relation.EQ, base, base, r, f(Float.NaN)));
        return m.keep(select(Relation.EQ, exponent, f(0f), f(1f), r));
    }

    private static Expr and(Expr x, int mask) {
        return Simplifier.binary(BinaryOp.AND, x, Const.of(mask));
    }

    private static Expr or(Expr x, Expr y) {
        return Simplifier.binary(BinaryOp.OR, x, y);
    }
}
