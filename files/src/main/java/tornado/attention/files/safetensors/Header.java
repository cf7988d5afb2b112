package tornado.attention.files.safetensors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import tornado.attention.files.safetensors.SafetensorsException.Rule;

/**
 * A parsed header.
 *
 * @param metadata the strings of {@code __metadata__}, in file order; empty where there is none
 * @param tensors the tensors by name, in the order of the header
 */
record Header(Map<String, String> metadata, Map<String, TensorInfo> tensors) {

    /** Largest header accepted, as the format's own implementation has it (a decimal 100 MB). */
    static final long MAX_BYTES = 100_000_000;

    /** Bytes of the header length in front of the header. */
    static final int LENGTH_BYTES = 8;

    /** Key that is not a tensor. */
    static final String METADATA = "__metadata__";

    Header {
        metadata = Collections.unmodifiableMap(metadata);
        tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Checks that the tensors cover the data exactly, each with the bytes its type and shape ask for.
     *
     * @param file named in errors
     * @param dataBytes bytes of the file after the header
     * @throws SafetensorsException if a tensor has the wrong size or the tensors leave holes, overlap or do not end
     *     with the file
     */
    void checkLayout(Path file, long dataBytes) throws SafetensorsException {
        for (var tensor : tensors.values()) {
            checkSize(file, tensor, dataBytes);
        }
        // The header may list tensors in any order; an empty tensor sorts before the one that starts where it stands.
        var byOffset = new ArrayList<>(tensors.values());
        byOffset.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        long position = 0;
        for (var tensor : byOffset) {
            if (tensor.begin() < position) {
                throw SafetensorsException.ofTensor(
                        file,
                        Rule.OVERLAP,
                        tensor.name(),
                        "starts at data byte " + tensor.begin() + ", inside another tensor that ends at " + position
                                + "; the file is corrupt.");
            }
            if (tensor.begin() > position) {
                throw SafetensorsException.ofTensor(
                        file,
                        Rule.HOLE,
                        tensor.name(),
                        "starts at data byte " + tensor.begin() + " and leaves a hole after byte " + position
                                + "; the file is corrupt.");
            }
            position = tensor.end();
        }
        if (position != dataBytes) {
            throw SafetensorsException.ofFile(
                    file,
                    Rule.TRAILING_BYTES,
                    (dataBytes - position) + " bytes after the last tensor belong to none; the file is corrupt.");
        }
    }

    private static void checkSize(Path file, TensorInfo tensor, long dataBytes) throws SafetensorsException {
        if (tensor.begin() > tensor.end()) {
            throw SafetensorsException.ofTensor(
                    file,
                    Rule.OFFSETS,
                    tensor.name(),
                    "ends (" + tensor.end() + ") before it begins (" + tensor.begin() + "); the file is corrupt.");
        }
        long bits;
        try {
            bits = Math.multiplyExact(tensor.elements(), (long) tensor.dtype().bits());
        } catch (ArithmeticException _) {
            throw SafetensorsException.ofTensor(
                    file,
                    Rule.OVERFLOW,
                    tensor.name(),
                    "has a shape whose size does not fit 64 bits: " + tensor.describe() + ".");
        }
        if (bits % Byte.SIZE != 0 || bits / Byte.SIZE != tensor.byteSize()) {
            throw SafetensorsException.ofTensor(
                    file,
                    Rule.TENSOR_SIZE,
                    tensor.name(),
                    "is " + tensor.describe() + ", which is " + bits + " bits, but its offsets span "
                            + tensor.byteSize() + " bytes; the file is corrupt.");
        }
        if (tensor.end() > dataBytes) {
            throw SafetensorsException.ofTensor(
                    file,
                    Rule.TRUNCATED,
                    tensor.name(),
                    "ends at data byte " + tensor.end() + " but the file has " + dataBytes
                            + "; the file is truncated: copy or download it again.");
        }
    }
}
