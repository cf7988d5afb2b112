package tornado.attention.embedded.internal.compiler.lanes;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/**
 * How one parallel nest is to run.
 *
 * @param nest the nest
 * @param mode where the lanes come from
 * @param lanes number of lanes
 * @param units vectors side by side
 * @param rows rows of the next outer loop that run together
 * @param tail how what whole grains leave over runs
 * @param tailRows rows that run together in a tail, a divisor of {@code rows}
 * @param brief how a loop that is shorter than a vector runs, the tail being all there is of it
 * @param briefRows rows that run together there
 * @param single shapes for one row
 * @param jammed shapes for several rows; the same where there is one
 * @param vectorLoops serial loops that run in lanes, by identity
 * @param ending the body cut behind its serial loop, where it is too long to run together whole
 * @param grain iterations of the innermost loop that run side by side
 * @param cost operations of one iteration of the innermost loop
 * @param explanation what was chosen and why not better
 */
record PhasePlan(
        NestTree nest,
        Mode mode,
        int lanes,
        Units units,
        int rows,
        Tail tail,
        int tailRows,
        Tail brief,
        int briefRows,
        LaneShapes single,
        LaneShapes jammed,
        Map<While, VectorLoop> vectorLoops,
        Optional<Ending> ending,
        int grain,
        long cost,
        String explanation) {
    /**
     * What of a plan the generated code depends on: for other sizes with the same form, the same code serves.
     *
     * @param cut whether results are made of sums in a method of their own
     * @param everySecond loads whose lanes read every second element
     * @param vectorLoops by identity
     */
    record Form(
            Mode mode,
            int lanes,
            Units units,
            int rows,
            Tail tail,
            int tailRows,
            Tail brief,
            int briefRows,
            boolean cut,
            Set<Expr.Load> everySecond,
            Set<While> vectorLoops) {}

    Form form() {
        return new Form(
                mode,
                lanes,
                units,
                rows,
                tail,
                tailRows,
                brief,
                briefRows,
                ending.isPresent(),
                single.everySecond(),
                vectorLoops.keySet());
    }

    /** Whether what whole grains leave over has methods of its own. */
    boolean hasTails() {
        return mode == Mode.PARALLEL;
    }

    /** Whether a call may run many rows: around serial loops of rows that run together HotSpot keeps fewer accumulators in registers then. */
    boolean runsManyRows() {
        return mode == Mode.PARALLEL && rows == 1;
    }

    /** Whether little is done for each row. */
    boolean isLight() {
        return mode == Mode.PARALLEL && !nest.hasSerialLoop();
    }

    /** How what whole grains of the innermost parallel loop leave over runs. */
    enum Tail {
        /** The last vector begins early and computes some elements a second time: where that changes nothing. */
        OVERLAPPING,
        /** Whole vectors by the cut body, one by one; then some lanes are off. */
        CUT,
        /** Some lanes are off. */
        MASKED,
        /** Without lanes, since masked code would be too long for HotSpot. */
        SCALAR
    }

    /** Where lanes come from. */
    enum Mode {
        /** Each lane is an iteration of the innermost parallel loop. */
        PARALLEL,
        /** Each lane is an iteration of a serial loop in the body. */
        SERIAL,
        /** No lanes. */
        SCALAR
    }
}
