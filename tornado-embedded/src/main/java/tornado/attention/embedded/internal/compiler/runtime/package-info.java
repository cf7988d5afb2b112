/** What generated classes extend and call, and how iteration spaces are cut into tiles. */
package tornado.attention.embedded.internal.compiler.runtime;
