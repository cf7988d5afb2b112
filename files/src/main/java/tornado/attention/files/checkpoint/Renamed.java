package tornado.attention.files.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.files.safetensors.TensorInfo;

/** A file under shorter names. */
final class Renamed extends TensorFile {
    private final TensorFile file;
    private final Map<String, String> originals;
    private final String prefix;

    private Renamed(TensorFile file, Map<String, String> originals, String prefix) {
        super(file.path());
        this.file = file;
        this.originals = Collections.unmodifiableMap(originals);
        this.prefix = prefix;
    }

    /** All names without a prefix that each of them has. */
    static TensorFile without(TensorFile file, String prefix) throws CheckpointException {
        var originals = new LinkedHashMap<String, String>();
        for (var name : file.names()) {
            if (!name.startsWith(prefix) || name.length() == prefix.length()) {
                throw new CheckpointException(
                        file.path(), "its names do not all begin with '" + prefix + "': there is '" + name + "'.");
            }
            originals.put(name.substring(prefix.length()), name);
        }
        return new Renamed(file, originals, prefix);
    }

    @Override
    public Map<String, String> metadata() {
        var all = new LinkedHashMap<>(file.metadata());
        all.put("prefix", prefix);
        return all;
    }

    @Override
    public Set<String> names() {
        return originals.keySet();
    }

    @Override
    protected TensorInfo find(String name) {
        var original = originals.get(name);
        if (original == null) {
            return null;
        }
        var info = file.info(original);
        return new TensorInfo(name, info.dtype(), info.shape(), info.begin(), info.end());
    }

    @Override
    protected MemorySegment slice(TensorInfo info) {
        return file.bytes(originals.get(info.name()));
    }

    @Override
    public void close() {
        file.close();
    }
}
