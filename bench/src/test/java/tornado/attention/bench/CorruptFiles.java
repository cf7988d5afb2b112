package tornado.attention.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Safetensors files as no writer of ours would write them. */
public final class CorruptFiles {
    private CorruptFiles() {}

    /** A file with this header and so many bytes behind it. */
    public static Path write(Path file, String header, int dataBytes) throws IOException {
        var bytes = new ByteArrayOutputStream();
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        bytes.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .array());
        bytes.write(text);
        bytes.write(new byte[dataBytes]);
        return Files.write(file, bytes.toByteArray());
    }

    /** One file of each kind of damage in a folder, by a word for it and a piece of the sentence it should give. */
    public static Map<Path, String> all(Path folder) throws IOException {
        var files = new LinkedHashMap<Path, String>();
        files.put(write(folder.resolve("truncated.safetensors"), tensor("input", "[1,4,2,2]", 0, 64), 32), "truncated");
        files.put(
                write(
                        folder.resolve("overlapping.safetensors"),
                        "{" + entry("a", "[4]", 0, 16) + "," + entry("b", "[4]", 8, 24) + "}",
                        24),
                "overlap");
        files.put(
                write(
                        folder.resolve("huge.safetensors"),
                        tensor("input", "[4000000000,4000000000,4000000000]", 0, 64),
                        64),
                "input");
        files.put(
                write(
                        folder.resolve("duplicate.safetensors"),
                        "{" + entry("input", "[4]", 0, 16) + "," + entry("input", "[4]", 16, 32) + "}",
                        32),
                "input");
        files.put(Files.write(folder.resolve("short.safetensors"), new byte[3]), "fewer than");
        files.put(
                Files.write(
                        folder.resolve("header.safetensors"),
                        ByteBuffer.allocate(16)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(Long.MAX_VALUE)
                                .array()),
                "header");
        return files;
    }

    private static String tensor(String name, String shape, long begin, long end) {
        return "{" + entry(name, shape, begin, end) + "}";
    }

    private static String entry(String name, String shape, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + "," + end
                + "]}";
    }
}
