package tornado.attention.files.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.files.checkpoint.Pickled.Inert;
import tornado.attention.files.checkpoint.Pickled.Tensor;
import tornado.attention.files.safetensors.DType;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.files.safetensors.TensorInfo;

/**
 * A file that {@code torch.save} wrote, read without executing anything. Tensors that lie in one piece are read where they lie; views with
 * other strides are copied when they are asked for.
 */
public final class Checkpoint extends TensorFile {
    /** Where weights lie in files that hold more, the likeliest first. */
    private static final List<String> WRAPPERS =
            List.of("state_dict", "model_state_dict", "model", "state_dict_ema", "model_ema", "net", "params");

    /** A repeated element may stand for so many: of a file of n bytes there are no more than this times n bytes of tensors. */
    private static final long REPEATED = 64;

    /** A tensor and how the file describes it. */
    private record Entry(TensorInfo info, Tensor tensor) {}

    private final Arena arena;
    private final Records records;
    private final Map<String, Entry> tensors;
    private final Map<String, String> metadata;

    private Checkpoint(
            Path path, Arena arena, Records records, Map<String, Entry> tensors, Map<String, String> metadata) {
        super(path);
        this.arena = arena;
        this.records = records;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /** Whether a file begins as {@code torch.save} writes it. */
    static boolean isOne(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            var begin = channel.map(MapMode.READ_ONLY, 0, Math.min(channel.size(), 16), arena);
            return ZipRecords.begins(begin) || LegacyRecords.begins(begin);
        }
    }

    /**
     * Opens a file. The strings beside the tensors ({@link #metadata}) say where they were found and which prefix was taken off.
     *
     * @throws CheckpointException if it is none, is damaged, asks for something that acts, or holds no tensors
     */
    public static Checkpoint open(Path path, Selection selection) throws IOException {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new CheckpointException(path, "this is not a file that can be read; check the path.");
        }
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var whole = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            return open(path, arena, whole, selection);
        } catch (PickleException e) {
            arena.close();
            throw new CheckpointException(path, e.getMessage() + ".", e);
        } catch (InternalError fault) { // what an access to mapped memory beyond the end of the file becomes
            arena.close();
            throw new CheckpointException(path, "the file was cut short while it was opened; open it again.", fault);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static Checkpoint open(Path path, Arena arena, MemorySegment whole, Selection selection) {
        Records records;
        if (ZipRecords.begins(whole)) {
            records = ZipRecords.of(whole);
        } else if (LegacyRecords.begins(whole)) {
            records = LegacyRecords.of(whole);
        } else {
            throw new PickleException("it is neither a zip file nor a pickle as torch.save writes them");
        }
        var metadata = new LinkedHashMap<String, String>();
        var found = weights(records.saved(), selection.key(), metadata);
        var prefix = prefix(found.keySet(), selection.prefix());
        if (!prefix.isEmpty()) {
            metadata.put("prefix", prefix);
        }
        var tensors = new LinkedHashMap<String, Entry>();
        long total = 0;
        for (var each : found.entrySet()) {
            var name = each.getKey().substring(prefix.length());
            var entry = new Entry(info(name, each.getValue()), each.getValue());
            check(name, entry, records, whole.byteSize());
            total += entry.info().byteSize();
            if (total > REPEATED * whole.byteSize()) {
                throw new PickleException("its tensors would have more than " + REPEATED
                        + " times the bytes of the file, all repeated; it is no file of weights");
            }
            tensors.put(name, entry);
        }
        return new Checkpoint(path, arena, records, tensors, metadata);
    }

    // -------------------------------------------------------------------------------------------- finding weights

    private static Map<String, Tensor> weights(Object saved, String key, Map<String, String> metadata) {
        if (saved instanceof Inert module) {
            throw new PickleException("this file holds a whole module, "
                    + Pickled.shown(module.of().toString())
                    + ", which only a program that has the class can read; save its state_dict");
        }
        if (!(saved instanceof Map<?, ?> map)) {
            throw new PickleException("it holds " + Pickled.shown(saved) + " and no map of tensors; save a state_dict");
        }
        if (key != null) {
            if (!(map.get(key) instanceof Map<?, ?> inner)) {
                throw new PickleException(
                        "it has no map of tensors under " + Pickled.shown(key) + "; there is " + names(map));
            }
            metadata.put("key", key);
            return required(tensors(inner, metadata), inner);
        }
        Inert whole = null;
        for (var wrapper : WRAPPERS) {
            if (map.get(wrapper) instanceof Map<?, ?> inner) {
                var found = tensors(inner, metadata);
                if (!found.isEmpty()) {
                    metadata.put("key", wrapper);
                    WRAPPERS.stream()
                            .filter(other -> !other.equals(wrapper) && map.get(other) instanceof Map<?, ?>)
                            .reduce((x, y) -> x + ", " + y)
                            .ifPresent(others -> metadata.put("other keys", others));
                    return found;
                }
            }
            if (whole == null && map.get(wrapper) instanceof Inert module) {
                whole = module;
            }
        }
        if (whole != null) {
            throw new PickleException("it holds a whole module, "
                    + Pickled.shown(whole.of().toString()) + ", beside other things; save its state_dict");
        }
        return required(tensors(map, metadata), map);
    }

    private static Map<String, Tensor> required(Map<String, Tensor> found, Map<?, ?> map) {
        if (found.isEmpty()) {
            throw new PickleException("there are no tensors in it; it has " + names(map));
        }
        return found;
    }

    private static String names(Map<?, ?> map) {
        if (map.isEmpty()) {
            return "nothing";
        }
        var shown = new ArrayList<String>();
        for (var each : map.keySet()) {
            if (shown.size() == 8) {
                return String.join(", ", shown) + " and " + (map.size() - 8) + " more";
            }
            shown.add(Pickled.shown(each));
        }
        return String.join(", ", shown);
    }

    private static Map<String, Tensor> tensors(Map<?, ?> map, Map<String, String> metadata) {
        var tensors = new LinkedHashMap<String, Tensor>();
        var others = new ArrayList<String>();
        map.forEach((name, value) -> {
            if (name instanceof String text && value instanceof Tensor tensor) {
                tensors.put(text, tensor);
            } else {
                others.add(String.valueOf(name));
            }
        });
        if (!tensors.isEmpty() && !others.isEmpty()) {
            metadata.put("not tensors", String.join(", ", others.subList(0, Math.min(others.size(), 8))));
        }
        return tensors;
    }

    /** What all names begin with: what was asked for, or DataParallel's. */
    private static String prefix(Set<String> names, String prefix) {
        if (prefix == null) {
            return WeightFiles.usualPrefix(names);
        }
        boolean all = names.stream().allMatch(n -> n.startsWith(prefix) && n.length() > prefix.length());
        if (!all) {
            var other = names.stream()
                    .filter(n -> !n.startsWith(prefix))
                    .findFirst()
                    .orElse(prefix);
            throw new PickleException(
                    "its names do not all begin with " + Pickled.shown(prefix) + ": there is " + Pickled.shown(other));
        }
        return prefix;
    }

    // ---------------------------------------------------------------------------------------------------- tensors

    private static TensorInfo info(String name, Tensor tensor) {
        try {
            long elements = 1;
            boolean empty = false;
            for (long size : tensor.sizes()) {
                empty |= size == 0;
                elements = Math.multiplyExact(elements, Math.max(size, 1));
            }
            long bytes = Math.multiplyExact(empty ? 0 : elements, tensor.dtype().bits() / Byte.SIZE);
            return new TensorInfo(name, tensor.dtype(), tensor.sizes(), 0, bytes);
        } catch (ArithmeticException e) {
            var huge =
                    new PickleException("its tensor " + Pickled.shown(name) + " has more elements than a number holds");
            huge.initCause(e);
            throw huge;
        }
    }

    /** Fails unless all elements of a tensor lie in its record. */
    private static void check(String name, Entry entry, Records records, long fileBytes) {
        var tensor = entry.tensor();
        if (entry.info().byteSize() > REPEATED * fileBytes) {
            throw new PickleException("its tensor " + Pickled.shown(name) + " of "
                    + entry.info().describe() + " has more elements than such a file can mean");
        }
        var bytes = records.storage(tensor.storage());
        long width = tensor.dtype().bits() / Byte.SIZE;
        try {
            long last = lastElement(tensor);
            boolean fits = entry.info().byteSize() == 0
                    || last < tensor.storage().elements()
                            && Math.multiplyExact(Math.addExact(last, 1), width) <= bytes.byteSize();
            boolean whole = Math.multiplyExact(
                            tensor.storage().elements(),
                            tensor.storage().dtype().bits() / Byte.SIZE)
                    <= bytes.byteSize();
            if (!fits || !whole) {
                throw new PickleException("its tensor " + Pickled.shown(name) + " of "
                        + entry.info().describe() + " reaches beyond its record of " + bytes.byteSize()
                        + " bytes; the file is cut short or corrupt");
            }
        } catch (ArithmeticException e) {
            var huge = new PickleException(
                    "its tensor " + Pickled.shown(name) + " lies farther than a number holds; the file is corrupt");
            huge.initCause(e);
            throw huge;
        }
        if (tensor.dtype() == DType.BOOL) {
            // All bytes up to the last element: also those between the elements of a view.
            long first = tensor.storage().first() + tensor.offset();
            long last = lastElement(tensor);
            for (long i = first; entry.info().byteSize() > 0 && i <= last; i++) {
                if ((bytes.get(ValueLayout.JAVA_BYTE, i) & ~1) != 0) {
                    throw new PickleException("its tensor " + Pickled.shown(name)
                            + " is BOOL but holds a byte other than 0 and 1; the file is corrupt");
                }
            }
        }
    }

    /** The place of a tensor's last element in its record. */
    private static long lastElement(Tensor tensor) {
        long last = Math.addExact(tensor.storage().first(), tensor.offset());
        for (int i = 0; i < tensor.sizes().length; i++) {
            last = Math.addExact(last, Math.multiplyExact(Math.max(tensor.sizes()[i] - 1, 0), tensor.strides()[i]));
        }
        return last;
    }

    private static boolean inOnePiece(Tensor tensor) {
        long stride = 1;
        for (int i = tensor.sizes().length - 1; i >= 0; i--) {
            if (tensor.sizes()[i] != 1 && tensor.strides()[i] != stride) {
                return false;
            }
            stride *= tensor.sizes()[i];
        }
        return true;
    }

    private static MemorySegment gathered(Entry entry, Records records) {
        var tensor = entry.tensor();
        long bytes = entry.info().byteSize();
        if (bytes == 0) {
            return MemorySegment.ofArray(new byte[0]);
        }
        long width = tensor.dtype().bits() / Byte.SIZE;
        var record = records.storage(tensor.storage());
        long from = (tensor.storage().first() + tensor.offset()) * width;
        if (inOnePiece(tensor)) {
            return record.asSlice(from, bytes);
        }
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("Tensor '" + entry.info().name() + "' is a view of " + bytes
                    + " bytes, more than are copied; save it in one piece (contiguous()).");
        }
        var copy = MemorySegment.ofArray(new byte[(int) bytes]);
        int rank = tensor.sizes().length;
        var index = new long[rank];
        long at = from;
        for (long i = 0; i < bytes; i += width) {
            MemorySegment.copy(record, at, copy, i, width);
            for (int axis = rank - 1; axis >= 0; axis--) {
                at += tensor.strides()[axis] * width;
                if (++index[axis] < tensor.sizes()[axis]) {
                    break;
                }
                at -= tensor.strides()[axis] * width * index[axis];
                index[axis] = 0;
            }
        }
        return copy;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    protected TensorInfo find(String name) {
        var entry = tensors.get(name);
        return entry == null ? null : entry.info();
    }

    @Override
    protected MemorySegment slice(TensorInfo info) {
        return gathered(tensors.get(info.name()), records);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
