package tornado.attention.embedded.internal.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;
import tornado.attention.embedded.internal.compiler.runtime.LaneTile;

/** Generates vector code for values and conditions. */
final class VectorCode {
    private static final ClassDesc LANE_TILE = ClassDesc.of(LaneTile.class.getName());

    private final CodeBuilder c;
    private final Frame frame;
    private final LaneShapes shapes;
    private final ScalarCode scalar;
    private final V v;
    private final Units units;
    /** Loads and broadcasts already made for the present statement, by value, row and unit. */
    private final Map<Made, Integer> made = new HashMap<>();

    private record Made(Expr expr, int row, int unit) {}

    VectorCode(CodeBuilder c, Frame frame, LaneShapes shapes, ScalarCode scalar, V v, Units units) {
        this.c = c;
        this.frame = frame;
        this.shapes = shapes;
        this.scalar = scalar;
        this.v = v;
        this.units = units;
    }

    /** Forgets what was made: memory or variables have changed, or another path begins. */
    void forget() {
        made.clear();
    }

    /**
     * Pushes a value as a vector.
     *
     * @param row which of the jammed rows
     * @param unit which of the vectors side by side
     * @param mask lanes whose memory may be touched
     */
    void push(Expr expr, int row, int unit, Mask mask) {
        var shape = shapes.of(expr);
        boolean shared = !shape.isVarying() || expr instanceof Expr.Load;
        if (!shared) {
            make(expr, row, unit, mask);
            return;
        }
        var key = new Made(expr, shape.row() ? row : 0, shape.isUniform() ? 0 : unit);
        var slot = made.get(key);
        if (slot == null) {
            make(expr, row, unit, mask);
            slot = frame.allocate(1);
            c.dup().astore(slot);
            made.put(key, slot);
        } else {
            c.aload(slot);
        }
    }

    private void make(Expr expr, int row, int unit, Mask mask) {
        var shape = shapes.of(expr);
        if (shape.isUniform()) {
            scalar.push(expr, row);
            v.broadcast(c, expr.kind());
        } else if (shape.isLinear()) {
            pushIndex(expr, row, unit);
            v.broadcast(c, Kind.INT);
            v.addLaneNumbers(c);
        } else {
            makeVarying(expr, row, unit, mask);
        }
    }

    /** Pushes the index of the first lane of a unit. */
    void pushIndex(Expr index, int row, int unit) {
        scalar.push(index, row);
        if (units.beginsEarly(unit)) {
            c.iload(frame.lastUnit()).iadd();
        } else if (unit > 0) {
            c.loadConstant(units.offset(unit)).iadd();
        }
    }

    private void makeVarying(Expr expr, int row, int unit, Mask mask) {
        switch (expr) {
            case Expr.Read read ->
                c.aload(frame.vector(read.local(), shapes.of(read.local()).row() ? row : 0, unit));
            case Expr.Load load -> load(load, row, unit, mask);
            case Expr.Unary unary -> {
                if (unary.op() == UnaryOp.POSITIVE) {
                    limit("LT", unary.operand(), Expr.Const.of(0f), row, unit, mask);
                    return;
                }
                pushReceiver(unary.operand(), row, unit, mask);
                switch (unary.op()) {
                    case NEG, ABS, SQRT ->
                        v.unary(c, unary.kind(), unary.op().name().toLowerCase(Locale.ROOT));
                    case TO_BITS -> v.reinterpret(c, Kind.INT);
                    case FROM_BITS -> v.reinterpret(c, Kind.FLOAT);
                    case F2I -> v.convert(c, Kind.INT);
                    case I2F -> v.convert(c, Kind.FLOAT);
                    default -> throw new NotInLanes("the conversion " + unary.op());
                }
            }
            case Expr.Binary binary -> binary(binary, row, unit, mask);
            case Expr.Fma fma -> {
                pushFactors(fma.a(), fma.b(), row, unit, mask);
                push(fma.c(), row, unit, mask);
                v.fma(c);
            }
            case Expr.Select select -> {
                pushReceiver(select.no(), row, unit, mask);
                push(select.yes(), row, unit, mask);
                pushMask(select.condition(), row, unit, mask);
                v.blend(c, select.kind());
            }
            case Expr.Call call -> callLaneByLane(call, row, unit, mask);
            default -> throw new NotInLanes("the value " + expr);
        }
    }

    /** A function of floats without a form in lanes: through an array of the thread. */
    private void callLaneByLane(Expr.Call call, int row, int unit, Mask mask) {
        int values = frame.allocate(1);
        c.invokestatic(LANE_TILE, "scratchOfFloats", MethodTypeDesc.of(CD_float.arrayType()))
                .astore(values);
        pushReceiver(call.arguments().getFirst(), row, unit, mask);
        c.aload(values).iconst_0();
        v.store(c, Kind.FLOAT, false);
        for (int lane = 0; lane < v.lanes(); lane++) {
            c.aload(values).loadConstant(lane).dup2().faload();
            c.invokestatic(call.owner(), call.name(), call.type()).fastore();
        }
        v.species(c, Kind.FLOAT);
        c.aload(values).iconst_0();
        v.load(c, Kind.FLOAT, false);
    }

    private void binary(Expr.Binary binary, int row, int unit, Mask mask) {
        var left = binary.left();
        var right = binary.right();
        var kind = binary.kind();
        switch (binary.op()) {
            case MIN, MAX -> {
                if (mask.isPresent()) { // code with masks is near what C1 can compile as it is
                    commutative(binary, row, unit, mask);
                } else if (isLimit(binary.op(), right)) {
                    limit(failing(binary.op()), left, right, row, unit, mask);
                } else if (isLimit(binary.op(), left)) {
                    limit(failing(binary.op()), right, left, row, unit, mask);
                } else {
                    commutative(binary, row, unit, mask);
                }
            }
            case ADD, MUL -> commutative(binary, row, unit, mask);
            case SUB -> {
                if (hasKnownClass(left) || !hasKnownClass(right)) {
                    pushReceiver(left, row, unit, mask);
                    push(right, row, unit, mask);
                    v.binary(c, kind, "sub");
                } else {
                    push(right, row, unit, mask);
                    v.unary(c, kind, "neg");
                    push(left, row, unit, mask);
                    v.binary(c, kind, "add");
                }
            }
            case DIV -> {
                pushReceiver(left, row, unit, mask);
                push(right, row, unit, mask);
                v.binary(c, kind, "div");
            }
            case AND, OR, XOR -> {
                pushReceiver(left, row, unit, mask);
                v.logicOperator(c, binary.op().name());
                push(right, row, unit, mask);
                v.lanewise(c);
            }
            case SHL, SHR, USHR -> {
                pushReceiver(left, row, unit, mask);
                v.shiftOperator(c, shift(binary.op()));
                scalar.push(right, row);
                v.shift(c);
            }
            default -> throw new NotInLanes("the operation " + binary.op());
        }
    }

    private void commutative(Expr.Binary binary, int row, int unit, Mask mask) {
        pushFactors(binary.left(), binary.right(), row, unit, mask);
        v.binary(c, binary.kind(), binary.op().name().toLowerCase(Locale.ROOT));
    }

    /**
     * Whether a value is a constant for which the larger or smaller one is a comparison and a choice. It is not for the zero that
     * compares as equal to the zero that should win.
     */
    private static boolean isLimit(BinaryOp op, Expr expr) {
        if (!(expr instanceof Expr.Const c) || c.kind() != Kind.FLOAT) {
            return false;
        }
        float value = c.value().floatValue();
        return !Float.isNaN(value) && Float.compare(value, op == BinaryOp.MAX ? -0f : 0f) != 0;
    }

    /** How a value compares with a limit that is taken in its place. */
    private static String failing(BinaryOp op) {
        return op == BinaryOp.MAX ? "LE" : "GE";
    }

    /**
     * A value, or a constant where the value compares with it so: two instructions; the larger or smaller of any two values by Java's
     * rules for NaN and zeros takes seven.
     */
    private void limit(String relation, Expr value, Expr limit, int row, int unit, Mask mask) {
        pushReceiver(value, row, unit, mask);
        c.dup();
        v.comparison(c, relation);
        push(limit, row, unit, mask);
        v.compare(c, Kind.FLOAT);
        push(limit, row, unit, mask);
        c.swap();
        v.blend(c, Kind.FLOAT);
    }

    /**
     * Pushes the operands of a commutative operation, first the one whose method is better called: not a variable, which may
     * have come through the head of a loop, if the other operand is made here.
     */
    private void pushFactors(Expr one, Expr other, int row, int unit, Mask mask) {
        boolean swap = isVariable(one) && (!isVariable(other) || !hasKnownClass(one) && hasKnownClass(other));
        pushReceiver(swap ? other : one, row, unit, mask);
        push(swap ? one : other, row, unit, mask);
    }

    /** Pushes a vector whose methods are to be called: of a class that HotSpot knows, see {@link Frame#hasKnownClass}. */
    void pushReceiver(Expr expr, int row, int unit, Mask mask) {
        push(expr, row, unit, mask);
        if (!hasKnownClass(expr)) {
            v.sameOfKnownClass(c, expr.kind());
        }
    }

    private boolean isVariable(Expr expr) {
        return expr instanceof Expr.Read && shapes.of(expr).isVarying();
    }

    private boolean hasKnownClass(Expr expr) {
        return !isVariable(expr) || frame.hasKnownClass(((Expr.Read) expr).local());
    }

    private static String shift(BinaryOp op) {
        return switch (op) {
            case SHL -> "LSHL";
            case SHR -> "ASHR";
            default -> "LSHR";
        };
    }

    private void load(Expr.Load load, int row, int unit, Mask mask) {
        var kind = load.kind();
        if (shapes.of(load.index()).isLinear()) {
            v.species(c, kind);
            c.aload(frame.array(load.array()));
            pushIndex(load.index(), row, unit);
            if (mask.isPresent()) {
                inside(kind, mask, row, unit);
            }
            v.load(c, kind, false);
            return;
        }
        if (shapes.isEverySecond(load)) {
            everySecond(load, row, unit, mask);
            return;
        }
        int map = frame.allocate(1);
        c.invokestatic(LANE_TILE, "scratch", MethodTypeDesc.of(CD_int.arrayType()))
                .astore(map);
        if (mask.isPresent()) {
            // JDK 25 checks the indices of inactive lanes too; element 0 is there if any lane is active.
            c.iconst_0();
            v.broadcast(c, Kind.INT);
        }
        push(load.index(), row, unit, mask);
        if (mask.isPresent()) {
            mask.push(c, v, Kind.FLOAT, row, unit);
            v.blend(c, Kind.INT);
        }
        c.aload(map).iconst_0();
        v.store(c, Kind.INT, false);
        v.species(c, kind);
        c.aload(frame.array(load.array())).iconst_0().aload(map).iconst_0();
        mask.push(c, v, kind, row, unit);
        v.gather(c, kind, mask.isPresent());
    }

    /**
     * array, index -> an array and an index where all lanes can be read: the same, or at an edge a copy of what the active lanes read. The API's
     * load under a mask is several times as much for C1 and C2, and the fewest vectors are at an edge.
     */
    private void inside(Kind kind, Mask mask, int row, int unit) {
        int index = frame.allocate(1);
        int array = frame.allocate(1);
        var edge = c.newLabel();
        var done = c.newLabel();
        c.istore(index).astore(array);
        c.aload(array).iload(index);
        c.dup().iflt(edge);
        c.dup().aload(array).arraylength().loadConstant(v.lanes()).isub().if_icmple(done);
        c.labelBinding(edge);
        mask.push(c, v, Kind.FLOAT, row, unit);
        v.bits(c);
        var type = (kind == Kind.FLOAT ? CD_float : CD_int).arrayType();
        c.invokestatic(LANE_TILE, "edge", MethodTypeDesc.of(type, type, CD_int, CD_long));
        c.iconst_0().labelBinding(done);
    }

    /** Every second element from the first lane's on, out of two vectors. */
    private void everySecond(Expr.Load load, int row, int unit, Mask mask) {
        int array = frame.array(load.array());
        int first = frame.allocate(1);
        pushFirst(load, row, unit, mask);
        c.istore(first);
        if (!mask.isPresent()) {
            bothHalves(array, first);
            return;
        }
        // Lanes that are off may be outside the array.
        var edge = c.newLabel();
        var done = c.newLabel();
        c.iload(first).iflt(edge);
        c.iload(first).loadConstant(2 * v.lanes() - 1).iadd();
        c.aload(array).arraylength().if_icmpgt(edge);
        bothHalves(array, first);
        c.goto_(done).labelBinding(edge);
        halfInside(array, first, v.lanes());
        halfInside(array, first, 0);
        c.getstatic(frame.self(), v.lowerName(), V.MASK);
        v.blend(c, Kind.FLOAT);
        c.labelBinding(done);
    }

    /** Pushes the index of the first lane of a load whose lanes read every second element. */
    private void pushFirst(Expr.Load load, int row, int unit, Mask mask) {
        var scalarIndex = shapes.firstOfEverySecond(load);
        if (scalarIndex.isEmpty()) {
            push(load.index(), row, unit, mask);
            v.firstInt(c);
            return;
        }
        scalar.push(scalarIndex.get(), row);
        if (units.beginsEarly(unit)) {
            c.iload(frame.lastUnit()).iconst_1().ishl().iadd();
        } else if (unit > 0) {
            c.loadConstant(2 * units.offset(unit)).iadd();
        }
    }

    /** All lanes, none outside the array: the second vector ends with the last lane's element, which makes its lanes odd ones. */
    private void bothHalves(int array, int first) {
        v.species(c, Kind.FLOAT);
        c.aload(array).iload(first).loadConstant(v.lanes() - 1).iadd();
        v.load(c, Kind.FLOAT, false);
        c.getstatic(frame.self(), v.oddName(), V.SHUFFLE);
        v.rearrange(c);
        v.species(c, Kind.FLOAT);
        c.aload(array).iload(first);
        v.load(c, Kind.FLOAT, false);
        c.getstatic(frame.self(), v.evenName(), V.SHUFFLE);
        v.rearrange(c);
        c.getstatic(frame.self(), v.lowerName(), V.MASK);
        v.blend(c, Kind.FLOAT);
    }

    /** The even lanes of the vector that begins so many elements behind the first one; what lies outside the array is not touched. */
    private void halfInside(int array, int first, int behind) {
        v.species(c, Kind.FLOAT);
        c.aload(array).iload(first).loadConstant(behind).iadd();
        v.species(c, Kind.FLOAT);
        c.iload(first).loadConstant(behind).iadd().aload(array).arraylength();
        v.indexInRange(c);
        v.load(c, Kind.FLOAT, true);
        c.getstatic(frame.self(), v.evenName(), V.SHUFFLE);
        v.rearrange(c);
    }

    /** Pushes a condition as a mask of floats. */
    void pushMask(Condition condition, int row, int unit, Mask mask) {
        if (shapes.of(condition).isUniform()) {
            var no = c.newLabel();
            var end = c.newLabel();
            scalar.jump(condition, row, no, false);
            c.iconst_1().goto_(end).labelBinding(no).iconst_0().labelBinding(end);
            v.maskAll(c);
            return;
        }
        switch (condition) {
            case Condition.Not not -> {
                pushMask(not.operand(), row, unit, mask);
                v.not(c);
            }
            case Condition.And and -> {
                pushMask(and.left(), row, unit, mask);
                pushMask(and.right(), row, unit, mask);
                v.and(c);
            }
            case Condition.Compare compare -> {
                pushReceiver(compare.left(), row, unit, mask);
                v.comparison(c, compare.relation().name());
                push(compare.right(), row, unit, mask);
                v.compare(c, compare.left().kind());
            }
        }
    }
}
