/**
 * Reusable tasks, and the chain and plan that carry them.
 *
 * <pre>
 *   Tensor in ──▶ task (checks shapes, picks the variant, adds a Step) ──▶ Tensor out
 *                          │
 *                     TaskChain ── cost() ──▶ ChainCost
 *                          │ plan(device): buffers, transfers, tasks
 *                        Plan ── run() ──▶ outputs
 * </pre>
 *
 * <p>Tasks are static methods that take the chain (or a {@linkplain tornado.attention.tasks.TaskChain#scope scope} of it), the
 * name of the step within the scope, tensors and weights, and return the tensor they made.
 */
package tornado.attention.tasks;
