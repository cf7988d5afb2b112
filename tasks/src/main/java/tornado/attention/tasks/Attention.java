package tornado.attention.tasks;

/**
 * An attention tensor that a module exposes.
 *
 * @param kind what it says
 * @param tensor where it is; its shape is that of the kind
 */
public record Attention(AttentionKind kind, Tensor tensor) {}
