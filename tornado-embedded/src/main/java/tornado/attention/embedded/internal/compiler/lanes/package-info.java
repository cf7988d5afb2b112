/** Planning and generation of vector code. */
package tornado.attention.embedded.internal.compiler.lanes;
