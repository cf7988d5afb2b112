package tornado.attention.embedded.internal.compiler.runtime;

import java.lang.invoke.MethodHandle;

/**
 * A class that was generated for a kernel.
 *
 * @param name as it reads in a stack trace
 * @param constructor {@code (Object[]) -> Tile}: takes all arguments of the kernel
 */
public record GeneratedClass(String name, MethodHandle constructor) {}
