package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.testing.RandomCases;

/** Shapes and refusals of the tasks that pool, split and join maps. */
class MapTasksTest {
    private final TaskChain chain = TaskChain.named("maps");
    private final Tensor x = chain.input("x", Shape.of(2, 6, 5, 7));

    private static Weight zeros(String name, int... extents) {
        var shape = Shape.of(extents);
        return Weight.of(name, shape, new float[shape.elementsOf(name)]);
    }

    @Test
    void maximaOfWindowsLeaveOutWhatFillsNone() {
        RandomCases.repeat(1, random -> {
            var y = MaxPool.inside(chain, "max", x, 2, 2);
            assertThat(y.shape()).isEqualTo(Shape.of(2, 6, 2, 3));
            chain.output(y);
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                var values = plan.read(plan.outputs().getFirst());
                for (int i = 0; i < values.length; i++) {
                    int corner = (i / 6 * 5 + i / 3 % 2 * 2) * 7 + i % 3 * 2;
                    float max = Math.max(
                            Math.max(input.get(corner), input.get(corner + 1)),
                            Math.max(input.get(corner + 7), input.get(corner + 8)));
                    assertThat(values[i]).isEqualTo(max);
                }
            }
        });
        assertThatThrownBy(() -> MaxPool.inside(chain, "m", x, 6, 1))
                .hasMessage("Task 'm' takes windows of 6x6 at a distance of 1, but 'x' is 5x7; use a larger map.");
    }

    @Test
    void adaptivePoolingHasTheSizeAskedFor() {
        assertThat(ChannelStatistics.adaptiveAverage(chain, "pool", x, 9, 3).shape())
                .isEqualTo(Shape.of(2, 6, 9, 3));
        assertThatThrownBy(() -> ChannelStatistics.adaptiveAverage(chain, "p", x, 0, 3))
                .hasMessage("Task 'p' pools to at least 1x1, but was asked for 0x3.");
    }

    @Test
    void filtersDivideTheChannelsAndHaveTheMapsSize() {
        assertThat(ChannelStatistics.filtered(chain, "f", x, zeros("w", 3, 5, 7))
                        .shape())
                .isEqualTo(Shape.of(2, 6));
        assertThatThrownBy(() -> ChannelStatistics.filtered(chain, "f", x, zeros("w", 4, 5, 7)))
                .hasMessage("Task 'f' needs filters [a divisor of 6, 5, 7], but 'w' has shape 4x5x7.");
        assertThatThrownBy(() -> ChannelStatistics.filtered(chain, "f", x, zeros("w", 3, 7, 7)))
                .hasMessageContaining("'w' has shape 3x7x7");
    }

    @Test
    void branchesDivideTheChannels() {
        var raw = RowMap.dense(x);
        var partial = new Convolution.Partial(raw, Affine.identity(chain, 6));
        assertThat(Branches.average(chain, "a", partial, 3, Activation.RELU).shape())
                .isEqualTo(Shape.of(2, 2));
        assertThatThrownBy(() -> Branches.average(chain, "a", partial, 4, Activation.RELU))
                .hasMessage("Task 'a' cannot divide the 6 channels of 'x' into 4 branches.");
        var weights = chain.input("w", Shape.of(2, 2, 2));
        assertThatThrownBy(() -> Branches.blend(chain, "b", partial, weights, Activation.RELU))
                .hasMessageContaining("needs 12 elements in 'w' (one weight an image, branch and channel)");
    }

    @Test
    void mapsDivideTheChannels() {
        var maps = chain.input("maps", Shape.of(2, 4, 5, 7));
        assertThatThrownBy(() -> PixelGates.multiplyAddSelf(chain, "g", x, maps))
                .hasMessage("Task 'g' cannot divide the 6 channels of 'x' among 4 maps.");
    }

    @Test
    void joinedWeightsAgreeBehindTheFirstExtent() {
        var joined = JoinedWeights.rows(
                chain, List.of(Weight.of("a", Shape.of(1, 2), 1, 2), Weight.of("b", Shape.of(2, 2), 3, 4, 5, 6)));
        assertThat(joined.shape()).isEqualTo(Shape.of(3, 2));
        assertThat(joined.values().toHeapArray()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> JoinedWeights.rows(chain, List.of(zeros("a", 1, 2), zeros("b", 1, 3))))
                .hasMessage(
                        "Weights 'a' of shape 1x2 and 'b' of shape 1x3 cannot be joined; they differ behind the first"
                                + " extent.");
    }
}
