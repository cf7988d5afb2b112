package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EffortTest {
    @Test
    void quickMeasuresInThreeJvmsThatLastRigorousInFiveNewOnes() {
        assertThat(Effort.named("quick").turns()).isEqualTo(3);
        assertThat(Effort.named("quick").lasting()).isTrue();
        assertThat(Effort.named("standard").turns()).isEqualTo(1);
        assertThat(Effort.named("rigorous").turns()).isEqualTo(5);
        assertThat(Effort.named("rigorous").lasting()).isFalse();
        assertThatThrownBy(() -> Effort.named("lazy")).hasMessageContaining("no effort 'lazy'");
    }

    @Test
    void anEffortWithALimitIsCutToTheTimeThereIs() {
        var cut = Effort.QUICK.within(300_000_000, 3);
        assertThat(cut.warmupNanos()).isEqualTo(75_000_000);
        assertThat(cut.sliceNanos()).isEqualTo(5_000_000);
        assertThat(cut.forks()).isEqualTo(3);
        assertThat(Effort.QUICK.within(-5, 3).sliceNanos()).isEqualTo(1_000_000);
        assertThat(Effort.QUICK.within(Long.MAX_VALUE, 3)).isEqualTo(Effort.QUICK);
        assertThat(Effort.STANDARD.within(1, 3)).isSameAs(Effort.STANDARD);
    }

    @Test
    void aCaseMayTakeSeveralSharesAndLeavesTheOthersMostOfTheirs() {
        long share = 1_000_000_000;
        assertThat(Comparison.most(10 * share, 10, share)).isEqualTo(3 * share);
        // What was saved before may be used up, but no more.
        assertThat(Comparison.most(7 * share / 2, 4, share)).isEqualTo(1_250_000_000);
        assertThat(Comparison.most(share, 1, share)).isEqualTo(share);
        assertThat(Comparison.most(2 * share, 4, share)).isEqualTo(500_000_000);
        assertThat(Comparison.most(-share, 4, share)).isPositive();
    }

    @Test
    void jvmsThatLastShareTheMemoryOfThisOne() {
        assertThat(Heap.shared(List.of("-XX:MaxRAMPercentage=25", "-XX:MaxRAMPercentage=60"), 3))
                .containsExactly("-XX:MaxRAMPercentage=20.0");
        assertThat(Heap.shared(List.of("-ea"), 2)).containsExactly("-XX:MaxRAMPercentage=12.5");
        assertThat(Heap.shared(List.of("-XX:MaxRAMPercentage=60", "-Xmx2g"), 3)).isEmpty();
        assertThat(Heap.shared(List.of("-XX:MaxRAMPercentage=60"), 1)).isEmpty();
    }
}
