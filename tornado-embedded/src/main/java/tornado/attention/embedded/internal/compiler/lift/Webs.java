package tornado.attention.embedded.internal.compiler.lift;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;

/**
 * Gives every variable a name of its own. Two assignments belong to one variable only if some read may see either; a
 * slot that javac uses for several variables in turn falls apart, so that the shape of one does not spoil another.
 */
final class Webs {
    private final LiftContext context;
    /** One element for each assignment, in the order of the walk; its representative after union. */
    private final List<Integer> parent = new ArrayList<>();

    private final Map<Integer, Local> names = new HashMap<>();
    private int visited;
    private boolean renaming;

    private Webs(LiftContext context) {
        this.context = context;
    }

    static List<Stmt> split(List<Stmt> statements, LiftContext context) {
        var webs = new Webs(context);
        // Definitions are numbered by their place in the walk, which visits loop bodies a fixed number of times.
        webs.walk(statements, new HashMap<>());
        webs.visited = 0;
        webs.renaming = true;
        return webs.walk(statements, new HashMap<>());
    }

    /** Assignments that may reach a place, by variable. */
    private List<Stmt> walk(List<Stmt> statements, Map<Local, Set<Integer>> reaching) {
        var out = new ArrayList<Stmt>();
        for (var statement : statements) {
            switch (statement) {
                case Assign a -> {
                    var value = Trees.map(a.value(), reader(reaching));
                    int definition = definition();
                    reaching.put(a.local(), Set.of(definition));
                    out.add(new Assign(name(definition, a.local()), value));
                }
                case Store s ->
                    out.add(new Store(
                            s.array(), Trees.map(s.index(), reader(reaching)), Trees.map(s.value(), reader(reaching))));
                case If branch -> {
                    var condition = Trees.map(branch.condition(), reader(reaching));
                    var other = copy(reaching);
                    var yes = walk(branch.yes(), reaching);
                    var no = walk(branch.no(), other);
                    merge(reaching, other);
                    out.add(new If(condition, yes, no));
                }
                case While loop -> out.add(walk(loop, reaching));
            }
        }
        return out;
    }

    private While walk(While loop, Map<Local, Set<Integer>> reaching) {
        int first = visited;
        // One turn finds what a turn assigns; a second one sees it arrive at the head.
        var turn = copy(reaching);
        walk(loop.head(), turn);
        walk(loop.body(), turn);
        merge(reaching, turn);
        visited = first;
        var head = walk(loop.head(), reaching);
        Condition condition = Trees.map(loop.condition(), reader(reaching));
        var inside = copy(reaching);
        var body = walk(loop.body(), inside);
        return new While(head, condition, body, loop.parallel());
    }

    private int definition() {
        int number = visited++;
        while (parent.size() <= number) {
            parent.add(parent.size());
        }
        return number;
    }

    private UnaryOperator<Expr> reader(Map<Local, Set<Integer>> reaching) {
        return expr -> {
            if (!(expr instanceof Read read)) {
                return expr;
            }
            var definitions = reaching.get(read.local());
            if (definitions == null) {
                return expr; // read without an assignment: only on paths that are never taken
            }
            int first = definitions.iterator().next();
            for (int other : definitions) {
                union(first, other);
            }
            return new Read(name(first, read.local()));
        };
    }

    private Local name(int definition, Local old) {
        return renaming ? names.computeIfAbsent(find(definition), d -> context.fresh(old.kind())) : old;
    }

    private int find(int definition) {
        int d = definition;
        while (parent.get(d) != d) {
            d = parent.get(d);
        }
        return d;
    }

    private void union(int a, int b) {
        parent.set(find(a), find(b));
    }

    private static Map<Local, Set<Integer>> copy(Map<Local, Set<Integer>> reaching) {
        return new HashMap<>(reaching);
    }

    private static void merge(Map<Local, Set<Integer>> into, Map<Local, Set<Integer>> from) {
        from.forEach((local, definitions) -> into.merge(local, definitions, (a, b) -> {
            var both = new HashSet<>(a);
            both.addAll(b);
            return both;
        }));
    }
}
