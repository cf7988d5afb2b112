package tornado.attention.tasks;

import tornado.attention.kernels.BatchStatistics;
import tornado.attention.kernels.ChannelStatisticsGroups;

/**
 * Mean and sum of squared differences from it for each channel of each image.
 *
 * @param mean {@code [batch, channels]}
 * @param squares {@code [batch, channels]}
 * @param count elements of a channel
 */
public record Moments(Tensor mean, Tensor squares, int count) {
    /**
     * Takes them in one task.
     *
     * @param map at least one pixel
     */
    public static Moments of(TaskChain chain, String name, RowMap map) {
        var mean = chain.tensor(name + ".mean", Shape.of(map.batch(), map.channels()));
        var squares = chain.tensor(name + ".squares", Shape.of(map.batch(), map.channels()));
        int count = map.height() * map.width();
        var step = chain.step(name)
                .reads(map.tensor())
                .writes(mean, squares)
                .extraBytes(map.usefulBytes() - map.tensor().bytes());
        var variants = KernelVariants.of(chain);
        if (variants.forRows(count)) {
            KernelVariants.emit(
                    step,
                    map.planes(),
                    variants.rowSize(count),
                    (e, context, size) -> e.graph()
                            .task(
                                    e.id(),
                                    ChannelStatisticsGroups::moments,
                                    context,
                                    map.tensor().array(),
                                    mean.array(),
                                    squares.array(),
                                    map.height(),
                                    map.width(),
                                    map.rowStride(),
                                    map.planeStride(),
                                    size));
        } else {
            step.emit(e -> e.graph()
                    .task(
                            e.id(),
                            BatchStatistics::moments,
                            map.tensor().array(),
                            mean.array(),
                            squares.array(),
                            map.planes(),
                            map.height(),
                            map.width(),
                            map.rowStride(),
                            map.planeStride()));
        }
        return new Moments(mean, squares, count);
    }
}
