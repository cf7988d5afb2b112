package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.List;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/** Generates statements for a number of rows and of vectors side by side; with all shapes uniform, scalar code. */
class StatementCode {
    protected final CodeBuilder c;
    protected final Frame frame;
    protected final LaneShapes shapes;
    protected final ScalarCode scalar;
    private final VectorCode vector;
    private final V v;
    private final int rows;
    private final Units units;
    /** Variables that accumulate over the turns of a loop: in inactive lanes they must keep their value. */
    private final Set<Local> accumulators;

    StatementCode(CodeBuilder c, Frame frame, LaneShapes shapes, V v, int rows, Units units, Set<Local> accumulators) {
        this.c = c;
        this.frame = frame;
        this.shapes = shapes;
        this.scalar = new ScalarCode(c, frame, shapes);
        this.vector = new VectorCode(c, frame, shapes, scalar, v, units);
        this.v = v;
        this.rows = rows;
        this.units = units;
        this.accumulators = accumulators;
    }

    /** Code for statements without lanes. */
    static StatementCode scalar(CodeBuilder c, Frame frame) {
        return new StatementCode(c, frame, LaneShapes.allUniform(), new V(4), 1, Units.sideBySide(1, 4), Set.of());
    }

    ScalarCode scalars() {
        return scalar;
    }

    void statements(List<Stmt> statements, Mask mask) {
        for (var statement : statements) {
            statement(statement, mask);
        }
    }

    private void statement(Stmt statement, Mask mask) {
        switch (statement) {
            case Assign assign -> assign(assign, mask);
            case Store store -> store(store, mask);
            case If branch -> branch(branch, mask);
            case While loop -> loop(loop, mask);
        }
        vector.forget();
    }

    private void assign(Assign assign, Mask mask) {
        var local = assign.local();
        var shape = shapes.of(local);
        int manyRows = shape.row() ? rows : 1;
        if (!shape.isVarying()) {
            for (int r = 0; r < manyRows; r++) {
                scalar.push(assign.value(), r);
                c.storeLocal(local.kind().type(), frame.scalar(local, r));
            }
            return;
        }
        boolean keeps = mask.diverges() || mask.isPresent() && accumulators.contains(local);
        for (int r = 0; r < manyRows; r++) {
            for (int u = 0; u < units.count(); u++) {
                int slot = frame.vector(local, r, u);
                if (keeps) {
                    vector.pushReceiver(assign.value(), r, u, mask);
                    c.aload(slot).aload(mask.slots()[r][u]);
                    v.not(c);
                    v.blend(c, local.kind());
                } else {
                    vector.push(assign.value(), r, u, mask);
                }
                c.astore(slot);
            }
        }
    }

    private void store(Store store, Mask mask) {
        if (!shapes.of(store.index()).isLinear()) {
            c.aload(frame.array(store.array()));
            scalar.push(store.index(), 0);
            scalar.push(store.value(), 0);
            c.arrayStore(store.array().element());
            return;
        }
        var kind = store.array().element() == TypeKind.FLOAT ? Kind.FLOAT : Kind.INT;
        for (int r = 0; r < rows; r++) {
            for (int u = 0; u < units.count(); u++) {
                vector.pushReceiver(store.value(), r, u, mask);
                c.aload(frame.array(store.array()));
                vector.pushIndex(store.index(), r, u);
                mask.push(c, v, kind, r, u);
                v.store(c, kind, mask.isPresent());
            }
        }
    }

    private void branch(If branch, Mask mask) {
        if (shapes.of(branch.condition()).isUniform()) {
            var no = c.newLabel();
            var end = c.newLabel();
            scalar.jump(branch.condition(), 0, no, false);
            statements(branch.yes(), mask);
            if (branch.no().isEmpty()) {
                c.labelBinding(no);
                return;
            }
            c.goto_(end).labelBinding(no);
            statements(branch.no(), mask);
            c.labelBinding(end);
            return;
        }
        // Both masks are made first: the statements of one side may change what the condition reads.
        var yes = masks(branch.condition(), mask);
        var no = branch.no().isEmpty() ? null : masks(Condition.not(branch.condition()), mask);
        vector.forget();
        side(branch.yes(), yes);
        if (no != null) {
            side(branch.no(), no);
        }
    }

    /** Masks of the lanes that are active now and fulfil a condition. */
    private Mask masks(Condition condition, Mask outer) {
        var slots = new int[rows][units.count()];
        for (int r = 0; r < rows; r++) {
            for (int u = 0; u < units.count(); u++) {
                vector.pushMask(condition, r, u, outer);
                if (outer.isPresent()) {
                    c.aload(outer.slots()[r][u]);
                    v.and(c);
                }
                slots[r][u] = frame.allocate(1);
                c.astore(slots[r][u]);
            }
        }
        return new Mask(slots, true);
    }

    /** One side of a branch, skipped where no lane takes it. */
    private void side(List<Stmt> statements, Mask mask) {
        if (statements.isEmpty()) {
            return;
        }
        var enter = c.newLabel();
        var skip = c.newLabel();
        for (int r = 0; r < rows; r++) {
            for (int u = 0; u < units.count(); u++) {
                c.aload(mask.slots()[r][u]);
                v.anyTrue(c);
                c.ifne(enter);
            }
        }
        c.goto_(skip).labelBinding(enter);
        statements(statements, mask);
        c.labelBinding(skip);
    }

    protected void loop(While loop, Mask mask) {
        var top = c.newLabel();
        var end = c.newLabel();
        var moving = Strides.of(loop);
        moving.keySet().removeIf(index -> shapes.of(index).isVarying() || scalar.isKept(index));
        moving.keySet().forEach(index -> scalar.keep(index, rowsOf(index)));
        c.labelBinding(top);
        statements(loop.head(), mask);
        scalar.jump(loop.condition(), 0, end, false);
        vector.forget();
        statements(loop.body(), mask);
        moving.forEach((index, distance) -> scalar.move(index, distance));
        c.goto_(top).labelBinding(end);
        moving.keySet().forEach(scalar::drop);
    }

    private int rowsOf(Expr expr) {
        return shapes.of(expr).row() ? rows : 1;
    }

    /** Computes once what does not change in the statements that follow: the parts of a loop's body that {@link Invariants} found. */
    void keep(List<Expr> invariants) {
        invariants.stream()
                .filter(e -> shapes.of(e).isUniform() && !scalar.isKept(e))
                .forEach(e -> scalar.keep(e, rowsOf(e)));
    }

    /** Gives a variable the value zero, for paths on which the verifier sees no assignment. */
    void clear(Local local) {
        var shape = shapes.of(local);
        for (int r = 0; r < (shape.row() ? rows : 1); r++) {
            if (shape.isVarying()) {
                for (int u = 0; u < units.count(); u++) {
                    zero(local.kind());
                    v.broadcast(c, local.kind());
                    c.astore(frame.vector(local, r, u));
                }
            } else {
                zero(local.kind());
                c.storeLocal(local.kind().type(), frame.scalar(local, r));
            }
        }
    }

    private void zero(Kind kind) {
        switch (kind) {
            case INT -> c.iconst_0();
            case LONG -> c.lconst_0();
            case FLOAT -> c.fconst_0();
            case DOUBLE -> c.dconst_0();
        }
    }
}
