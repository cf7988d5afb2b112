package tornado.attention.spark;

import java.io.Serializable;

/**
 * Which network does what: the same on all executors, and the key of the plans they keep.
 *
 * @param network with the weights' tag
 * @param digest SHA-256 of the weights as they are broadcast
 * @param node what is wanted besides the answer; null for nothing
 * @param batch images worked on at once
 * @param device as {@code attn devices} shows it; empty for the one Spark assigned, or the engine's first
 */
record Wanted(String network, String digest, String node, int batch, String device) implements Serializable {}
