package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.BatchStatistics;
import tornado.attention.kernels.ChannelStatisticsGroups;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Mean and sum of squared differences from it for each channel of each image.
 *
 * @param mean {@code [batch, channels]}
 * @param squares {@code [batch, channels]}
 * @param count elements of a channel
 */
public record Moments(Tensor mean, Tensor squares, int count) {
    /**
     * Takes them in one task, once a map.
     *
     * @param map at least one pixel; nothing writes it later
     */
    public static Moments of(TaskChain chain, String name, RowMap map) {
        return chain.moments(map, () -> take(chain, name, map));
    }

    private static Moments take(TaskChain chain, String name, RowMap map) {
        var mean = chain.tensor(name + ".mean", Shape.of(map.batch(), map.channels()));
        var squares = chain.tensor(name + ".squares", Shape.of(map.batch(), map.channels()));
        int count = map.height() * map.width();
        var step = chain.step(name).extraBytes(map.usefulBytes() - map.tensor().bytes());
        var variants = KernelVariants.of(chain);
        if (variants.forRows(count)) {
            int size = variants.rowSize(count);
            step.inGroups(map.planes(), size)
                    .launch(
                            ChannelStatisticsGroups::moments,
                            new KernelContext(),
                            map.tensor(),
                            out(mean),
                            out(squares),
                            map.height(),
                            map.width(),
                            map.rowStride(),
                            map.planeStride(),
                            size,
                            variants.lanes(size));
        } else {
            step.launch(
                    BatchStatistics::moments,
                    map.tensor(),
                    out(mean),
                    out(squares),
                    map.planes(),
                    map.height(),
                    map.width(),
                    map.rowStride(),
                    map.planeStride());
        }
        return new Moments(mean, squares, count);
    }
}
