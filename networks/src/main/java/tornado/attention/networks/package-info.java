/**
 * Whole networks: a {@linkplain tornado.attention.networks.NetworkConfig config} says which, a {@linkplain
 * tornado.attention.networks.Family family} builds it, the {@linkplain tornado.attention.networks.Networks catalogue} knows timm's names.
 */
package tornado.attention.networks;
