package tornado.attention.bench.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A data set in MNIST's format that tests make: dark and bright images. */
public final class TestImages {
    private static final int SIDE = 8;

    private TestImages() {}

    /** Writes as many images to train with and to judge by; returns the folder. */
    public static Path write(Path folder, int train, int test) throws IOException {
        Files.createDirectories(folder);
        write(folder, "train", train);
        write(folder, "t10k", test);
        return folder;
    }

    private static void write(Path folder, String part, int count) throws IOException {
        var random = new Random(count);
        var images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
        var labels = ByteBuffer.allocate(8 + count);
        labels.putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            labels.put((byte) (i % 2));
            for (int p = 0; p < SIDE * SIDE; p++) {
                images.put((byte) (random.nextInt(100) + 120 * (i % 2)));
            }
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
}
