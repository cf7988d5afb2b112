package tornado.attention.files.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.TensorFile;

/** Opens files of weights, whatever their kind. */
public final class WeightFiles {
    private static final List<String> USUAL = List.of("module.", "_orig_mod.", "model.");

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
        var prefix = selection.prefix() == null ? usualPrefix(opened.names()) : selection.prefix();
        if (prefix.isEmpty()) {
            return opened;
        }
        try {
            return Renamed.without(opened, prefix);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** All files that {@link #open} reads: the file, and those that it names where it is an index. */
    public static List<Path> files(Path file) {
        var all = new ArrayList<Path>(List.of(file));
        if (file.toString().endsWith(".json") && Files.isRegularFile(file)) {
            all.addAll(ShardedFile.parts(file));
        }
        return all;
    }

    /** What DataParallel, torch.compile and a training loop's wrapper have put in front of all names, one before the other; else nothing. */
    static String usualPrefix(Collection<String> names) {
        var prefix = new StringBuilder();
        boolean longer = !names.isEmpty();
        while (longer) {
            longer = false;
            for (var usual : USUAL) {
                var tried = prefix + usual;
                if (names.stream().allMatch(n -> n.startsWith(tried) && n.length() > tried.length())) {
                    prefix.append(usual);
                    longer = true;
                    break;
                }
            }
        }
        return prefix.toString();
    }

    /** What was found where: one line, empty where there is nothing to say. */
    public static String found(TensorFile file) {
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
