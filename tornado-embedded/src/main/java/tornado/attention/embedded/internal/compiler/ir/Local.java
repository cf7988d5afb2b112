package tornado.attention.embedded.internal.compiler.ir;

/**
 * A variable of a lifted kernel: a local of the source, of an inlined helper, or a temporary.
 *
 * @param id number, unique in the kernel
 * @param kind its type
 */
public record Local(int id, Kind kind) {}
