/** Where pixels of a photograph look, and how much that depends on the pixel that asks. */
package tornado.attention.bench.show;
