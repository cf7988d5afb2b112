/** Scalar tiles: the kernel's own bytecode over a part of its iteration space. */
package tornado.attention.embedded.internal.compiler.scalar;
