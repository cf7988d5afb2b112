package tornado.attention.embedded.internal.compiler.lanes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;

/**
 * A body cut behind its serial loop. What makes results of sums, such as an activation with an exponential in it, is long; were it
 * repeated for each row and vector that run together, the method would be too long for HotSpot. So sums are written where their results
 * go, and one loop over rows and vectors makes results of them while they are in the first-level cache.
 *
 * <pre>
 *   for each lane:  sum = 0; for t: sum += ...; out[i] = f(sum)
 *   becomes         sum = 0; for t: sum += ...; out[i] = sum          many rows and vectors together
 *   and             sum = out[i]; out[i] = f(sum)                     one by one
 * </pre>
 *
 * @param sums the body with sums in place of results
 * @param end makes results of sums
 */
record Ending(List<Stmt> sums, List<Stmt> end) {
    /** Cannot be cut. */
    private static final class Whole extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Whole() {
            super(null, null, false, false);
        }
    }

    /**
     * Cuts the body of a nest that reads nothing that it writes.
     *
     * @param shapes of its variables
     * @return nothing where the body is of another form
     */
    static Optional<Ending> of(NestTree nest, LaneShapes shapes) {
        try {
            return Optional.of(new Cut(nest.body(), shapes).ending());
        } catch (Whole e) {
            return Optional.empty();
        }
    }

    /** One attempt. */
    private static final class Cut {
        private final List<Stmt> body;
        private final LaneShapes shapes;
        private final int loop;
        /** What the loop assigns. */
        private final Set<Local> looped = new HashSet<>();
        /** What the indices of stores and the conditions of branches are made of. */
        private final Set<Local> places = new HashSet<>();
        /** For each variable behind the loop the sums it is made of. */
        private final Map<Local, Set<Local>> made = new HashMap<>();

        private final Set<Local> stored = new HashSet<>();

        Cut(List<Stmt> body, LaneShapes shapes) {
            this.body = body;
            this.shapes = shapes;
            int at = -1;
            for (int i = 0; i < body.size(); i++) {
                if (body.get(i) instanceof While) {
                    require(at < 0);
                    at = i;
                }
            }
            require(at >= 0 && at < body.size() - 1);
            this.loop = at;
        }

        private static void require(boolean condition) {
            if (!condition) {
                throw new Whole();
            }
        }

        Ending ending() {
            var sums = new ArrayList<>(body.subList(0, loop + 1));
            var end = new ArrayList<Stmt>();
            Trees.statements(List.of(body.get(loop)), s -> {
                require(!(s instanceof Store));
                if (s instanceof Assign a) {
                    looped.add(a.local());
                }
            });
            for (var statement : body.subList(0, loop)) {
                require(statement instanceof Assign);
                if (statement instanceof Assign a && !looped.contains(a.local())) {
                    // It runs again behind the loop, where what the loop changes is another.
                    require(!isOfLoop(a.value()));
                    end.add(a);
                }
            }
            var behind = body.subList(loop + 1, body.size());
            findPlaces(behind);
            block(behind, sums, end, true);
            return new Ending(List.copyOf(sums), List.copyOf(end));
        }

        private void findPlaces(List<Stmt> behind) {
            Trees.statements(behind, s -> {
                switch (s) {
                    case Store store -> note(store.index());
                    case If branch -> Trees.expressions(branch.condition(), this::note);
                    default -> {}
                }
            });
            int before;
            do {
                before = places.size();
                Trees.statements(behind, s -> {
                    if (s instanceof Assign a && places.contains(a.local())) {
                        note(a.value());
                    }
                });
            } while (places.size() > before);
        }

        private void note(Expr expr) {
            Trees.expressions(expr, e -> {
                if (e instanceof Expr.Read r) {
                    places.add(r.local());
                }
            });
        }

        /** Whether an expression reads what the loop assigns, or something behind it that was made of that. */
        private boolean isOfLoop(Expr expr) {
            var found = new boolean[1];
            Trees.expressions(expr, e -> found[0] |= isOfLoopItself(e));
            return found[0];
        }

        private boolean isOfLoopItself(Expr expr) {
            return expr instanceof Expr.Read r
                    && (looped.contains(r.local())
                            || !made.getOrDefault(r.local(), Set.of()).isEmpty());
        }

        private Set<Local> sumsIn(Expr expr) {
            var found = new HashSet<Local>();
            Trees.expressions(expr, e -> {
                if (e instanceof Expr.Read r) {
                    if (made.containsKey(r.local())) {
                        found.addAll(made.get(r.local()));
                    } else if (looped.contains(r.local())) {
                        // A counter is not kept.
                        require(shapes.of(r.local()).isVarying() && r.local().kind() == Kind.FLOAT);
                        found.add(r.local());
                    }
                }
            });
            return found;
        }

        /** Whether statements need no sums but these: others have not been read again yet. */
        private boolean areMadeOf(List<Stmt> statements, Set<Local> sums) {
            return statements.stream().allMatch(s -> s instanceof Assign a && sums.containsAll(made.get(a.local())));
        }

        /** Statements behind the loop, or those of a branch there. */
        private void block(List<Stmt> statements, List<Stmt> sums, List<Stmt> end, boolean outermost) {
            var later = new ArrayList<Stmt>();
            for (var statement : statements) {
                switch (statement) {
                    case Assign a -> {
                        require(!looped.contains(a.local()));
                        var of = sumsIn(a.value());
                        made.put(a.local(), of);
                        if (places.contains(a.local())) {
                            require(of.isEmpty() && areMadeOf(later, Set.of()));
                            sums.add(a);
                            end.addAll(later);
                            later.clear();
                            end.add(a);
                        } else {
                            later.add(a);
                        }
                    }
                    case Store store -> {
                        var of = sumsIn(store.value());
                        require(of.size() == 1 && store.array().kind() == Kind.FLOAT);
                        require(shapes.of(store.index()).isLinear() && !isOfLoop(store.index()));
                        require(areMadeOf(later, of));
                        var sum = of.iterator().next();
                        require(stored.add(sum));
                        sums.add(new Store(store.array(), store.index(), new Expr.Read(sum)));
                        end.add(new Assign(sum, new Expr.Load(store.array(), store.index())));
                        end.addAll(later);
                        later.clear();
                        end.add(store);
                    }
                    case If branch -> {
                        require(outermost && later.isEmpty());
                        require(shapes.of(branch.condition()).isUniform());
                        Trees.expressions(branch.condition(), e -> require(!isOfLoopItself(e)));
                        var yes = new ArrayList<Stmt>();
                        var no = new ArrayList<Stmt>();
                        var endOfYes = new ArrayList<Stmt>();
                        var endOfNo = new ArrayList<Stmt>();
                        block(branch.yes(), yes, endOfYes, false);
                        block(branch.no(), no, endOfNo, false);
                        sums.add(new If(branch.condition(), yes, no));
                        end.add(new If(branch.condition(), endOfYes, endOfNo));
                    }
                    case While w -> throw new Whole();
                }
            }
            require(later.isEmpty());
        }
    }
}
