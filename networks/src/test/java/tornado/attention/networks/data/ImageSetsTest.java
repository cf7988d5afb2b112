package tornado.attention.networks.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Size;

class ImageSetsTest {
    @TempDir
    private Path folder;

    private static byte[] images(int count, int height, int width) {
        var bytes = ByteBuffer.allocate(16 + count * height * width);
        bytes.putInt(0x803).putInt(count).putInt(height).putInt(width);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) (7 * i));
        }
        return bytes.array();
    }

    private static byte[] labels(int... labels) {
        var bytes = ByteBuffer.allocate(8 + labels.length);
        bytes.putInt(0x801).putInt(labels.length);
        for (int label : labels) {
            bytes.put((byte) label);
        }
        return bytes.array();
    }

    private void idx() throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(3, 4, 5));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(2, 0, 9));
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(images(2, 4, 5));
        }
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), packed.toByteArray());
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(1, 1));
    }

    @Test
    void readsTheFormatOfMnist() throws IOException {
        idx();
        var sets = ImageSets.open(folder, null);
        assertThat(sets.train().count()).isEqualTo(3);
        assertThat(sets.test().count()).isEqualTo(2);
        assertThat(sets.train().size()).isEqualTo(new Size(4, 5));
        assertThat(sets.train().classes()).hasSize(10);
        assertThat(sets.train().label(2)).isEqualTo(9);
        assertThat(sets.mayFlip()).isFalse();
        var statistics = new LabelledImages.Statistics(new float[3], new float[] {1, 1, 1});
        var image = new float[60];
        sets.train().write(1, image, 0, statistics, 0, 0, false);
        assertThat(image[3]).isEqualTo((7 * 23 & 0xff) / 255f);
        assertThat(Arrays.copyOfRange(image, 20, 40)).isEqualTo(Arrays.copyOf(image, 20));
    }

    @Test
    void takesTheFirstOfEachClass() throws IOException {
        idx();
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(5, 4, 5));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(2, 2, 0, 2, 0));
        var all = ImageSets.open(folder, null);
        var some = all.trainedWith(1);
        assertThat(some.train().count()).isEqualTo(2);
        assertThat(some.train().label(0)).isEqualTo(2);
        assertThat(some.train().label(1)).isZero();
        assertThat(some.test()).isSameAs(all.test());
        var statistics = new LabelledImages.Statistics(new float[3], new float[] {1, 1, 1});
        var expected = new float[60];
        var image = new float[60];
        all.train().write(2, expected, 0, statistics, 0, 0, false);
        some.train().write(1, image, 0, statistics, 0, 0, false);
        assertThat(image).isEqualTo(expected);
        assertThat(all.trainedWith(2).train().count()).isEqualTo(4);
        assertThatThrownBy(() -> all.trainedWith(0)).hasMessageContaining("At least 1 image of each class");
    }

    @Test
    void imagesAreMovedAndMirrored() throws IOException {
        idx();
        var train = ImageSets.open(folder, null).train();
        var statistics = new LabelledImages.Statistics(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});
        var plain = new float[60];
        train.write(0, plain, 0, statistics, 0, 0, false);
        var moved = new float[60];
        train.write(0, moved, 0, statistics, 1, -2, false);
        var mirrored = new float[60];
        train.write(0, mirrored, 0, statistics, 0, 0, true);
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 5; x++) {
                float from = y - 1 >= 0 && x + 2 < 5 ? plain[(y - 1) * 5 + x + 2] : -1;
                assertThat(moved[y * 5 + x]).isEqualTo(from);
                assertThat(mirrored[y * 5 + x]).isEqualTo(plain[y * 5 + 4 - x]);
            }
        }
    }

    @Test
    void damagedFilesOfMnistAreNamed() throws IOException {
        idx();
        var labels = folder.resolve("train-labels-idx1-ubyte");
        Files.write(labels, labels(1, 2));
        assertThatThrownBy(() -> ImageSets.open(folder, null))
                .hasMessageContaining("3 images")
                .hasMessageContaining("2 labels");
        Files.write(labels, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("is no idx file");
        Files.write(labels, labels(1, 2, 3));
        var images = folder.resolve("train-images-idx3-ubyte");
        Files.write(images, Arrays.copyOf(images(3, 4, 5), 60));
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("ends after 44 of 60 bytes");
        Files.write(images, Arrays.copyOf(images(3, 4, 5), 80));
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("goes on behind its 60 bytes");
        var huge = images(3, 4, 5);
        ByteBuffer.wrap(huge).putInt(4, Integer.MAX_VALUE).putInt(8, 70_000);
        Files.write(images, huge);
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("more than fit into memory");
        idx();
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), new byte[] {1, 2, 3, 4});
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("is no gzip file");
        idx();
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("lacks the file t10k-labels");
        assertThatThrownBy(() -> ImageSets.open(folder.resolve("nowhere"), null))
                .hasMessageContaining("is no folder");
    }

    @Test
    void readsCifar() throws IOException {
        var record = new byte[3073];
        record[0] = 3;
        record[1] = (byte) 200;
        Files.write(folder.resolve("data_batch_1.bin"), record);
        Files.write(folder.resolve("data_batch_2.bin"), Arrays.copyOf(record, 2 * 3073));
        Files.write(folder.resolve("test_batch.bin"), record);
        Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        var sets = ImageSets.open(folder, null);
        assertThat(sets.train().count()).isEqualTo(3);
        assertThat(sets.train().label(0)).isEqualTo(3);
        assertThat(sets.train().classes()).startsWith("a", "b").hasSize(10);
        assertThat(sets.mayFlip()).isTrue();
        assertThatThrownBy(() -> ImageSets.open(folder, Size.square(64))).hasMessageContaining("leave the size out");
        Files.write(folder.resolve("data_batch_4.bin"), record);
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("lacks data_batch_3.bin");
        Files.delete(folder.resolve("data_batch_4.bin"));
        record[0] = 10;
        Files.write(folder.resolve("test_batch.bin"), record);
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("is of class 10");
        Files.write(folder.resolve("test_batch.bin"), new byte[100]);
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("not records of 3073");
    }

    @Test
    void readsFoldersByClass() throws IOException {
        for (var part : new String[] {"train", "val"}) {
            for (var name : new String[] {"cat", "dog"}) {
                var place = Files.createDirectories(folder.resolve(part).resolve(name));
                var image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
                image.setRGB(10, 5, name.equals("cat") ? 0xff0000 : 0x00ff00);
                ImageFiles.write(image, place.resolve("1.png"));
            }
        }
        assertThatThrownBy(() -> ImageSets.open(folder, null)).hasMessageContaining("say to which they are resized");
        var sets = ImageSets.open(folder, Size.square(8));
        assertThat(sets.train().classes()).containsExactly("cat", "dog");
        assertThat(sets.train().count()).isEqualTo(2);
        assertThat(sets.train().size()).isEqualTo(Size.square(8));
        Files.write(folder.resolve("train/cat/2.png"), new byte[] {1, 2});
        assertThatThrownBy(() -> ImageSets.open(folder, Size.square(8))).hasMessageContaining("1 of 3 images");
        Files.delete(folder.resolve("train/cat/2.png"));
        Files.createDirectories(folder.resolve("train/emu"));
        assertThatThrownBy(() -> ImageSets.open(folder, Size.square(8))).hasMessageContaining("has the classes");
    }
}
