/** The machine a run takes place on: what it says of itself, and the energy it uses. */
package tornado.attention.bench.machine;
