/** From a file with a photograph to the numbers that a network takes. */
package tornado.attention.networks.image;
