package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.ir.ArrayRef;
import tornado.attention.embedded.internal.compiler.ir.Assignments;
import tornado.attention.embedded.internal.compiler.ir.CountedLoop;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.Values;
import tornado.attention.embedded.internal.compiler.lanes.NestTree.Level;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Mode;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Tail;

/** Decides for one parallel nest where lanes come from, how many vectors run side by side, and how many rows. */
final class Planner {
    private static final int MOST_ROWS = 8;
    private static final int MOST_UNITS = 8;
    /**
     * Share of the time that is spent on what vectors side by side have in common, such as weights, where there is only one:
     * 13 vectors take 1.4 times as long one by one as three by three (Emerald Rapids).
     */
    private static final double ALONE = 0.5;

    /** What another call costs, in vectors. */
    private static final double CALL = 0.5;
    /** Vectors side by side where nothing accumulates: enough to hide the latency of loads. */
    private static final int UNITS_ELEMENTWISE = 2;
    /** A gather costs about as much as loading lane by lane; what lanes bring must come from other operations. */
    private static final int OPERATIONS_PER_GATHER = 6;
    /** How deep an index is looked into. */
    private static final int MOST_DEPTH = 20;

    private static final long UNKNOWN_FACTOR = Integer.MIN_VALUE;

    /** Iterations assumed for a loop whose length is not known. */
    private static final long UNKNOWN_TRIPS = 64;

    private final NestTree nest;
    private final VectorUnit machine;

    private final Values values;

    private Planner(NestTree nest, VectorUnit machine, Values values) {
        this.nest = nest;
        this.machine = machine;
        this.values = values;
    }

    /**
     * Plans a nest; never fails, since scalar code is always possible.
     *
     * @param values of the kernel's arguments: they decide, but are no part of the code
     */
    static PhasePlan plan(NestTree nest, VectorUnit machine, Values values) {
        return new Planner(nest, machine, values).plan();
    }

    private PhasePlan plan() {
        if (machine.isScalar()) {
            return phase(Mode.SCALAR, 1, 1, 1, Map.of(), "scalar; lanes are switched off");
        }
        Optional<Parallel> parallel = Optional.empty();
        String whyNotParallel;
        try {
            var plan = parallel();
            if (plan.gathers == 0) {
                return plan.phase;
            }
            parallel = Optional.of(plan);
            whyNotParallel = plan.gathers + " gathers would cost more than lanes bring";
        } catch (NotInLanes reason) {
            whyNotParallel = reason.getMessage();
        }
        var reasons = new ArrayList<String>();
        var loops = serialLoops(reasons);
        if (!loops.isEmpty()) {
            var text = "lanes over " + loops.size() + (loops.size() == 1 ? " serial loop" : " serial loops") + ", "
                    + machine.lanes() + " lanes; not over the parallel loop: " + whyNotParallel;
            return phase(Mode.SERIAL, machine.lanes(), 1, 1, loops, text);
        }
        if (parallel.isPresent() && parallel.get().operations >= OPERATIONS_PER_GATHER * parallel.get().gathers) {
            return parallel.get().phase;
        }
        var text = "scalar; not over the parallel loop: " + whyNotParallel
                + (reasons.isEmpty() ? "" : "; not over serial loops: " + String.join(", ", reasons));
        return phase(Mode.SCALAR, machine.lanes(), 1, 1, Map.of(), text);
    }

    private PhasePlan phase(
            Mode mode, int lanes, int units, int rows, Map<While, VectorLoop> loops, String explanation) {
        var uniform = LaneShapes.allUniform();
        return new PhasePlan(
                nest,
                mode,
                lanes,
                Units.sideBySide(units, lanes),
                rows,
                Tail.SCALAR,
                rows,
                Tail.SCALAR,
                rows,
                uniform,
                uniform,
                loops,
                Optional.empty(),
                1,
                cost(nest.body()),
                explanation);
    }

    private record Parallel(PhasePlan phase, int gathers, int operations) {}

    private Parallel parallel() {
        var lane = nest.innermost();
        if (lane.loop().step() != 1) {
            throw new NotInLanes("its step is not 1");
        }
        long trips = lane.trips(values);
        if (trips == 0 || trips == 1) {
            throw new NotInLanes("it has " + trips + (trips == 1 ? " iteration" : " iterations"));
        }
        int lanes = machine.lanes();
        var single = shapes(Optional.empty());
        var findings = LaneRules.verify(single, nest.body(), false);
        Dependences.verify(nest.body(), lane.index(), trips, values);
        boolean serial = nest.hasSerialLoop();
        int accumulators = Math.max(1, accumulators(single));
        var jammed = single;
        int rows = 1;
        String whyNoRows = "";
        if (serial && nest.depth() > 1 && !findings.diverges() && findings.gathers() == 0) {
            try {
                jammed = jam();
                rows = rows(accumulators);
            } catch (NotInLanes reason) {
                whyNoRows = "; one row at a time: " + reason.getMessage();
            }
        }
        if (rows == 1) {
            jammed = single;
        }
        int units = findings.diverges() ? 1 : units(rows, accumulators * rows, trips, lanes);
        var shapesOf = jammed;
        var whole = new CodeSize(jammed, nest.body(), findings.diverges());
        boolean idempotent = isIdempotent();
        // Where nearly all that should run together fits, one method is faster than two.
        boolean cut = serial && idempotent && !findings.diverges() && !whole.fits(rows, (units + 1) / 2, false);
        var ending = cut ? Ending.of(nest, jammed) : Optional.<Ending>empty();
        var size = ending.map(e -> new CodeSize(shapesOf, e.sums(), false)).orElse(whole);
        if (!whole.compiles()) {
            throw new NotInLanes("its vector code would be more than HotSpot's first compiler takes");
        }
        while (units > 1 && !size.fits(rows, units, false)) {
            units--;
        }
        var fitting = idempotent && trips >= lanes && serial && !findings.diverges()
                ? fitting(size, accumulators * rows, rows, trips, lanes)
                : Optional.<Units>empty();
        while (rows > 1 && !size.fits(rows, units, false)) {
            rows /= 2;
        }
        var sideBySide = fitting.orElse(Units.sideBySide(units, lanes));
        boolean masked = size.fits(1, 1, true)
                && ending.map(e -> new CodeSize(single, e.end(), findings.diverges()).fits(1, 1, true))
                        .orElse(true);
        var brief = masked ? Tail.MASKED : Tail.SCALAR;
        // A vector that begins early would meet sums where another thread has not made results of them yet.
        var tail = ending.isPresent() ? Tail.CUT : idempotent ? Tail.OVERLAPPING : brief;
        var text = "lanes over the parallel loop, " + lanes + " lanes x " + sideBySide.count() + " vectors x " + rows
                + (rows == 1 ? " row" : " rows")
                + (findings.diverges() ? ", masked branches" : "")
                + (findings.gathers() > 0 ? ", " + findings.gathers() + " gathers" : "")
                + (ending.isPresent() ? ", results made of sums one by one" : "")
                + whyNoRows;
        var phase = new PhasePlan(
                nest,
                Mode.PARALLEL,
                lanes,
                sideBySide,
                rows,
                tail,
                rows(tail, rows, whole),
                brief,
                rows(brief, rows, size),
                single,
                jammed,
                Map.of(),
                ending,
                sideBySide.cover() ? (int) trips : sideBySide.width(),
                cost(nest.body()),
                text);
        return new Parallel(phase, findings.gathers(), findings.operations());
    }

    /** Rows that run together in a tail: a divisor of those that do elsewhere. */
    private static int rows(Tail tail, int rows, CodeSize size) {
        if (tail == Tail.CUT) {
            return rows;
        }
        if (tail == Tail.SCALAR) {
            return 1;
        }
        int together = rows;
        while (together > 1 && (rows % together != 0 || !size.fits(together, 1, tail == Tail.MASKED))) {
            together--;
        }
        return together;
    }

    /** Vectors that cover a short loop that is no multiple of lanes at once; some iterations run twice. */
    private Optional<Units> fitting(CodeSize size, int accumulators, int rows, long trips, int lanes) {
        int most = mostUnits(accumulators);
        if (trips > (long) most * lanes || trips % lanes == 0) {
            return Optional.empty();
        }
        var units = Units.over((int) trips, lanes);
        return size.fits(rows, units.count(), false) ? Optional.of(units) : Optional.empty();
    }

    private int mostUnits(int accumulators) {
        return Math.clamp(machine.accumulators() / Math.max(1, accumulators), 1, MOST_UNITS);
    }

    /** Whether an iteration that runs twice leaves what it leaves the first time: nothing that is written is read. */
    private boolean isIdempotent() {
        var everything = nest.everything();
        var written = new HashSet<ArrayRef>();
        Trees.statements(everything, s -> {
            if (s instanceof Stmt.Store store) {
                written.add(store.array());
            }
        });
        var read = new boolean[1];
        Trees.expressions(everything, e -> read[0] |= e instanceof Expr.Load load && written.contains(load.array()));
        return !read[0];
    }

    /**
     * As many vectors as registers allow, unless with fewer so many fewer are left over that it pays. Where rows run together what is
     * left over does too, and only about half as many are tried: each number is a class of its own.
     */
    private int units(int rows, int accumulators, long trips, int lanes) {
        if (!nest.hasSerialLoop()) {
            return UNITS_ELEMENTWISE;
        }
        int most = mostUnits(accumulators);
        if (trips < 0) {
            return most;
        }
        int best = most;
        for (int units = most - 1; units >= 1; units--) {
            boolean tried = rows == 1 || units == (most + 1) / 2 && units > 1;
            if (tried && cost(trips, lanes, units) < cost(trips, lanes, best)) {
                best = units;
            }
        }
        return best;
    }

    /** Time for a loop: what units leave over runs one by one, in a call of its own. */
    private static double cost(long trips, int lanes, int units) {
        long vectors = trips / lanes;
        long left = vectors % units;
        double call = trips % ((long) units * lanes) == 0 ? 0 : CALL;
        return (vectors - left) * (1 + ALONE / units) + left * (1 + ALONE) + call;
    }

    private int rows(int accumulators) {
        int rows = Math.clamp(machine.accumulators() / accumulators / 2, 1, MOST_ROWS);
        long trips = nest.rows().trips(values);
        return trips > 0 ? (int) Math.min(rows, trips) : rows;
    }

    /** Shapes of everything in the nest with the innermost loop in lanes, and perhaps the next one in jammed rows. */
    private LaneShapes shapes(Optional<Level> rows) {
        var known = new HashMap<Local, LaneShape>();
        for (var level : nest.levels()) {
            known.put(level.index(), LaneShape.UNIFORM);
        }
        rows.ifPresent(level -> known.put(level.index(), LaneShape.ROW));
        known.put(nest.innermost().index(), LaneShape.LINEAR);
        var shapes = new LaneShapes(known);
        var everything = nest.everything();
        shapes.scope(everything);
        for (var level : nest.levels()) {
            shapes.infer(level.before());
        }
        shapes.infer(nest.body());
        findEverySecond(shapes, everything);
        return shapes;
    }

    /** Loads whose lanes read every second element, as a stride of two makes them. */
    private void findEverySecond(LaneShapes shapes, List<Stmt> everything) {
        var definitions = AffineIndex.definitions(everything);
        // An index has more values than the one it begins with.
        nest.levels().forEach(level -> definitions.remove(level.index()));
        Trees.expressions(nest.body(), e -> {
            if (e instanceof Expr.Load load && load.array().element() == TypeKind.FLOAT) {
                var index = shapes.of(load.index());
                if (index != null && index.isVarying() && laneFactor(load.index(), shapes, definitions, 0) == 2) {
                    shapes.everySecond(load, firstLane(load.index(), shapes, definitions, 0));
                }
            }
        });
    }

    /**
     * An index whose lanes differ, with what its variables are assigned in their place, so that the first lane's is a sum of scalars.
     * Empty where a scalar may have changed since.
     */
    private Optional<Expr> firstLane(Expr index, LaneShapes shapes, Map<Local, Expr> definitions, int depth) {
        var isSame = new boolean[] {depth <= MOST_DEPTH};
        var first = Trees.map(index, e -> {
            if (!(e instanceof Expr.Read read) || !isSame[0]) {
                return e;
            }
            if (!shapes.of(read).isVarying()) {
                isSame[0] &= depth == 0 || isStable(read.local(), definitions);
                return read;
            }
            var definition = Optional.ofNullable(definitions.get(read.local()))
                    .filter(value -> !shapes.maskedAssignments().contains(read.local()))
                    .flatMap(value -> firstLane(value, shapes, definitions, depth + 1));
            isSame[0] &= definition.isPresent();
            return definition.orElse(read);
        });
        boolean isScalar =
                !Trees.any(first, e -> e instanceof Expr.Load && shapes.of(e).isVarying());
        return isSame[0] && isScalar ? Optional.of(first) : Optional.empty();
    }

    /** Whether a variable has one value in an iteration of the parallel loops. */
    private boolean isStable(Local local, Map<Local, Expr> definitions) {
        return definitions.containsKey(local)
                || nest.levels().stream().anyMatch(level -> level.index().equals(local));
    }

    /** By how much an index grows from lane to lane; -1 where that is not known. */
    private long laneFactor(Expr expr, LaneShapes shapes, Map<Local, Expr> definitions, int depth) {
        var shape = shapes.of(expr);
        if (shape == null || depth > MOST_DEPTH || expr.kind() != Kind.INT) {
            return -1;
        }
        if (shape.isUniform()) {
            return 0;
        }
        if (shape.isLinear()) {
            return 1;
        }
        return switch (expr) {
            // Where it is assigned for some lanes only, the first one may hold something else.
            case Expr.Read r
            when definitions.containsKey(r.local())
                    && !shapes.maskedAssignments().contains(r.local()) ->
                laneFactor(definitions.get(r.local()), shapes, definitions, depth + 1);
            case Expr.Binary b -> {
                long left = laneFactor(b.left(), shapes, definitions, depth + 1);
                long right = laneFactor(b.right(), shapes, definitions, depth + 1);
                yield left < 0 || right < 0
                        ? -1
                        : switch (b.op()) {
                            case ADD -> left + right;
                            case SUB -> left - right;
                            case MUL ->
                                left == 0
                                        ? right * constant(b.left(), definitions)
                                        : right == 0 ? left * constant(b.right(), definitions) : -1;
                            default -> -1;
                        };
            }
            default -> -1;
        };
    }

    /** A factor that the arguments decide; a number that makes nothing equal two where they do not. */
    private long constant(Expr expr, Map<Local, Expr> definitions) {
        return AffineIndex.of(expr, definitions, values)
                .filter(sum -> sum.factors().isEmpty())
                .map(AffineIndex::constant)
                .orElse(UNKNOWN_FACTOR);
    }

    /** Shapes for several rows; refused unless rows share vectors that they load. */
    private LaneShapes jam() {
        var shapes = shapes(Optional.of(nest.rows()));
        LaneRules.verify(shapes, nest.innermost().before(), true);
        LaneRules.verify(shapes, nest.body(), true);
        var shares = new boolean[1];
        Trees.statements(nest.body(), s -> {
            if (s instanceof While loop) {
                Trees.expressions(
                        loop.body(),
                        e -> shares[0] |= e instanceof Expr.Load
                                && shapes.of(e).isVarying()
                                && !shapes.of(e).row());
            }
        });
        if (!shares[0]) {
            throw new NotInLanes("rows share nothing that they load");
        }
        return shapes;
    }

    /** Vectors that stay alive through a serial loop because they accumulate. */
    private int accumulators(LaneShapes shapes) {
        var all = new HashSet<Local>();
        Trees.statements(nest.body(), s -> {
            if (s instanceof While loop) {
                for (var local : Assignments.carried(loop.body())) {
                    if (shapes.of(local).isVarying()) {
                        all.add(local);
                    }
                }
            }
        });
        return all.size();
    }

    /** The serial loops of the body that can run in lanes. */
    private Map<While, VectorLoop> serialLoops(List<String> reasons) {
        var found = new IdentityHashMap<While, VectorLoop>();
        serialLoops(nest.body(), found, reasons);
        return found;
    }

    private void serialLoops(List<Stmt> statements, Map<While, VectorLoop> found, List<String> reasons) {
        for (int i = 0; i < statements.size(); i++) {
            switch (statements.get(i)) {
                case While loop -> {
                    var start = i > 0 ? statements.get(i - 1) : null;
                    try {
                        found.put(loop, serialLoop(loop, start));
                    } catch (NotInLanes reason) {
                        reasons.add(reason.getMessage());
                        serialLoops(loop.body(), found, reasons);
                    }
                }
                case If branch -> {
                    serialLoops(branch.yes(), found, reasons);
                    serialLoops(branch.no(), found, reasons);
                }
                default -> {}
            }
        }
    }

    private VectorLoop serialLoop(While loop, Stmt before) {
        var counted = CountedLoop.match(loop).orElseThrow(() -> new NotInLanes("a loop that does not count up"));
        Optional<Expr> start = before instanceof Assign a && a.local().equals(counted.index())
                ? Optional.of(a.value())
                : Optional.empty();
        long trips = start.map(s -> counted.trips(s, values)).orElse(-1L);
        if (trips >= 0 && trips < machine.lanes() / 2) {
            throw new NotInLanes("a loop of " + trips + " iterations");
        }
        return VectorLoop.analyse(counted, start, nest.everything(), values);
    }

    /** Rough number of operations of some statements, loops counted as often as they turn. */
    private long cost(List<Stmt> statements) {
        long cost = 0;
        for (int i = 0; i < statements.size(); i++) {
            cost += switch (statements.get(i)) {
                case While loop -> {
                    var before = i > 0 ? statements.get(i - 1) : null;
                    var counted = CountedLoop.match(loop);
                    long trips = counted.isPresent() && before instanceof Assign a
                            ? counted.get().trips(a.value(), values)
                            : -1;
                    yield Math.max(0, trips < 0 ? UNKNOWN_TRIPS : trips) * Math.max(1, cost(loop.body()));
                }
                case If branch -> 1 + Math.max(cost(branch.yes()), cost(branch.no()));
                default -> 1;
            };
        }
        return cost;
    }
}
