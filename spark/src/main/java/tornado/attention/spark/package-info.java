/**
 * Networks as stages of Apache Spark: {@linkplain tornado.attention.spark.ImageEmbedder vectors} and {@linkplain
 * tornado.attention.spark.ImageClassifier classes} of the images in a column, and {@code attn spark} for a folder of them.
 *
 * <pre>
 *   driver: weights ── broadcast once ──▶ executor: one network ──▶ task slot: one plan, kept from task to task
 * </pre>
 */
package tornado.attention.spark;
