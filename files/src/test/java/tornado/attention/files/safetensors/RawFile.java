package tornado.attention.files.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files put together byte by byte, so that they can be wrong. */
final class RawFile {
    private RawFile() {}

    /** A file of this header and this many data bytes, all 1. */
    static byte[] bytes(String header, int dataBytes) {
        return bytes(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] bytes(byte[] header, int dataBytes) {
        var buffer = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length).put(header);
        while (buffer.hasRemaining()) {
            buffer.put((byte) 1);
        }
        return buffer.array();
    }

    /** Entry of a tensor in a header. */
    static String entry(String name, String dtype, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, shape, begin, end);
    }

    static Path write(Path folder, byte[] bytes) throws IOException {
        return Files.write(folder.resolve("case.safetensors"), bytes);
    }
}
