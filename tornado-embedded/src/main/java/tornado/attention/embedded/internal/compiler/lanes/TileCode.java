package tornado.attention.embedded.internal.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tornado.attention.embedded.internal.compiler.ir.Assignments;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Mode;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Tail;
import tornado.attention.embedded.internal.compiler.runtime.LaneTile;
import tornado.attention.embedded.internal.compiler.runtime.PhasePart;

/**
 * Generates the methods of one phase. Each takes an iteration of the outermost loop and ranges of the others: {@code (outer,
 * row, rowEnd, from, to)}. The vector loop of many units and the tail are methods of their own: small methods
 * are compiled sooner and better.
 */
final class TileCode {
    static final MethodTypeDesc RANGE = MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_int, CD_int, CD_int);
    private static final ClassDesc LANE_TILE = ClassDesc.of(LaneTile.class.getName());
    private static final int OUTER = 1;
    private static final int ROW = 2;
    private static final int ROW_END = 3;
    private static final int FROM = 4;
    private static final int TO = 5;
    private static final int PARAMETERS = 6;

    private final PhasePlan plan;
    private final NestTree nest;
    private final int phase;
    private final ClassDesc self;
    private final Operands operands;
    private final V v;
    private final Set<Local> merging;
    private final List<Expr> invariants;

    TileCode(PhasePlan plan, int phase, ClassDesc self, Operands operands) {
        this.plan = plan;
        this.nest = plan.nest();
        this.phase = phase;
        this.self = self;
        this.operands = operands;
        this.v = new V(plan.lanes());
        this.merging = Assignments.merging(nest.everything());
        this.invariants = Invariants.of(nest.body(), nest.innermost().index());
    }

    private String row() {
        return "row" + phase;
    }

    private String rows() {
        return plan.rows() > 1 ? "rows" + phase : row();
    }

    /** The scalar method with the same results; that of the lanes where they are not over the parallel loop. */
    private String fallback() {
        return plan.mode() == Mode.PARALLEL ? "fallback" + phase : row();
    }

    /** The method of a part; where a part is never asked for, another one's. */
    String method(PhasePart part) {
        return switch (part) {
            case ROW -> row();
            case ROW_TAIL -> tail(row());
            case ROWS -> rows();
            case ROWS_TAIL -> tail(rows());
            case ROW_BRIEF -> brief(row());
            case ROWS_BRIEF -> brief(rows());
            case FALLBACK -> fallback();
        };
    }

    private String tail(String method) {
        if (!plan.hasTails()) {
            return method;
        }
        return plan.tail() == Tail.SCALAR ? fallback() : method + "tail";
    }

    private String brief(String method) {
        if (plan.tail() != Tail.OVERLAPPING && plan.tail() != Tail.CUT) {
            return tail(method);
        }
        return plan.brief() == Tail.SCALAR ? fallback() : method + "brief";
    }

    void methods(ClassBuilder builder) {
        if (plan.mode() == Mode.PARALLEL) {
            methods(builder, row(), 1, 1, 1, plan.single());
            if (plan.rows() > 1) {
                methods(builder, rows(), plan.rows(), plan.tailRows(), plan.briefRows(), plan.jammed());
            }
            plan.ending().ifPresent(ending -> ends(builder, ending));
            method(builder, fallback(), c -> serial(c, Map.of()));
        } else {
            method(builder, row(), c -> serial(c, plan.vectorLoops()));
        }
        builder.withMethodBody("measure" + phase, MethodTypeDesc.of(CD_void), ClassFile.ACC_PRIVATE, this::measure);
    }

    private void method(ClassBuilder builder, String name, Consumer<CodeBuilder> body) {
        builder.withMethodBody(name, RANGE, ClassFile.ACC_PRIVATE, body);
    }

    /**
     * The method of all units, one for what they leave over, one for loops shorter than a vector. The first does not call the
     * others: HotSpot would have to compile it again when that first happens.
     */
    private void methods(ClassBuilder builder, String name, int rows, int tailRows, int briefRows, LaneShapes shapes) {
        if (plan.ending().isPresent()) {
            var sums = plan.ending().get().sums();
            sums(builder, name, rows, shapes, plan.units(), sums);
            sums(builder, name + "one", rows, shapes, Units.sideBySide(1, v.lanes()), sums);
            method(builder, tail(name), c -> cutTail(c, name, rows, briefRows));
        } else {
            method(builder, name, c -> {
                var tile = new Body(c, shapes, rows, plan.units(), nest.body());
                eachRow(c, rows, () -> {
                    tile.begin();
                    tile.turns();
                });
            });
        }
        if (plan.tail() == Tail.OVERLAPPING) {
            tail(builder, tail(name), tailRows, shapes, Body::overlapping);
        }
        if (plan.brief() == Tail.MASKED && plan.ending().isPresent()) {
            maskedSums(
                    builder, brief(name), briefRows, shapes, plan.ending().get().sums());
        } else if (plan.brief() == Tail.MASKED) {
            tail(builder, brief(name), briefRows, shapes, Body::rest);
        }
    }

    /** Sums of a cut body, then the results of them. */
    private void sums(ClassBuilder builder, String name, int rows, LaneShapes shapes, Units units, List<Stmt> sums) {
        method(builder, name, c -> {
            var tile = new Body(c, shapes, rows, units, sums);
            eachRow(c, rows, () -> {
                tile.begin();
                tile.turns();
                call(c, ends(), ROW, rows, FROM, TO);
            });
        });
    }

    /** The same where some lanes are off. */
    private void maskedSums(ClassBuilder builder, String name, int rows, LaneShapes shapes, List<Stmt> sums) {
        method(builder, name, c -> {
            var tile = new Body(c, shapes, rows, Units.sideBySide(1, v.lanes()), sums);
            eachRow(c, rows, () -> {
                tile.begin();
                tile.masked();
                call(c, brief(ends()), ROW, rows, FROM, TO);
            });
        });
    }

    /** What whole grains of a cut body leave over: whole vectors one by one, then a vector of which some lanes are off. */
    private void cutTail(CodeBuilder c, String name, int rows, int briefRows) {
        eachRow(c, rows, () -> cutTailOfRow(c, name, rows, briefRows));
    }

    private void cutTailOfRow(CodeBuilder c, String name, int rows, int briefRows) {
        int middle = PARAMETERS;
        int row = PARAMETERS + 1;
        c.iload(FROM).iload(TO).iload(FROM).isub().loadConstant(v.lanes()).idiv();
        c.loadConstant(v.lanes()).imul().iadd().istore(middle);
        call(c, name + "one", ROW, rows, FROM, middle);
        var done = c.newLabel();
        c.iload(middle).iload(TO).if_icmpge(done).iload(ROW).istore(row);
        int step = plan.brief() == Tail.SCALAR ? 1 : briefRows;
        for (int r = 0; r < rows; r += step) {
            call(c, brief(name), row, step, middle, TO);
            c.iinc(row, step);
        }
        c.labelBinding(done);
    }

    private void call(CodeBuilder c, String method, int row, int rows, int from, int to) {
        c.aload(0).iload(OUTER).iload(row).iload(row).loadConstant(rows).iadd();
        c.iload(from).iload(to).invokevirtual(self, method, RANGE);
    }

    private void tail(ClassBuilder builder, String name, int rows, LaneShapes shapes, Consumer<Body> iterations) {
        method(builder, name, c -> {
            var tile = new Body(c, shapes, rows, Units.sideBySide(1, v.lanes()), nest.body());
            eachRow(c, rows, () -> {
                tile.begin();
                iterations.accept(tile);
            });
        });
    }

    private String ends() {
        return "ends" + phase;
    }

    /** Results of sums, for whole vectors of some rows; where vectors cover a loop, for what they leave over too. */
    private void ends(ClassBuilder builder, Ending ending) {
        ends(builder, ends(), ending, tile -> {
            tile.turns();
            if (plan.units().cover()) {
                tile.masked();
            }
        });
        if (plan.brief() == Tail.MASKED) {
            ends(builder, brief(ends()), ending, Body::masked);
        }
    }

    private void ends(ClassBuilder builder, String name, Ending ending, Consumer<Body> iterations) {
        method(builder, name, c -> {
            var tile = new Body(c, plan.single(), 1, Units.sideBySide(1, v.lanes()), ending.end());
            overRows(c, 1, () -> {
                tile.begin();
                iterations.accept(tile);
            });
        });
    }

    /** The loop over rows around a method's body. */
    private void eachRow(CodeBuilder c, int rows, Runnable body) {
        if (!plan.runsManyRows()) {
            body.run();
            c.return_();
            return;
        }
        overRows(c, rows, body);
    }

    private static void overRows(CodeBuilder c, int rows, Runnable body) {
        var top = c.newLabel();
        var done = c.newLabel();
        c.labelBinding(top).iload(ROW).iload(ROW_END).if_icmpge(done);
        body.run();
        c.iinc(ROW, rows).goto_(top).labelBinding(done).return_();
    }

    /** One method with lanes over the innermost parallel loop. */
    private final class Body {
        private final CodeBuilder c;
        private final Frame frame;
        private final StatementCode code;
        private final LaneShapes shapes;
        private final Units units;
        private final int rows;
        private final List<Stmt> body;
        private final int index;
        private final int start;
        private final int end;

        Body(CodeBuilder c, LaneShapes shapes, int rows, Units units, List<Stmt> body) {
            this.c = c;
            this.body = body;
            this.units = units;
            this.rows = rows;
            frame = new Frame(c, self, PARAMETERS, merging);
            if (rows > 1) {
                frame.rowsOf(nest.rows().index(), nest.rows().loop().step());
            }
            code = new StatementCode(c, frame, shapes, v, rows, units, Set.of());
            operands.load(frame);
            this.shapes = shapes;
            index = frame.scalar(nest.innermost().index(), 0);
            start = frame.allocate(1);
            end = frame.allocate(1);
        }

        private void clear() {
            var early = new LinkedHashSet<>(Assignments.readEarly(nest.everything()));
            early.addAll(shapes.maskedAssignments());
            early.forEach(code::clear);
        }

        void begin() {
            clear();
            outerIndices(c, frame, code, rows);
            code.statements(nest.innermost().before(), Mask.ALL);
            code.keep(invariants);
            code.scalars().push(nest.innermost().start(), 0);
            c.dup().istore(start).iload(FROM).iadd().istore(index);
            c.iload(start).iload(TO).iadd().istore(end);
        }

        void turns() {
            if (units.cover()) {
                whole();
                return;
            }
            int width = units.width();
            var top = c.newLabel();
            var done = c.newLabel();
            c.labelBinding(top)
                    .iload(index)
                    .loadConstant(width)
                    .iadd()
                    .iload(end)
                    .if_icmpgt(done);
            code.statements(body, Mask.ALL);
            c.iinc(index, width).goto_(top).labelBinding(done);
        }

        /** The whole loop at once, unless the range is empty. */
        private void whole() {
            var done = c.newLabel();
            c.iload(index).iload(end).if_icmpge(done);
            c.iload(end).iload(index).isub().loadConstant(v.lanes()).isub().istore(frame.lastUnit());
            code.statements(body, Mask.ALL);
            c.labelBinding(done);
        }

        /** What is left, in whole vectors: the last one ends where the range ends. There are at least as many iterations as lanes. */
        void overlapping() {
            var top = c.newLabel();
            var fits = c.newLabel();
            var done = c.newLabel();
            c.labelBinding(top).iload(index).iload(end).if_icmpge(done);
            c.iload(index).loadConstant(v.lanes()).iadd().iload(end).if_icmple(fits);
            c.iload(end).loadConstant(v.lanes()).isub().istore(index);
            c.labelBinding(fits);
            code.statements(body, Mask.ALL);
            c.iinc(index, v.lanes()).goto_(top).labelBinding(done);
        }

        /** What is left, in vectors of which some lanes may be off. */
        void rest() {
            // One body only where bodies are long: with two, C1 runs out of registers and the tail stays slow.
            if (plan.tail() != Tail.OVERLAPPING && plan.units().count() > 1 && !nest.hasSerialLoop()) {
                turns();
            }
            masked();
        }

        private void masked() {
            var top = c.newLabel();
            var done = c.newLabel();
            int mask = frame.allocate(1);
            c.labelBinding(top).iload(index).iload(end).if_icmpge(done);
            v.species(c, Kind.FLOAT);
            c.iload(index).iload(end);
            v.indexInRange(c);
            c.astore(mask);
            var slots = new int[rows][];
            Arrays.fill(slots, new int[] {mask});
            code.statements(body, new Mask(slots, false));
            c.iinc(index, v.lanes()).goto_(top).labelBinding(done);
        }
    }

    /** Iteration numbers to loop indices, with the statements between the loops. */
    private void outerIndices(CodeBuilder c, Frame frame, StatementCode code, int rows) {
        int depth = nest.depth();
        for (int i = 0; i < depth - 1; i++) {
            var level = nest.levels().get(i);
            code.statements(level.before(), Mask.ALL);
            boolean isRow = i == depth - 2;
            for (int r = 0; r < (isRow ? rows : 1); r++) {
                code.scalars().push(level.start(), 0);
                c.iload(isRow ? ROW : OUTER);
                if (r > 0) {
                    c.loadConstant(r).iadd();
                }
                if (level.loop().step() != 1) {
                    c.loadConstant(level.loop().step()).imul();
                }
                c.iadd().istore(frame.scalar(level.index(), r));
            }
        }
    }

    /** Scalar code over the innermost parallel loop, with some of the serial loops in it in lanes. */
    private void serial(CodeBuilder c, Map<While, VectorLoop> vectorLoops) {
        var frame = new Frame(c, self, PARAMETERS, merging);
        var code = new LoopCode(c, frame, vectorLoops, v, self);
        operands.load(frame);
        int end = frame.allocate(1);
        eachRow(c, 1, () -> serialRow(c, frame, code, end));
    }

    private void serialRow(CodeBuilder c, Frame frame, LoopCode code, int end) {
        Assignments.readEarly(nest.everything()).forEach(code::clear);
        outerIndices(c, frame, code, 1);
        var level = nest.innermost();
        code.statements(level.before(), Mask.ALL);
        code.keep(invariants);
        int index = frame.scalar(level.index(), 0);
        iteration(c, code, level, FROM);
        c.istore(index);
        iteration(c, code, level, TO);
        c.istore(end);
        var top = c.newLabel();
        var done = c.newLabel();
        c.labelBinding(top).iload(index).iload(end).if_icmpge(done);
        code.statements(nest.body(), Mask.ALL);
        c.iload(index).loadConstant(level.loop().step()).iadd().istore(index).goto_(top);
        c.labelBinding(done);
    }

    private static void iteration(CodeBuilder c, StatementCode code, NestTree.Level level, int number) {
        code.scalars().push(level.start(), 0);
        c.iload(number);
        if (level.loop().step() != 1) {
            c.loadConstant(level.loop().step()).imul();
        }
        c.iadd();
    }

    /** Stores the trip counts; inner bounds do not depend on outer indices, or the loop would not be in the nest. */
    private void measure(CodeBuilder c) {
        var frame = new Frame(c, self, 1, merging);
        var code = StatementCode.scalar(c, frame);
        operands.load(frame);
        List<Stmt> prefix = nest.levels().getFirst().before();
        Set<Local> early = Assignments.readEarly(nest.everything());
        early.forEach(code::clear);
        code.statements(prefix, Mask.ALL);
        for (int i = 0; i < nest.depth(); i++) {
            var level = nest.levels().get(i);
            c.aload(0);
            code.scalars().push(level.start(), 0);
            code.scalars().push(level.loop().end(), 0);
            c.loadConstant(level.loop().step())
                    .loadConstant(level.loop().inclusive() ? 1 : 0)
                    .invokestatic(LANE_TILE, "tripCount", MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int, CD_int))
                    .putfield(LANE_TILE, "trips" + i, CD_int);
        }
        c.return_();
    }
}
