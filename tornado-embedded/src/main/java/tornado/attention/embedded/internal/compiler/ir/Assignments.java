package tornado.attention.embedded.internal.compiler.ir;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/** Finds variables that may be read before the statements at hand have assigned them. */
public final class Assignments {
    private final Set<Local> early = new LinkedHashSet<>();

    private Assignments() {}

    /** Variables that some path through the statements reads before it assigns them. */
    public static Set<Local> readEarly(List<Stmt> statements) {
        var finder = new Assignments();
        finder.walk(statements, new HashSet<>());
        return finder.early;
    }

    /** Variables that hand a value from one turn of a loop to the next. */
    public static Set<Local> carried(List<Stmt> body) {
        var carried = new LinkedHashSet<Local>();
        for (var local : readEarly(body)) {
            if (Trees.assigns(body, local)) {
                carried.add(local);
            }
        }
        return carried;
    }

    /** Variables whose value may come from several places: assigned more than once, or not on every path. */
    public static Set<Local> merging(List<Stmt> statements) {
        var merging = new LinkedHashSet<>(readEarly(statements));
        var assigned = new HashSet<Local>();
        Trees.statements(statements, s -> {
            if (s instanceof Assign a && !assigned.add(a.local())) {
                merging.add(a.local());
            }
        });
        return merging;
    }

    private void walk(List<Stmt> statements, Set<Local> assigned) {
        for (var statement : statements) {
            switch (statement) {
                case Assign a -> {
                    Trees.expressions(a.value(), e -> note(e, assigned));
                    assigned.add(a.local());
                }
                case Store s -> {
                    Trees.expressions(s.index(), e -> note(e, assigned));
                    Trees.expressions(s.value(), e -> note(e, assigned));
                }
                case If branch -> {
                    Trees.expressions(branch.condition(), e -> note(e, assigned));
                    var yes = new HashSet<>(assigned);
                    var no = new HashSet<>(assigned);
                    walk(branch.yes(), yes);
                    walk(branch.no(), no);
                    yes.retainAll(no);
                    assigned.addAll(yes);
                }
                case While loop -> {
                    walk(loop.head(), assigned);
                    Trees.expressions(loop.condition(), e -> note(e, assigned));
                    walk(loop.body(), new HashSet<>(assigned));
                }
            }
        }
    }

    private void note(Expr expr, Set<Local> assigned) {
        if (expr instanceof Read r && !assigned.contains(r.local())) {
            early.add(r.local());
        }
    }
}
