package tornado.attention.spark;

/**
 * A row of what {@code attn spark} writes.
 *
 * @param path of the image, from the folder on
 * @param digest SHA-256 of the file; null where it could not be read
 * @param made of it, or why there is nothing
 */
record ImageRow(String path, String digest, Slot.Made made) {}
