/**
 * What is computed, as data: {@linkplain tornado.attention.tasks.graph.Value values} made by {@linkplain
 * tornado.attention.tasks.graph.Task tasks}. A task knows the shape it makes, what it costs, its value in double precision and its
 * adjoint; it knows no kernel, no device and no fusion.
 *
 * <pre>
 *   input, parameters ──▶ task ──▶ value ──▶ task ──▶ ... ──▶ value
 * </pre>
 */
package tornado.attention.tasks.graph;
