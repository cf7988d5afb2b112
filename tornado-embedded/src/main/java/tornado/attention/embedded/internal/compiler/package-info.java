/**
 * Compiles kernels: from the method reference of a task to its bytecode ({@code analysis}), to a generated class that runs
 * tiles of its iteration space, to the threads that share the tiles.
 *
 * <p>The {@code scalar} tile is the kernel's own bytecode with other loop bounds and takes all the Java that kernels may
 * use. Where the kernel can be lifted ({@code lift}) to a small tree of statements and expressions ({@code ir}), the tile
 * runs in SIMD {@code lanes}: over the innermost parallel loop, or else over serial loops in the body. Generated classes
 * extend those of {@code runtime}.
 *
 * <p>Results do not depend on the number of threads or on the run: each element of a parallel loop is computed by the same
 * operations wherever it falls, and sums over serial loops are folded in a fixed order.
 */
package tornado.attention.embedded.internal.compiler;
