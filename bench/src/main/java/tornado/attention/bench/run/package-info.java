/** Runs one module on a file or a photograph and shows where it looks; what {@code attn show} needs of that as well. */
package tornado.attention.bench.run;
