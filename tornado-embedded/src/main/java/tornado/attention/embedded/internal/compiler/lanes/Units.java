package tornado.attention.embedded.internal.compiler.lanes;

/**
 * Vectors that run side by side over neighbouring iterations. They may cover a whole loop that is no multiple of lanes long:
 * the last one then begins early, and some iterations run twice.
 *
 * @param count how many vectors
 * @param lanes of each
 * @param cover whether they cover a whole loop, at most {@code count * lanes} iterations and more than one vector fewer would
 */
record Units(int count, int lanes, boolean cover) {
    /** Vectors that cover no iteration twice. */
    static Units sideBySide(int count, int lanes) {
        return new Units(count, lanes, false);
    }

    /** As few vectors as cover a loop of so many iterations, more than one vector's and no multiple of it. */
    static Units over(int trips, int lanes) {
        return new Units(Math.ceilDiv(trips, lanes), lanes, true);
    }

    /** Iterations of one turn; of units that cover a loop, no more than this. */
    int width() {
        return count * lanes;
    }

    /** The first iteration of a vector, counted from that of the first one; of one that begins early, the latest there may be. */
    int offset(int unit) {
        return unit * lanes;
    }

    /** Whether a vector begins so that it ends with the loop, wherever that is. */
    boolean beginsEarly(int unit) {
        return cover && unit == count - 1;
    }
}
