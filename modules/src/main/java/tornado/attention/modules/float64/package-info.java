/**
 * The independent second source of every result: each module once more, in float64 and plain Java loops, written from
 * its formula.
 *
 * <p>It shares no code with the kernels and tasks it checks, so a mistake would have to be made twice to go unnoticed.
 * It is used by property tests and by the comparison of devices; {@link tornado.attention.modules.float64.Reference64}
 * is the door.
 */
package tornado.attention.modules.float64;
