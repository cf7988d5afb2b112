/** The {@code attn} command line: run, verify and compare modules on the devices of this machine. */
package tornado.attention.bench;
