/** Training of networks on the device: losses, optimisers, and a step as one plan. */
package tornado.attention.networks.training;
