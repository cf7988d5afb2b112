/** JMH benchmarks of kernels, tasks, modules and dispatch; they share the case list of the comparison. */
package tornado.attention.bench.jmh;
