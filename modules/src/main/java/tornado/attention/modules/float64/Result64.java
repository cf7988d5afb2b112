package tornado.attention.modules.float64;

import java.util.List;
import java.util.Map;

/**
 * What one forward pass gave.
 *
 * @param outputs the outputs in the order of the module's return value
 * @param after the batch norm statistics after this pass ({@code running_mean}, {@code running_var},
 *     {@code num_batches_tracked}) by their full name; empty in eval mode
 */
public record Result64(List<Array64> outputs, Map<String, Array64> after) {

    /** Keeps unmodifiable copies. */
    public Result64 {
        outputs = List.copyOf(outputs);
        after = Map.copyOf(after);
    }

    /** The first output. */
    public Array64 output() {
        return outputs.getFirst();
    }
}
