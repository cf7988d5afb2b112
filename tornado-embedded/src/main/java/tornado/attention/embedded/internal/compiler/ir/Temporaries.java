package tornado.attention.embedded.internal.compiler.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/**
 * Puts a float that is used once, in a sum behind its own statement, into the sum. Rows and vectors side by side then make one such
 * value after the other, not all of them before the first is added: beside the sums they would not fit into registers.
 */
public final class Temporaries {
    private final Map<Local, Integer> reads = new HashMap<>();
    private final Map<Local, Integer> assignments = new HashMap<>();

    private Temporaries(List<Stmt> kernel) {
        Trees.expressions(kernel, e -> {
            if (e instanceof Read r) {
                reads.merge(r.local(), 1, Integer::sum);
            }
        });
        Trees.statements(kernel, s -> {
            if (s instanceof Assign a) {
                assignments.merge(a.local(), 1, Integer::sum);
            }
        });
    }

    /**
     * The same kernel with fewer variables.
     *
     * @param kernel whose products and sums are fused already, so that nothing new is
     */
    public static List<Stmt> inlined(List<Stmt> kernel) {
        return new Temporaries(kernel).statements(kernel);
    }

    private List<Stmt> statements(List<Stmt> statements) {
        var out = new ArrayList<Stmt>(statements.size());
        for (var statement : statements) {
            var next = inside(statement);
            if (!out.isEmpty() && out.getLast() instanceof Assign before && isUsedOnceIn(next, before.local())) {
                out.removeLast();
                next = replaced(next, before);
            }
            out.add(next);
        }
        return out;
    }

    private Stmt inside(Stmt statement) {
        return switch (statement) {
            case If i -> new If(i.condition(), statements(i.yes()), statements(i.no()));
            case While w -> new While(statements(w.head()), w.condition(), statements(w.body()), w.parallel());
            default -> statement;
        };
    }

    private boolean isUsedOnceIn(Stmt statement, Local local) {
        return local.kind() == Kind.FLOAT
                && reads.getOrDefault(local, 0) == 1
                && assignments.getOrDefault(local, 0) == 1
                && statement instanceof Assign sum
                && Trees.reads(sum.value(), sum.local())
                && Trees.reads(sum.value(), local);
    }

    private static Stmt replaced(Stmt statement, Assign temporary) {
        var read = new Read(temporary.local());
        return Trees.map(List.of(statement), e -> e.equals(read) ? temporary.value() : e)
                .getFirst();
    }
}
