package tornado.attention.embedded.internal.compiler.lift;

import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;
import tornado.attention.embedded.internal.compiler.ir.ArrayRef;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.CharArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/** What may lie on the symbolic operand stack. */
sealed interface Operand {
    /** A number. */
    record Value(Expr expr) implements Operand {}

    /** An array parameter. */
    record Array(ArrayRef ref) implements Operand {}

    /** The three-way comparison of two longs, floats or doubles, which a branch will use at once. */
    record Comparison(Opcode opcode, Expr left, Expr right) implements Operand {}

    /** An argument that can only be used by the scalar tile. */
    record Opaque(Class<?> type) implements Operand {}

    /** The arguments of a kernel: arrays that are the same object are the same reference. */
    static List<Operand> ofArguments(Object[] args, Assumptions assumptions) {
        var operands = new ArrayList<Operand>();
        for (int i = 0; i < args.length; i++) {
            int parameter = i;
            operands.add(assumptions.argument(i).<Operand>map(Value::new).orElseGet(() -> ofArray(args, parameter)));
        }
        return operands;
    }

    private static Operand ofArray(Object[] args, int i) {
        int first = i;
        for (int j = i - 1; j >= 0; j--) {
            if (args[j] == args[i]) {
                first = j;
            }
        }
        return switch (args[i]) {
            case FloatArray a -> new Array(new ArrayRef(first, TypeKind.FLOAT));
            case IntArray a -> new Array(new ArrayRef(first, TypeKind.INT));
            case DoubleArray a -> new Array(new ArrayRef(first, TypeKind.DOUBLE));
            case LongArray a -> new Array(new ArrayRef(first, TypeKind.LONG));
            case ShortArray a -> new Array(new ArrayRef(first, TypeKind.SHORT));
            case ByteArray a -> new Array(new ArrayRef(first, TypeKind.BYTE));
            case CharArray a -> new Array(new ArrayRef(first, TypeKind.CHAR));
            default -> new Opaque(args[i].getClass());
        };
    }
}
