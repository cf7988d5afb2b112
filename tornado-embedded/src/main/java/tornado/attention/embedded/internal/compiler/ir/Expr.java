package tornado.attention.embedded.internal.compiler.ir;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** A value of a lifted kernel; evaluation has no side effect. */
public sealed interface Expr {
    /** Its type. */
    Kind kind();

    /** Whether it costs nothing to evaluate it again: a constant, an argument or a variable. */
    default boolean isName() {
        return this instanceof Const || this instanceof Argument || this instanceof Read;
    }

    /** A constant; also a scalar argument whose value is part of the generated class. */
    record Const(Number value, Kind kind) implements Expr {
        /** An int. */
        public static Const of(int value) {
            return new Const(value, Kind.INT);
        }

        /** A float. */
        public static Const of(float value) {
            return new Const(value, Kind.FLOAT);
        }
    }

    /** A scalar argument of the kernel, by the number of its parameter: each bound kernel has its own value of it. */
    record Argument(int parameter, Kind kind) implements Expr {}

    /** The present value of a variable. */
    record Read(Local local) implements Expr {
        @Override
        public Kind kind() {
            return local.kind();
        }
    }

    /** An element of an array. */
    record Load(ArrayRef array, Expr index) implements Expr {
        @Override
        public Kind kind() {
            return array.kind();
        }
    }

    /** Number of elements of an array. */
    record Size(ArrayRef array) implements Expr {
        @Override
        public Kind kind() {
            return Kind.INT;
        }
    }

    /** An operation on one value. */
    record Unary(UnaryOp op, Expr operand) implements Expr {
        @Override
        public Kind kind() {
            return op.result(operand.kind());
        }
    }

    /** An operation on two values; a shift's distance is an int, else both have the same kind. */
    record Binary(BinaryOp op, Expr left, Expr right) implements Expr {
        @Override
        public Kind kind() {
            return left.kind();
        }
    }

    /** {@code a * b + c}, rounded once. */
    record Fma(Expr a, Expr b, Expr c) implements Expr {
        @Override
        public Kind kind() {
            return a.kind();
        }
    }

    /** One of two values; both may be evaluated. */
    record Select(Condition condition, Expr yes, Expr no) implements Expr {
        @Override
        public Kind kind() {
            return yes.kind();
        }
    }

    /** A call of a function of {@code Math} or {@code TornadoMath} that has no form in lanes. */
    record Call(ClassDesc owner, String name, MethodTypeDesc type, List<Expr> arguments, Kind kind) implements Expr {}
}
