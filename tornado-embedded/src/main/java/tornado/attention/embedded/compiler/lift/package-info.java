/** From bytecode to statements and expressions. */
package tornado.attention.embedded.compiler.lift;
