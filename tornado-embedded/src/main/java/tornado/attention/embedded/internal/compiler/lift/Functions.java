package tornado.attention.embedded.internal.compiler.lift;

import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Call;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Simplifier;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;

/** Calls of {@code Math}, {@code TornadoMath} and {@code Float} as expressions. */
final class Functions {
    private static final String TORNADO_MATH = "uk/ac/manchester/tornado/api/math/TornadoMath";

    private Functions() {}

    static boolean knows(String owner) {
        return owner.equals("java/lang/Math") || owner.equals(TORNADO_MATH) || owner.equals("java/lang/Float");
    }

    /** The value of a call; functions of floats become arithmetic that also runs in lanes. */
    static Expr call(InvokeInstruction call, List<Expr> arguments, LiftContext context, List<Stmt> out) {
        var name = call.name().stringValue();
        var type = call.typeSymbol();
        if (!type.returnType().isPrimitive()
                || arguments.size() != type.parameterCount()
                || type.returnType().descriptorString().equals("V")) {
            throw new NotLiftable("a call of " + name);
        }
        var result = Kind.of(TypeKind.from(type.returnType()));
        var narrow = TypeKind.from(type.returnType()).asLoadable() != TypeKind.from(type.returnType());
        if (!narrow) {
            var simple = arithmetic(name, arguments, result);
            if (simple.isPresent()) {
                return simple.get();
            }
            if (result == Kind.FLOAT && arguments.stream().allMatch(a -> a.kind() == Kind.FLOAT)) {
                var expanded = new FloatFunctions(context, out).expand(name, arguments);
                if (expanded.isPresent()) {
                    return expanded.get();
                }
            }
        }
        return new Call(call.owner().asSymbol(), name, type, arguments, result);
    }

    /** {@code (float) Math.f((double) x)} as the function of floats, where there is one. */
    static Optional<Expr> ofFloats(Call call, LiftContext context, List<Stmt> out) {
        var singles = call.arguments().stream()
                .map(a -> a instanceof Expr.Unary u && u.op() == UnaryOp.F2D
                        ? u.operand()
                        : a instanceof Expr.Const c
                                        && (float) c.value().doubleValue()
                                                == c.value().doubleValue()
                                ? Expr.Const.of(c.value().floatValue())
                                : null)
                .toList();
        if (singles.contains(null)) {
            return Optional.empty();
        }
        return new FloatFunctions(context, out).expand(call.name(), singles);
    }

    private static Optional<Expr> arithmetic(String name, List<Expr> a, Kind result) {
        return Optional.ofNullable(
                switch (name) {
                    case "min" -> Simplifier.binary(BinaryOp.MIN, a.get(0), a.get(1));
                    case "max" -> Simplifier.binary(BinaryOp.MAX, a.get(0), a.get(1));
                    case "clamp" ->
                        a.getFirst().kind() != result
                                ? null
                                : Simplifier.binary(
                                        BinaryOp.MAX, a.get(1), Simplifier.binary(BinaryOp.MIN, a.get(2), a.get(0)));
                    case "abs" -> Simplifier.unary(UnaryOp.ABS, a.getFirst());
                    case "sqrt" -> Simplifier.unary(UnaryOp.SQRT, a.getFirst());
                    case "floatPI" -> Expr.Const.of((float) Math.PI);
                    case "floatToRawIntBits", "floatToIntBits" -> Simplifier.unary(UnaryOp.TO_BITS, a.getFirst());
                    case "intBitsToFloat" -> Simplifier.unary(UnaryOp.FROM_BITS, a.getFirst());
                    default -> null;
                });
    }
}
