package tornado.attention.embedded.internal.compiler.lift;

import static java.lang.constant.ConstantDescs.CD_float;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Call;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Expr.Fma;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Expr.Select;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Simplifier;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;
import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * Elementary functions of floats written in sums, products, shifts and selections. The same operations run in lanes and
 * one by one, in the interpreter and compiled, so an element has the same bits wherever it is computed. Errors are at
 * most 2 units in the last place of the result (held by a test over all magnitudes); polynomials are those of the
 * Cephes library by S. Moshier.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as published
public final class FloatFunctions {
    /** Adding it rounds a float to an integer, which then stands in the low bits: 1.5 times 2 to the 23. */
    private static final float ROUNDER = 12_582_912f;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    /** From here on all floats are integers. */
    static final float ALL_INTEGER = 8_388_608f;

    private static final float LOG2_E = 1.442695041f;
    /** The natural logarithm of 2 in two parts, the first with few bits. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;
    /** Bits of the float 1. */
    private static final int ONE = 0x3f80_0000;

    static final int SIGN = 0x8000_0000;

    /** Up to here three parts of half of pi are enough for sine and cosine. */
    private static final float FAST_ANGLES = 100_000f;

    private static final ClassDesc TORNADO_MATH = ClassDesc.of(TornadoMath.class.getName());
    private static final MethodTypeDesc FLOAT_TO_FLOAT = MethodTypeDesc.of(CD_float, CD_float);

    private final LiftContext context;
    private final List<Stmt> out;

    FloatFunctions(LiftContext context, List<Stmt> out) {
        this.context = context;
        this.out = out;
    }

    /** The value of a function, or empty if it has no such form; temporaries are assigned before. */
    Optional<Expr> expand(String name, List<Expr> arguments) {
        var x = keep(arguments.getFirst());
        return Optional.ofNullable(
                switch (name) {
                    case "exp" -> exp(x);
                    case "log" -> log(x);
                    case "tanh" -> tanh(x);
                    case "sin" -> sine(x, 0);
                    case "cos" -> sine(x, 1);
                    case "sqrt" -> Simplifier.unary(UnaryOp.SQRT, x);
                    case "abs" -> Simplifier.unary(UnaryOp.ABS, x);
                    case "floor" -> rounded(x, Relation.GT, -1);
                    case "ceil" -> rounded(x, Relation.LT, 1);
                    case "pow" -> new PowerFunction(this).power(x, keep(arguments.get(1)));
                    default -> null;
                });
    }

    // Short names of operations; formulas below would be hard to read without them.

    Expr keep(Expr value) {
        if (value.isName()) {
            return value;
        }
        Local local = context.fresh(value.kind());
        out.add(new Assign(local, value));
        return new Read(local);
    }

    static Expr f(float value) {
        return Const.of(value);
    }

    static Expr add(Expr a, Expr b) {
        return Simplifier.binary(BinaryOp.ADD, a, b);
    }

    static Expr sub(Expr a, Expr b) {
        return Simplifier.binary(BinaryOp.SUB, a, b);
    }

    static Expr mul(Expr a, Expr b) {
        return Simplifier.binary(BinaryOp.MUL, a, b);
    }

    static Expr fma(Expr a, Expr b, Expr c) {
        return new Fma(a, b, c);
    }

    static Expr bits(Expr x) {
        return Simplifier.unary(UnaryOp.TO_BITS, x);
    }

    static Expr ofBits(Expr x) {
        return Simplifier.unary(UnaryOp.FROM_BITS, x);
    }

    static Expr select(Relation relation, Expr a, Expr b, Expr yes, Expr no) {
        return new Select(new Compare(relation, a, b), yes, no);
    }

    /** A polynomial, highest power first. */
    Expr polynomial(Expr x, float... coefficients) {
        Expr sum = f(coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) {
            sum = fma(sum, x, f(coefficients[i]));
        }
        return keep(sum);
    }

    /** Rounds to the nearest integer; the result still carries {@link #ROUNDER}. */
    private Expr shifted(Expr x, float factor) {
        return keep(fma(x, f(factor), f(ROUNDER)));
    }

    private Expr exp(Expr x) {
        // Outside this range the result is 0 or infinite anyway; NaN stays NaN. Selections are cheaper than min and
        // max,
        // whose rules for NaN and zeros cost several instructions.
        var notLarge = keep(select(Relation.GT, x, f(89f), f(89f), x));
        var limited = keep(select(Relation.LT, notLarge, f(-104.5f), f(-104.5f), notLarge));
        var shifted = shifted(limited, LOG2_E);
        var n = keep(sub(shifted, f(ROUNDER)));
        var r = keep(fma(n, f(-LN2_HIGH), limited));
        return scale(expOfSmall(keep(fma(n, f(-LN2_LOW), r))), keep(bits(shifted)));
    }

    /** The exponential function of a sum of a large and a small part. */
    Expr exp(Expr large, Expr small) {
        var shifted = shifted(large, LOG2_E);
        var n = keep(sub(shifted, f(ROUNDER)));
        var r = keep(fma(n, f(-LN2_HIGH), large));
        return scale(expOfSmall(keep(add(fma(n, f(-LN2_LOW), r), small))), keep(bits(shifted)));
    }

    Expr rounded(Expr x) {
        return rounded(x, Relation.GT, -1);
    }

    /** The exponential function between minus and plus half the logarithm of 2. */
    private Expr expOfSmall(Expr r) {
        var p = polynomial(
                r,
                1.9875691500e-4f,
                1.3981999507e-3f,
                8.3334519073e-3f,
                4.1665795894e-2f,
                1.6666665459e-1f,
                5.0000001201e-1f);
        return keep(add(fma(p, keep(mul(r, r)), r), f(1f)));
    }

    /**
     * Times a power of two, in two steps so that results may be subnormal or infinite. The exponent stands in the low
     * bits of a float that carries {@link #ROUNDER}, whose own bits vanish in the shifts.
     */
    private Expr scale(Expr p, Expr exponent) {
        var half = keep(shiftLeft(Simplifier.binary(BinaryOp.SHR, exponent, Const.of(1)), 23));
        var rest = sub(shiftLeft(exponent, 23), half);
        return keep(mul(mul(p, ofBits(add(half, Const.of(ONE)))), ofBits(add(rest, Const.of(ONE)))));
    }

    private static Expr shiftLeft(Expr x, int distance) {
        return Simplifier.binary(BinaryOp.SHL, x, Const.of(distance));
    }

    private Expr log(Expr x) {
        var small = new Compare(Relation.LT, x, f(Float.MIN_NORMAL));
        var normal = keep(new Select(small, mul(x, f(ALL_INTEGER)), x));
        var bits = keep(bits(normal));
        var exponent = sub(
                Simplifier.binary(BinaryOp.USHR, bits, Const.of(23)),
                new Select(small, Const.of(126 + 23), Const.of(126)));
        var mantissa = keep(ofBits(Simplifier.binary(
                BinaryOp.OR, Simplifier.binary(BinaryOp.AND, bits, Const.of(0x007f_ffff)), Const.of(0x3f00_0000))));
        var low = new Compare(Relation.LT, mantissa, f(0.707106781f));
        var e = keep(Simplifier.unary(UnaryOp.I2F, keep(sub(exponent, new Select(low, Const.of(1), Const.of(0))))));
        var m = keep(sub(new Select(low, add(mantissa, mantissa), mantissa), f(1f)));
        var z = keep(mul(m, m));
        var p = polynomial(
                m,
                7.0376836292e-2f,
                -1.1514610310e-1f,
                1.1676998740e-1f,
                -1.2420140846e-1f,
                1.4249322787e-1f,
                -1.6668057665e-1f,
                2.0000714765e-1f,
                -2.4999993993e-1f,
                3.3333331174e-1f);
        var y = keep(fma(e, f(LN2_LOW), mul(mul(p, m), z)));
        var small2 = keep(fma(z, f(-0.5f), y));
        var result = keep(fma(e, f(LN2_HIGH), add(m, small2)));
        // Zero, negative numbers, infinity and NaN.
        var special = select(
                Relation.EQ, x, f(0f), f(Float.NEGATIVE_INFINITY), select(Relation.LT, x, f(0f), f(Float.NaN), x));
        var ordinary = new Condition.And(
                new Compare(Relation.GT, x, f(0f)), new Compare(Relation.LT, x, f(Float.POSITIVE_INFINITY)));
        return keep(new Select(ordinary, result, keep(special)));
    }

    private Expr tanh(Expr x) {
        var magnitude = keep(Simplifier.unary(UnaryOp.ABS, x));
        var z = keep(mul(x, x));
        var p = polynomial(
                z, -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f);
        var near = keep(fma(mul(p, z), x, x));
        var e = keep(add(exp(keep(add(magnitude, magnitude))), f(1f)));
        var far = keep(sub(f(1f), Simplifier.binary(BinaryOp.DIV, f(2f), e)));
        var signed = ofBits(
                Simplifier.binary(BinaryOp.OR, bits(far), Simplifier.binary(BinaryOp.AND, bits(x), Const.of(SIGN))));
        return keep(select(Relation.LT, magnitude, f(0.625f), near, keep(signed)));
    }

    /**
     * Sine, or with {@code quarters} 1 cosine: reduced by quarter turns to at most an eighth of a turn. Larger angles have more
     * digits before the point than three parts of half of pi have behind it; they go to the JDK's function.
     */
    private Expr sine(Expr x, int quarters) {
        var shifted = shifted(x, 0.636619772f);
        var n = keep(sub(shifted, f(ROUNDER)));
        // Half of pi in three parts of 24 bits each; with fused products nothing is lost.
        var r = keep(fma(n, f(-1.57079637f), x));
        r = keep(fma(n, f(4.37113883e-8f), r));
        r = keep(fma(n, f(1.71512451e-15f), r));
        var quadrant = keep(add(sub(bits(shifted), Const.of(ROUNDER_BITS)), Const.of(quarters)));
        var z = keep(mul(r, r));
        var sinus = keep(fma(mul(polynomial(z, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f), z), r, r));
        var cosine = keep(fma(
                mul(polynomial(z, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f), z),
                z,
                fma(z, f(-0.5f), f(1f))));
        var odd = Simplifier.binary(BinaryOp.AND, quadrant, Const.of(1));
        var value = keep(select(Relation.EQ, odd, Const.of(0), sinus, cosine));
        var flip =
                Simplifier.binary(BinaryOp.SHL, Simplifier.binary(BinaryOp.AND, quadrant, Const.of(2)), Const.of(30));
        var result = context.fresh(Kind.FLOAT);
        out.add(new Assign(result, ofBits(Simplifier.binary(BinaryOp.XOR, bits(value), flip))));
        var far = new Compare(Relation.GT, Simplifier.unary(UnaryOp.ABS, x), f(FAST_ANGLES));
        out.add(new If(far, List.of(new Assign(result, exact(quarters == 0 ? "sin" : "cos", x))), List.of()));
        return new Read(result);
    }

    private static Expr exact(String name, Expr x) {
        return new Call(TORNADO_MATH, name, FLOAT_TO_FLOAT, List.of(x), Kind.FLOAT);
    }

    /** Whether a call is one of those made here: it runs lane by lane, and only where some lane needs it. */
    public static boolean isLaneByLane(Call call) {
        return call.owner().equals(TORNADO_MATH)
                && call.type().equals(FLOAT_TO_FLOAT)
                && (call.name().equals("sin") || call.name().equals("cos"));
    }

    /** Towards zero, then one further where that went the wrong way; keeps the sign of zero. */
    private Expr rounded(Expr x, Relation wrong, float correction) {
        var cut = keep(Simplifier.unary(UnaryOp.I2F, Simplifier.unary(UnaryOp.F2I, x)));
        var whole = keep(select(wrong, cut, x, add(cut, f(correction)), cut));
        var signed = keep(ofBits(
                Simplifier.binary(BinaryOp.OR, bits(whole), Simplifier.binary(BinaryOp.AND, bits(x), Const.of(SIGN)))));
        return keep(select(Relation.LT, Simplifier.unary(UnaryOp.ABS, x), f(ALL_INTEGER), signed, x));
    }
}
