package tornado.attention.files.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The format of PyTorch before 1.6: five pickles one behind the other, then the storages in the order of the last one. */
final class LegacyRecords implements Records {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;
    private static final byte[] BEGIN = {(byte) 0x80, 2, (byte) 0x8a, 10};

    private final Object saved;
    private final MemorySegment file;
    private final Map<String, MemorySegment> storages;

    private LegacyRecords(MemorySegment file) {
        this.file = file;
        var magic = PickleMachine.read(file, 0);
        var protocol = PickleMachine.read(file, magic.end());
        if (!MAGIC.equals(magic.value()) || !Long.valueOf(PROTOCOL).equals(protocol.value())) {
            throw new PickleException("it does not begin as files of PyTorch's do");
        }
        var system = PickleMachine.read(file, protocol.end());
        if (system.value() instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("little_endian"))) {
            throw new PickleException("its numbers are big endian; save it again on a machine that is little endian");
        }
        var object = PickleMachine.read(file, system.end());
        var order = PickleMachine.read(file, object.end());
        if (!(order.value() instanceof List<?> list)) {
            throw new PickleException("it has no list of its records; the file is corrupt");
        }
        saved = object.value();
        storages = layOut(object.storages(), list, order.end());
    }

    static Records of(MemorySegment file) {
        return new LegacyRecords(file);
    }

    /** Whether a file begins so. */
    static boolean begins(MemorySegment file) {
        return file.byteSize() >= BEGIN.length
                && file.asSlice(0, BEGIN.length).mismatch(MemorySegment.ofArray(BEGIN)) < 0;
    }

    @Override
    public Object saved() {
        return saved;
    }

    @Override
    public MemorySegment storage(Pickled.Storage storage) {
        var bytes = storages.get(storage.key());
        if (bytes == null) {
            throw new PickleException("its record " + Pickled.shown(storage.key())
                    + ", in which a tensor should lie, is missing; the file is corrupt");
        }
        return bytes;
    }

    /** The records in their order; how long one is follows from its type, which the pickle names. */
    private Map<String, MemorySegment> layOut(Map<String, Pickled.Storage> types, List<?> keys, long first) {
        var all = new HashMap<String, MemorySegment>();
        long at = first;
        for (var key : keys) {
            var type = key instanceof String name ? types.get(name) : null;
            if (type == null) {
                // Of a record that nothing refers to the element size is not known, so the ones behind it cannot be
                // found.
                break;
            }
            if (file.byteSize() - at < Long.BYTES) {
                throw cut((String) key);
            }
            long elements = file.get(LONG, at);
            at += Long.BYTES;
            long width = type.dtype().bits() / Byte.SIZE;
            if (elements < 0 || elements > (file.byteSize() - at) / width) {
                throw cut((String) key);
            }
            all.put((String) key, file.asSlice(at, elements * width));
            at += elements * width;
        }
        return all;
    }

    private static PickleException cut(String key) {
        return new PickleException(
                "its record " + Pickled.shown(key) + " reaches beyond the end of the file; it is cut short or corrupt");
    }
}
