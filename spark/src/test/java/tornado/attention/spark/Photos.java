package tornado.attention.spark;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import tornado.attention.networks.image.ImageFiles;

/** Folders of images, cut by chance out of the project's photographs. */
final class Photos {
    private Photos() {}

    /** Writes {@code count} images into folders of ten. */
    static void write(Path folder, int count) throws IOException {
        var photos = List.of(photo("astronaut"), photo("chelsea"), photo("coffee"));
        var random = new Random(3);
        for (int i = 0; i < count; i++) {
            var photo = photos.get(i % photos.size());
            int left = random.nextInt(photo.getWidth() - 120);
            int top = random.nextInt(photo.getHeight() - 90);
            var image = new BufferedImage(120, 90, BufferedImage.TYPE_INT_RGB);
            var graphics = image.createGraphics();
            graphics.drawImage(photo.getSubimage(left, top, 120, 90), 0, 0, null);
            graphics.dispose();
            var place = Files.createDirectories(folder.resolve("of " + i / 10));
            ImageIO.write(
                    image, "jpg", place.resolve(String.format("é%04d #.jpg", i)).toFile());
        }
    }

    /** Besides: an empty file, a cut one behind a dot, and one that is no image by its name. */
    static void writeDamaged(Path folder) throws IOException {
        Files.createFile(folder.resolve("empty.png"));
        var first = folder.resolve("of 0/é0000 #.jpg");
        var bytes = Files.readAllBytes(first);
        Files.write(folder.resolve(".cut.jpg"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.writeString(folder.resolve("notes.txt"), "no image");
    }

    private static BufferedImage photo(String name) throws IOException {
        return ImageFiles.read(Path.of("..", "docs", "photos", name + ".png"));
    }

    /** A data set of two classes, bright and dark, by folders. */
    static void writeSet(Path data, Random random) throws IOException {
        for (var part : List.of("train", "val")) {
            for (int i = 0; i < 48; i++) {
                var image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < 256; p++) {
                    image.setRGB(p % 16, p / 16, (random.nextInt(128) + (i % 2) * 100) * 0x10101);
                }
                var place = Files.createDirectories(data.resolve(part).resolve(i % 2 == 0 ? "dark" : "bright"));
                ImageIO.write(image, "png", place.resolve(i + ".png").toFile());
            }
        }
    }
}
