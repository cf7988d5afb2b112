package tornado.attention.bench.tables;

/** Where attention stands in a network of blocks. */
interface Placement {
    /** No attention. */
    Placement NONE = (network, block) -> {};

    /**
     * Which block it is.
     *
     * @param stage from 0
     * @param index in its stage, from 0
     * @param of number of blocks of the stage
     */
    record Block(int stage, int index, int of) {
        /** Whether it is the last of its stage. */
        boolean isLast() {
            return index == of - 1;
        }
    }

    /** Adds what stands behind the last layer of a block, before the addition of the shortcut. */
    void behind(NetworkBuilder network, Block block);

    /** Adds what stands before a convolution. */
    default void before(NetworkBuilder network) {}
}
