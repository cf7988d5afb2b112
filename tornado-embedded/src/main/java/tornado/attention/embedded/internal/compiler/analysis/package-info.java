/** What a kernel is and may be, found from its bytecode: parallel loops, nests, broken rules. */
package tornado.attention.embedded.internal.compiler.analysis;
