package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import tornado.attention.files.checkpoint.Selection;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.files.safetensors.TensorFile;

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
            description =
                    "Take this off all names. Default: 'module.', '_orig_mod.' and 'model.', where all names begin so.")
    private String prefix;

    TensorFile open(Path file) throws IOException {
        return WeightFiles.open(file, new Selection(key, prefix));
    }

    /** Whether one of the options was given. */
    boolean isGiven() {
        return key != null || prefix != null;
    }
}
