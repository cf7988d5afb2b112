package tornado.attention.files.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/** The zip format of PyTorch 1.6 and later: {@code <top>/data.pkl} and {@code <top>/data/<key>}, nothing compressed. */
final class ZipRecords implements Records {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_BYTES = 22;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int LOCATOR_BYTES = 20;
    private static final int COMMENT = 1 << 16;
    private static final int MOST_ENTRIES = 1 << 18;
    private static final int EXTRA_64 = 1;

    private static final String PICKLE = "/data.pkl";

    /** Where the bytes of an entry lie. */
    private record Entry(String name, int method, int crc, long bytes, long stored, long header) {}

    private final MemorySegment file;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Set<String> checked = new HashSet<>();
    private final String top;
    private long total;
    private final Object saved;

    private ZipRecords(MemorySegment file) {
        this.file = file;
        directory();
        var pickles = entries.keySet().stream().filter(n -> n.endsWith(PICKLE)).toList();
        if (entries.keySet().stream().anyMatch(n -> n.endsWith("/constants.pkl"))) {
            throw new PickleException("it is a TorchScript archive, a program with weights; save the model's state_dict"
                    + " with torch.save");
        }
        if (pickles.size() != 1) {
            throw new PickleException("it is a zip file with " + pickles.size()
                    + " entries data.pkl instead of one, so no file of PyTorch's");
        }
        top = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        var order = entries.get(top + "/byteorder");
        if (order != null && !"little".equals(text(bytes(order)))) {
            throw new PickleException("its numbers are big endian; save it again on a machine that is little endian");
        }
        saved = PickleMachine.read(bytes(entries.get(pickles.getFirst())), 0).value();
    }

    static Records of(MemorySegment file) {
        try {
            return new ZipRecords(file);
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            var corrupt = new PickleException("its zip directory points outside the file; it is cut short or corrupt");
            corrupt.initCause(e);
            throw corrupt;
        }
    }

    /** Whether a file begins as a zip file does. */
    static boolean begins(MemorySegment file) {
        return file.byteSize() >= Integer.BYTES && file.get(INT, 0) == LOCAL;
    }

    private static String text(MemorySegment bytes) {
        if (bytes.byteSize() > 64) {
            return "";
        }
        return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII).strip();
    }

    /** Where the directory ends: the last such record of the file. */
    private long end() {
        for (long at = file.byteSize() - END_BYTES; at >= 0 && at >= file.byteSize() - END_BYTES - COMMENT; at--) {
            if (file.get(INT, at) == END) {
                return at;
            }
        }
        throw new PickleException("its zip directory is missing; the file is cut short");
    }

    private void directory() {
        long end = end();
        long count = Short.toUnsignedLong(file.get(SHORT, end + 10));
        long from = Integer.toUnsignedLong(file.get(INT, end + 16));
        if (end >= LOCATOR_BYTES && file.get(INT, end - LOCATOR_BYTES) == LOCATOR_64) {
            long end64 = file.get(LONG, end - LOCATOR_BYTES + 8);
            if (file.get(INT, end64) != END_64) {
                throw new PickleException("its zip directory is damaged; the file is corrupt");
            }
            count = file.get(LONG, end64 + 32);
            from = file.get(LONG, end64 + 48);
        }
        if (count < 0 || count > MOST_ENTRIES) {
            throw new PickleException("its zip directory has " + count + " entries; it is no file of weights");
        }
        long at = from;
        for (long i = 0; i < count; i++) {
            if (file.get(INT, at) != CENTRAL) {
                throw new PickleException("its zip directory is damaged; the file is corrupt");
            }
            at = entry(at);
        }
    }

    /** Takes down one entry of the directory; gives the place behind it. */
    private long entry(long at) {
        int nameBytes = Short.toUnsignedInt(file.get(SHORT, at + 28));
        int extraBytes = Short.toUnsignedInt(file.get(SHORT, at + 30));
        int commentBytes = Short.toUnsignedInt(file.get(SHORT, at + 32));
        var name = new String(
                file.asSlice(at + CENTRAL_BYTES, nameBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        long stored = Integer.toUnsignedLong(file.get(INT, at + 20));
        long bytes = Integer.toUnsignedLong(file.get(INT, at + 24));
        long header = Integer.toUnsignedLong(file.get(INT, at + 42));
        var extra = file.asSlice(at + CENTRAL_BYTES + nameBytes, extraBytes);
        // Of the numbers that did not fit, the long ones stand in this order.
        long wide = wide(extra);
        if (bytes == 0xffffffffL && wide >= 0) {
            bytes = extra.get(LONG, wide);
            wide += Long.BYTES;
        }
        if (stored == 0xffffffffL && wide >= 0) {
            stored = extra.get(LONG, wide);
            wide += Long.BYTES;
        }
        if (header == 0xffffffffL && wide >= 0) {
            header = extra.get(LONG, wide);
        }
        total = Math.addExact(total, stored);
        if (stored < 0 || total > file.byteSize()) {
            throw new PickleException("its entries are said to have more bytes than the file; it is corrupt");
        }
        int method = Short.toUnsignedInt(file.get(SHORT, at + 10));
        var entry = new Entry(name, method, file.get(INT, at + 16), bytes, stored, header);
        if (entries.putIfAbsent(name, entry) != null) {
            throw new PickleException(
                    "its zip directory has the entry " + Pickled.shown(name) + " twice; it is corrupt");
        }
        return at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
    }

    private static long wide(MemorySegment extra) {
        long at = 0;
        while (at + 4 <= extra.byteSize()) {
            int size = Short.toUnsignedInt(extra.get(SHORT, at + 2));
            if (extra.get(SHORT, at) == EXTRA_64) {
                return at + 4;
            }
            at += 4 + size;
        }
        return -1;
    }

    private MemorySegment bytes(Entry entry) {
        if (entry.method() != 0 || entry.bytes() != entry.stored()) {
            throw new PickleException("its entry " + Pickled.shown(entry.name())
                    + " is compressed, which torch.save never does; save it again with torch.save");
        }
        if (file.get(INT, entry.header()) != LOCAL) {
            throw new PickleException("its entry " + Pickled.shown(entry.name())
                    + " is not where its zip directory says;" + " the file is corrupt");
        }
        long from = entry.header()
                + LOCAL_BYTES
                + Short.toUnsignedInt(file.get(SHORT, entry.header() + 26))
                + Short.toUnsignedInt(file.get(SHORT, entry.header() + 28));
        var bytes = file.asSlice(from, entry.bytes());
        if (checked.add(entry.name()) && crc(bytes) != entry.crc()) {
            throw new PickleException(
                    "its entry " + Pickled.shown(entry.name()) + " does not have its checksum; the file is corrupt");
        }
        return bytes;
    }

    private static int crc(MemorySegment bytes) {
        var crc = new CRC32();
        for (long at = 0; at < bytes.byteSize(); at += 1 << 30) {
            crc.update(
                    bytes.asSlice(at, Math.min(1 << 30, bytes.byteSize() - at)).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    @Override
    public Object saved() {
        return saved;
    }

    @Override
    public synchronized MemorySegment storage(Pickled.Storage storage) {
        var entry = entries.get(top + "/data/" + storage.key());
        if (entry == null) {
            throw new PickleException("its record " + Pickled.shown(storage.key())
                    + ", in which a tensor should lie, is missing; the file is corrupt");
        }
        try {
            return bytes(entry);
        } catch (IndexOutOfBoundsException e) {
            var corrupt = new PickleException("its record " + Pickled.shown(storage.key())
                    + " reaches beyond the end of the file; it is cut short or corrupt");
            corrupt.initCause(e);
            throw corrupt;
        }
    }
}
