/** Which device a module runs on, and which one is fastest for it. */
package tornado.attention.bench.device;
