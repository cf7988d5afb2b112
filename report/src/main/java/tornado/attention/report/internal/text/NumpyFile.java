package tornado.attention.report.internal.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** NumPy's format 1.0, little-endian float32 in C order. */
public final class NumpyFile {
    private static final int ALIGNMENT = 64;
    private static final int MAGIC = 10;

    private NumpyFile() {}

    /**
     * The bytes of a file.
     *
     * @param shape of the array
     * @param parts its elements, one part behind the other
     */
    public static byte[] of(int[] shape, List<float[]> parts) {
        var extents = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "))
                + (shape.length == 1 ? "," : "");
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + extents + "), }";
        int unpadded = MAGIC + text.length() + 1;
        var header = text + " ".repeat((ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT) + "\n";
        int elements = parts.stream().mapToInt(p -> p.length).sum();
        var bytes = ByteBuffer.allocate(
                        Math.addExact(MAGIC + header.length(), Math.multiplyExact(elements, Float.BYTES)))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        for (var part : parts) {
            bytes.asFloatBuffer().put(part);
            bytes.position(bytes.position() + part.length * Float.BYTES);
        }
        return bytes.array();
    }
}
