package tornado.attention.networks.data;

import tornado.attention.networks.data.LabelledImages.Statistics;

/**
 * Batches to train with: each epoch in another order, images moved and mirrored by chance. Everything follows from seed, epoch and the
 * image's number (SplitMix64), so that every machine makes the same batches and a run can go on in the middle.
 */
public final class Batches {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final LabelledImages images;
    private final int batch;
    private final Statistics statistics;
    private final int reach;
    private final boolean mirroring;
    private final long seed;
    private int[] order;
    private long epochOfOrder = -1;

    /**
     * Batches.
     *
     * @param batch images in each; what is left of an epoch is left out
     * @param statistics by which images are normalised
     * @param reach pixels by which an image is moved at most, up or down and to either side
     * @param mirroring whether every other image is mirrored
     * @throws IllegalArgumentException if there are fewer images than a batch takes
     */
    public Batches(LabelledImages images, int batch, Statistics statistics, int reach, boolean mirroring, long seed) {
        if (batch < 1 || batch > images.count()) {
            throw new IllegalArgumentException("A batch of " + batch + " images cannot be taken from " + images.count()
                    + "; choose a batch from 1 to that.");
        }
        int most = Math.min(images.size().height(), images.size().width());
        if (reach < 0 || reach > most) {
            throw new IllegalArgumentException("Images of " + images.size() + " pixels are moved by 0 to " + most
                    + " pixels, not by " + reach + ".");
        }
        this.images = images;
        this.batch = batch;
        this.statistics = statistics;
        this.reach = reach;
        this.mirroring = mirroring;
        this.seed = seed;
    }

    /** Batches in an epoch. */
    public int count() {
        return images.count() / batch;
    }

    /** Images in a batch. */
    public int size() {
        return batch;
    }

    /** A batch. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Batch(float[] images, float[] labels) {}

    /**
     * Makes a batch.
     *
     * @param epoch from 0
     * @param index from 0 to {@link #count}
     */
    public synchronized Batch of(long epoch, int index) {
        if (epoch != epochOfOrder) {
            order = order(epoch);
            epochOfOrder = epoch;
        }
        int length =
                LabelledImages.CHANNELS * images.size().height() * images.size().width();
        var pixels = new float[batch * length];
        var labels = new float[batch];
        for (int i = 0; i < batch; i++) {
            int image = order[index * batch + i];
            long random = mixed(seed ^ mixed(epoch * GOLDEN + image + 1));
            int down = reach == 0 ? 0 : (int) Long.remainderUnsigned(random >>> 8 & 0xffffff, 2L * reach + 1) - reach;
            int across =
                    reach == 0 ? 0 : (int) Long.remainderUnsigned(random >>> 32 & 0xffffff, 2L * reach + 1) - reach;
            boolean mirrored = mirroring && (random & 1) == 1;
            images.write(image, pixels, i * length, statistics, down, across, mirrored);
            labels[i] = images.label(image);
        }
        return new Batch(pixels, labels);
    }

    /** Fisher-Yates. */
    private int[] order(long epoch) {
        var all = new int[images.count()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        long state = mixed(seed + (epoch + 1) * GOLDEN);
        for (int i = all.length - 1; i > 0; i--) {
            state += GOLDEN;
            int j = (int) Long.remainderUnsigned(mixed(state), i + 1L);
            int kept = all[i];
            all[i] = all[j];
            all[j] = kept;
        }
        return all;
    }

    private static long mixed(long value) {
        long z = value + GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Images as they are, in their order. */
    public static Batch plain(LabelledImages images, Statistics statistics, int from, int count) {
        int length =
                LabelledImages.CHANNELS * images.size().height() * images.size().width();
        var pixels = new float[count * length];
        var labels = new float[count];
        for (int i = 0; i < count; i++) {
            images.write(from + i, pixels, i * length, statistics, 0, 0, false);
            labels[i] = images.label(from + i);
        }
        return new Batch(pixels, labels);
    }
}
