package tornado.attention.embedded.compiler.lanes;

import java.util.Map;
import tornado.attention.embedded.compiler.ir.Stmt.While;

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
 * @param single shapes for one row
 * @param jammed shapes for several rows; the same where there is one
 * @param vectorLoops serial loops that run in lanes, by identity
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
        Shapes single,
        Shapes jammed,
        Map<While, VectorLoop> vectorLoops,
        long cost,
        String explanation) {
    /** Whether what whole grains leave over has methods of its own. */
    boolean hasTails() {
        return mode == Mode.PARALLEL;
    }

    /**
     * Whether a call may run many rows: where little is done for each. Around serial loops HotSpot keeps fewer accumulators
     * in registers if there is another loop.
     */
    boolean isLight() {
        return mode == Mode.PARALLEL && !nest.hasSerialLoop();
    }

    /** How what whole grains of the innermost parallel loop leave over runs. */
    enum Tail {
        /** The last vector begins early and computes some elements a second time: where that changes nothing. */
        OVERLAPPING,
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
