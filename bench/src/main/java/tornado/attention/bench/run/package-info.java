/** Runs one module on a file or a photograph and shows where it looks. */
package tornado.attention.bench.run;
