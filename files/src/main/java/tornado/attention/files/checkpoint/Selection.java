package tornado.attention.files.checkpoint;

/**
 * Which of a file's tensors are wanted, and under which names.
 *
 * @param key under which of the file's entries the weights lie, such as {@code model_ema}; null: where they usually do
 * @param prefix taken off all names; null: {@code module.}, {@code _orig_mod.} and {@code model.}, where all names have them
 */
public record Selection(String key, String prefix) {
    /** The usual place, the usual prefix. */
    public static final Selection USUAL = new Selection(null, null);
}
