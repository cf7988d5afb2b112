package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Assignments;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/**
 * Generates scalar code in which some serial loops run in lanes: first with several vectors side by side, then with
 * one; the rest, less than a vector, in scalar code. Accumulators are folded in a fixed order, so that a result never
 * depends on how the work was cut.
 */
final class LoopCode extends StatementCode {
    /** Vectors side by side: enough independent sums to hide the latency of an addition. */
    private static final int SIDE_BY_SIDE = 4;

    private static final int SIDE_BY_SIDE_HEAVY = 2;

    private final Map<While, VectorLoop> vectorLoops;
    private final V v;
    private final ClassDesc self;

    LoopCode(CodeBuilder c, Frame frame, Map<While, VectorLoop> vectorLoops, V v, ClassDesc self) {
        super(c, frame, LaneShapes.allUniform(), v, 1, Units.sideBySide(1, v.lanes()), Set.of());
        this.vectorLoops = vectorLoops;
        this.v = v;
        this.self = self;
    }

    @Override
    protected void loop(While loop, Mask mask) {
        var vectorLoop = vectorLoops.get(loop);
        if (vectorLoop == null) {
            super.loop(loop, mask);
        } else {
            vectorLoop(vectorLoop);
            super.loop(loop, mask); // what is left is less than a vector
        }
    }

    private void vectorLoop(VectorLoop loop) {
        int many = loop.isHeavy() ? SIDE_BY_SIDE_HEAVY : SIDE_BY_SIDE;
        int index = frame.scalar(loop.loop().index(), 0);
        int end = frame.allocate(1);
        scalar.push(loop.loop().end(), 0);
        if (loop.loop().inclusive()) {
            c.iconst_1().iadd();
        }
        c.istore(end);
        var none = c.newLabel();
        c.iload(index).iload(end).if_icmpge(none);
        begin(loop, many);
        turns(loop, many, index, end);
        turns(loop, 1, index, end);
        loop.reductions().forEach((local, op) -> fold(local, op, many));
        c.labelBinding(none);
    }

    private void begin(VectorLoop loop, int many) {
        loop.reductions().forEach((local, op) -> {
            for (int u = 0; u < many; u++) {
                neutral(op, local.kind());
                v.broadcast(c, local.kind());
                c.astore(frame.vector(local, 0, u));
            }
        });
        var body = body(loop, many);
        // In branches that not all lanes take, the old value of a variable is kept; it must exist.
        Assignments.readEarly(loop.loop().body()).stream()
                .filter(local -> loop.shapes().of(local).isVarying())
                .filter(local -> !loop.reductions().containsKey(local))
                .forEach(body::clear);
        loop.shapes().maskedAssignments().stream()
                .filter(local -> !loop.reductions().containsKey(local))
                .forEach(body::clear);
    }

    private StatementCode body(VectorLoop loop, int units) {
        return new StatementCode(
                c,
                frame,
                loop.shapes(),
                v,
                1,
                Units.sideBySide(units, v.lanes()),
                loop.reductions().keySet());
    }

    /** Turns of so many vectors while they fit. */
    private void turns(VectorLoop loop, int units, int index, int end) {
        int width = units * v.lanes();
        var top = c.newLabel();
        var done = c.newLabel();
        c.labelBinding(top);
        c.iload(index).loadConstant(width).iadd().iload(end).if_icmpgt(done);
        body(loop, units).statements(loop.loop().body(), Mask.ALL);
        c.iinc(index, width).goto_(top).labelBinding(done);
    }

    private void neutral(BinaryOp op, Kind kind) {
        boolean ints = kind == Kind.INT;
        switch (op) {
            case ADD -> {
                if (ints) {
                    c.iconst_0();
                } else {
                    c.fconst_0();
                }
            }
            case MUL -> {
                if (ints) {
                    c.iconst_1();
                } else {
                    c.fconst_1();
                }
            }
            case MAX -> {
                if (ints) {
                    c.loadConstant(Integer.MIN_VALUE);
                } else {
                    c.loadConstant(Float.NEGATIVE_INFINITY);
                }
            }
            case MIN -> {
                if (ints) {
                    c.loadConstant(Integer.MAX_VALUE);
                } else {
                    c.loadConstant(Float.POSITIVE_INFINITY);
                }
            }
            default -> throw new NotInLanes("the reduction " + op);
        }
    }

    /** Folds the accumulators into one, its lanes into one number, and that into the variable. */
    private void fold(Local local, BinaryOp op, int many) {
        var kind = local.kind();
        for (int u = 0; u < Math.max(1, many / 2); u++) {
            c.aload(frame.vector(local, 0, u));
            v.sameOfKnownClass(c, kind);
            c.astore(frame.vector(local, 0, u));
        }
        for (int half = many / 2; half >= 1; half /= 2) {
            for (int u = 0; u < half; u++) {
                c.aload(frame.vector(local, 0, u)).aload(frame.vector(local, 0, u + half));
                v.binary(c, kind, op.name().toLowerCase(Locale.ROOT));
                c.astore(frame.vector(local, 0, u));
            }
        }
        int slot = frame.vector(local, 0, 0);
        c.loadLocal(kind.type(), frame.scalar(local, 0));
        if (kind == Kind.INT || op == BinaryOp.MAX || op == BinaryOp.MIN) {
            c.aload(slot);
            v.combine(c, kind, op.name());
        } else {
            // The API leaves the order of its own sum of floats open; rotations fix it.
            for (int by = v.lanes() / 2; by >= 1; by /= 2) {
                c.aload(slot).aload(slot).getstatic(self, v.rotationName(by), V.SHUFFLE);
                v.rearrange(c);
                v.binary(c, kind, op.name().toLowerCase(Locale.ROOT));
                c.astore(slot);
            }
            c.aload(slot);
            v.first(c);
        }
        scalar.operate(op, kind);
        c.storeLocal(kind.type(), frame.scalar(local, 0));
    }
}
