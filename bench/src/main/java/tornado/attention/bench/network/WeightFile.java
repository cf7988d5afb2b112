package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import picocli.CommandLine.Option;
import tornado.attention.modules.checkpoint.Selection;
import tornado.attention.modules.checkpoint.WeightFiles;
import tornado.attention.modules.safetensors.TensorFile;

/** Which of a file's tensors are meant, and what was done to find them. */
final class WeightFile {
    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Where in a .pth file the weights lie, such as model_ema. Default: where they usually do.")
    private String key;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Take this off all names. Default: 'module.', where all names begin so.")
    private String prefix;

    TensorFile open(Path file) throws IOException {
        return WeightFiles.open(file, new Selection(key, prefix));
    }

    /** Whether one of the options was given. */
    boolean isGiven() {
        return key != null || prefix != null;
    }

    /** What was found where: one line, empty where there is nothing to say. */
    static String found(TensorFile file) {
        var said = new ArrayList<String>();
        var metadata = file.metadata();
        if (metadata.containsKey("key")) {
            said.add("the weights lie under '" + metadata.get("key") + "'"
                    + (metadata.containsKey("other keys") ? " (others: " + metadata.get("other keys") + ")" : ""));
        }
        if (metadata.containsKey("prefix")) {
            said.add("'" + metadata.get("prefix") + "' was taken off all names");
        }
        if (metadata.containsKey("not tensors")) {
            said.add("no tensors: " + metadata.get("not tensors"));
        }
        return String.join("; ", said);
    }
}
