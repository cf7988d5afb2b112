/**
 * How values are computed: the one place that knows which tasks a kernel covers. Parameter-only values are folded, {@linkplain
 * tornado.attention.tasks.internal.lowering.Pattern patterns} choose fused kernels, and what no pattern takes is made task by task.
 */
package tornado.attention.tasks.internal.lowering;
