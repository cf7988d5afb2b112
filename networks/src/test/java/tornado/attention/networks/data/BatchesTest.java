package tornado.attention.networks.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tornado.attention.networks.image.Size;

class BatchesTest {
    private static LabelledImages images(int count) {
        var pixels = new byte[count * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 16 + 1);
        }
        var labels = IntStream.range(0, count).toArray();
        var names = IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
        return new LabelledImages(new Size(4, 4), 1, names, pixels, labels);
    }

    private static Batches batches(long seed) {
        var images = images(10);
        return new Batches(images, 3, images.statistics(), 1, true, seed);
    }

    @Test
    void anEpochHasEachImageOnceInAnOrderOfItsOwn() {
        var batches = batches(7);
        assertThat(batches.count()).isEqualTo(3);
        var orders = new TreeSet<String>();
        for (int epoch = 0; epoch < 5; epoch++) {
            var seen = new TreeSet<Float>();
            var order = new StringBuilder();
            for (int i = 0; i < batches.count(); i++) {
                for (float label : batches.of(epoch, i).labels()) {
                    seen.add(label);
                    order.append(label).append(' ');
                }
            }
            assertThat(seen).hasSize(9);
            orders.add(order.toString());
        }
        assertThat(orders).hasSize(5);
    }

    @Test
    void theSameSeedMakesTheSameBatchesInAnyOrderOfAsking() {
        var one = batches(7).of(3, 2);
        var asked = batches(7);
        asked.of(0, 0);
        asked.of(4, 1);
        var again = asked.of(3, 2);
        assertThat(again.images()).isEqualTo(one.images());
        assertThat(again.labels()).isEqualTo(one.labels());
        assertThat(batches(8).of(3, 2).images()).isNotEqualTo(one.images());
    }

    @Test
    void imagesAreMovedByAtMostTheReach() {
        var images = images(10);
        var statistics = new LabelledImages.Statistics(new float[3], new float[] {1, 1, 1});
        var moved = new Batches(images, 10, statistics, 1, false, 1).of(0, 0).images();
        int changed = 0;
        for (int i = 0; i < 10; i++) {
            // The middle of an image that is moved by one pixel is still its own.
            assertThat(moved[i * 48 + 5]).isPositive();
            changed += moved[i * 48] == 0 || moved[i * 48 + 15] == 0 ? 1 : 0;
        }
        assertThat(changed).isBetween(2, 10);
        var plain = new Batches(images, 10, statistics, 0, false, 1).of(0, 0).images();
        for (int i = 0; i < plain.length; i++) {
            assertThat(plain[i]).isPositive();
        }
    }

    @Test
    void statisticsAreThoseOfAllPixels() {
        var statistics = images(3).statistics();
        assertThat(statistics.mean()[0]).isEqualTo(2f / 255);
        assertThat(statistics.deviation()[2]).isCloseTo((float) (Math.sqrt(2.0 / 3) / 255), within(1e-6f));
    }

    @Test
    void whatCannotBeBatchedIsRefused() {
        var images = images(4);
        var statistics = images.statistics();
        assertThatThrownBy(() -> new Batches(images, 5, statistics, 0, false, 1))
                .hasMessageContaining("5 images");
        assertThatThrownBy(() -> new Batches(images, 0, statistics, 0, false, 1))
                .hasMessageContaining("0 images");
        assertThatThrownBy(() -> new Batches(images, 2, statistics, 5, false, 1))
                .hasMessageContaining("not by 5");
        assertThatThrownBy(() -> new LabelledImages(new Size(1, 1), 1, List.of("a"), new byte[1], new int[] {1}))
                .hasMessageContaining("class 1");
    }
}
