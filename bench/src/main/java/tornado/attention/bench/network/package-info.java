/** Commands for whole networks and their weights. */
package tornado.attention.bench.network;
