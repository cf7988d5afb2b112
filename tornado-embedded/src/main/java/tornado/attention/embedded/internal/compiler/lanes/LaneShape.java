package tornado.attention.embedded.internal.compiler.lanes;

/**
 * How a value differs between the lanes of a vector, and between rows that are jammed.
 *
 * @param lane how it differs between lanes
 * @param row whether it differs between jammed rows
 */
record LaneShape(Lane lane, boolean row) {
    enum Lane {
        /** The same in all lanes: kept as a scalar. */
        UNIFORM,
        /** That of the first lane plus the lane's number: kept as a scalar, that of the first lane. */
        LINEAR,
        /** Anything: kept as a vector. */
        VARYING
    }

    static final LaneShape UNIFORM = new LaneShape(Lane.UNIFORM, false);
    static final LaneShape LINEAR = new LaneShape(Lane.LINEAR, false);
    static final LaneShape ROW = new LaneShape(Lane.UNIFORM, true);
    static final LaneShape VARYING = new LaneShape(Lane.VARYING, false);

    boolean isUniform() {
        return lane == Lane.UNIFORM;
    }

    boolean isLinear() {
        return lane == Lane.LINEAR;
    }

    boolean isVarying() {
        return lane == Lane.VARYING;
    }

    LaneShape with(Lane other) {
        return new LaneShape(other, row);
    }

    /** The shape of a variable that is given both shapes: uniform and linear have no common form but a vector. */
    LaneShape join(LaneShape other) {
        return new LaneShape(lane == other.lane ? lane : Lane.VARYING, row || other.row);
    }
}
