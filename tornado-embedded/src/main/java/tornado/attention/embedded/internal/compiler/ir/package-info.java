/** Statements and expressions of lifted kernels. */
package tornado.attention.embedded.internal.compiler.ir;
