/** From bytecode to statements and expressions. */
package tornado.attention.embedded.internal.compiler.lift;
