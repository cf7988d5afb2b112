/** Which engine runs task graphs here, on what devices, and where a TornadoVM would be. */
package tornado.attention.bench.engine;
