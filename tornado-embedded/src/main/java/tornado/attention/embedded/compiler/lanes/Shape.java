package tornado.attention.embedded.compiler.lanes;

/**
 * How a value differs between the lanes of a vector, and between rows that are jammed.
 *
 * @param lane how it differs between lanes
 * @param row whether it differs between jammed rows
 */
record Shape(Lane lane, boolean row) {
    enum Lane {
        /** The same in all lanes: kept as a scalar. */
        UNIFORM,
        /** That of the first lane plus the lane's number: kept as a scalar, that of the first lane. */
        LINEAR,
        /** Anything: kept as a vector. */
        VARYING
    }

    static final Shape UNIFORM = new Shape(Lane.UNIFORM, false);
    static final Shape LINEAR = new Shape(Lane.LINEAR, false);
    static final Shape ROW = new Shape(Lane.UNIFORM, true);
    static final Shape VARYING = new Shape(Lane.VARYING, false);

    boolean isUniform() {
        return lane == Lane.UNIFORM;
    }

    boolean isLinear() {
        return lane == Lane.LINEAR;
    }

    boolean isVarying() {
        return lane == Lane.VARYING;
    }

    Shape with(Lane other) {
        return new Shape(other, row);
    }

    /** The shape of a variable that is given both shapes: uniform and linear have no common form but a vector. */
    Shape join(Shape other) {
        return new Shape(lane == other.lane ? lane : Lane.VARYING, row || other.row);
    }
}
