package tornado.attention.embedded.internal.compiler.lanes;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Trees;

/**
 * Whether HotSpot's C1 can compile vector code. It gives up on a method with more than 10,000 values, and inlines the Vector
 * API into some hundred for a load. The method then never gets the profile that C2 waits for, and stays slow for ever.
 */
final class CodeSize {
    /** Values of C1, measured roughly, and how many of them there may be. */
    private static final int LOAD = 130;

    private static final int MASKED_LOAD = 250;
    /** A masked load of what is inside an array. */
    private static final int EDGE = 1_000;

    private static final int STORE = 130;
    private static final int MASKED_STORE = 900;
    private static final int BROADCAST = 100;
    private static final int OPERATION = 15;
    private static final int MOST = 8_500;
    /** A mask of the lanes that take a branch, and a value that is kept in the others. */
    private static final int MASK = 220;

    private static final int KEPT = 120;
    /** What is more has never been compiled, if it has branches; without, long functions are estimated too high. */
    private static final int NEVER = 11_800;

    private final LaneShapes shapes;
    private final List<Stmt> body;
    private final boolean diverges;

    /**
     * The size of a body.
     *
     * @param shapes of its values
     * @param diverges whether some of it runs with lanes off
     */
    CodeSize(LaneShapes shapes, List<Stmt> body, boolean diverges) {
        this.shapes = shapes;
        this.body = body;
        this.diverges = diverges;
    }

    /** Whether a single vector is compiled at all, as far as that is known. */
    boolean compiles() {
        if (!diverges) {
            return true;
        }
        var kept = Collections.newSetFromMap(new IdentityHashMap<Stmt, Boolean>());
        var sum = new long[] {sum(1, 1, false)};
        Trees.statements(body, s -> {
            if (s instanceof Stmt.If branch && shapes.of(branch.condition()).isVarying()) {
                sum[0] += MASK;
                for (var side : List.of(branch.yes(), branch.no())) {
                    Trees.statements(side, inner -> {
                        if (inner instanceof Stmt.Assign a
                                && shapes.of(a.local()).isVarying()) {
                            kept.add(a);
                        }
                    });
                }
            }
        });
        return sum[0] + (long) KEPT * kept.size() <= NEVER;
    }

    /** Whether so many rows and vectors side by side are compiled. */
    boolean fits(int rows, int units, boolean masked) {
        return sum(rows, units, masked) <= MOST;
    }

    private long sum(int rows, int units, boolean masked) {
        var sum = new long[1];
        Trees.expressions(body, e -> sum[0] += size(e, rows, units, masked));
        Trees.statements(body, s -> {
            if (s instanceof Stmt.Store) {
                sum[0] += (long) rows * units * (masked ? MASKED_STORE : STORE);
            }
        });
        return sum[0];
    }

    private long size(Expr e, int rows, int units, boolean masked) {
        var shape = shapes.of(e);
        long perRow = shape.row() ? rows : 1;
        if (e instanceof Expr.Const || e instanceof Expr.Argument) {
            return e.kind() == Kind.FLOAT ? BROADCAST : 0;
        }
        if (e instanceof Expr.Load load && shapes.isEverySecond(load)) {
            return perRow * units * (masked || diverges ? 2 * LOAD + 2 * EDGE : 2 * LOAD);
        }
        if (e instanceof Expr.Load) {
            return shape.isVarying() ? perRow * units * (masked ? MASKED_LOAD : LOAD) : perRow * BROADCAST;
        }
        return shape.isVarying() ? perRow * units * OPERATION : 0;
    }
}
