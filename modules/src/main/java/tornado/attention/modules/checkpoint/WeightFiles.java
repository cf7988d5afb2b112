package tornado.attention.modules.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.modules.safetensors.TensorFile;

/** Opens files of weights, whatever their kind. */
public final class WeightFiles {
    private WeightFiles() {}

    /**
     * Opens a file: safetensors, the index of several ones, or what {@code torch.save} wrote; by what it begins with, not by its name.
     *
     * @param selection which of its tensors; only what {@code torch.save} wrote holds more than weights
     * @return the open file; the caller closes it
     * @throws IOException if it cannot be read, with a sentence
     */
    public static TensorFile open(Path file, Selection selection) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(file, "there is no such file; check the path.");
        }
        if (Checkpoint.isOne(file)) {
            return Checkpoint.open(file, selection);
        }
        if (selection.key() != null) {
            throw new CheckpointException(
                    file,
                    "it is no file of torch.save's, so it has nothing under '" + selection.key() + "'; leave the"
                            + " key out.");
        }
        var opened = file.toString().endsWith(".json") ? ShardedFile.open(file) : SafetensorsFile.open(file);
        if (selection.prefix() == null || selection.prefix().isEmpty()) {
            return opened;
        }
        try {
            return Renamed.without(opened, selection.prefix());
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }
}
