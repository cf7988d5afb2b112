/** {@code attn experiment}: networks with different attention, trained from several seeds and compared. */
package tornado.attention.bench.experiment;
