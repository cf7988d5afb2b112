/** {@code attn train} and {@code attn evaluate}: networks on labelled images. */
package tornado.attention.bench.train;
