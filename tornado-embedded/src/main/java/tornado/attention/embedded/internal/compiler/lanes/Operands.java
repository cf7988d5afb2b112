package tornado.attention.embedded.internal.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_Object;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.ArrayRef;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Argument;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.runtime.LaneTile;

/** The arrays and scalar arguments that a kernel uses: fields of the generated class, locals of its methods. */
final class Operands {
    private static final ClassDesc LANE_TILE = ClassDesc.of(LaneTile.class.getName());

    private final Set<ArrayRef> arrays = new LinkedHashSet<>();
    private final Set<Argument> arguments = new LinkedHashSet<>();

    /** What some statements use. */
    Operands(List<Stmt> kernel) {
        Trees.statements(kernel, s -> {
            if (s instanceof Store store) {
                arrays.add(store.array());
            }
        });
        Trees.expressions(kernel, e -> {
            switch (e) {
                case Expr.Load load -> arrays.add(load.array());
                case Expr.Size size -> arrays.add(size.array());
                case Argument argument -> arguments.add(argument);
                default -> {}
            }
        });
    }

    void fields(ClassBuilder builder) {
        int flags = ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE;
        for (var array : arrays) {
            builder.withField(Frame.fieldOf(array), Frame.arrayType(array), flags);
        }
        for (var argument : arguments) {
            builder.withField(Frame.fieldOf(argument), argument.kind().type().upperBound(), flags);
        }
    }

    /** In the constructor, whose parameter is an array of all arguments. */
    void storeFields(CodeBuilder c, ClassDesc self) {
        for (var array : arrays) {
            c.aload(0).aload(1).loadConstant(array.parameter()).aaload();
            c.invokestatic(LANE_TILE, "storage", MethodTypeDesc.of(CD_Object, CD_Object));
            c.checkcast(Frame.arrayType(array)).putfield(self, Frame.fieldOf(array), Frame.arrayType(array));
        }
        for (var argument : arguments) {
            var type = argument.kind().type().upperBound();
            c.aload(0).aload(1).loadConstant(argument.parameter()).aaload();
            c.invokestatic(
                    LANE_TILE,
                    argument.kind().type().name().toLowerCase(Locale.ROOT) + "Of",
                    MethodTypeDesc.of(type, CD_Object));
            c.putfield(self, Frame.fieldOf(argument), type);
        }
    }

    /** At the begin of a method. */
    void load(Frame frame) {
        frame.loadArrays(arrays);
        frame.loadArguments(arguments);
    }
}
