/** Which kernels a module or network consists of, how the engine runs them, what they cost and what HotSpot compiles for them. */
package tornado.attention.bench.explain;
