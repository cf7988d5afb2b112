package tornado.attention.embedded.compiler.lanes;

/**
 * Vectors that run side by side over neighbouring iterations. The last one may begin early, so that together they cover a loop
 * that is no multiple of lanes long: some iterations then run twice.
 *
 * @param count how many vectors
 * @param lanes of each
 * @param width iterations covered: at most {@code count * lanes}, and more than one vector fewer would cover
 */
record Units(int count, int lanes, int width) {
    /** Vectors that cover no iteration twice. */
    static Units sideBySide(int count, int lanes) {
        return new Units(count, lanes, count * lanes);
    }

    /** As few vectors as cover a loop of so many iterations, at least one vector's. */
    static Units over(int trips, int lanes) {
        return new Units(Math.ceilDiv(trips, lanes), lanes, trips);
    }

    /** The first iteration of a vector, counted from that of the first one. */
    int offset(int unit) {
        return Math.min(unit * lanes, width - lanes);
    }
}
