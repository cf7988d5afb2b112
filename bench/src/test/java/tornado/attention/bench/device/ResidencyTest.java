package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** On the embedded engine with isolated memory, which copies exactly what TornadoVM's transfer rules say. */
class ResidencyTest {
    private static final int CYCLES = 200;

    /** Less than one array of the chain a cycle: a plan that stays reachable would show. */
    private static final long SLACK = 4L << 20;

    @Test
    void onlyInputAndOutputOfFourModulesCross() {
        assumeThat(System.getProperty("tornado.embedded.memory")).isEqualTo("isolated");
        var found = ResidentChain.measure();
        assertThat(found.moved().up()).isEqualTo(found.inputBytes());
        assertThat(found.moved().down()).isEqualTo(found.outputBytes());
    }

    @Test
    void sharedWeightsGoUpOnce() {
        var found = ResidentChain.shared();
        for (var round : List.of("first", "second")) {
            for (int i = 0; i < 2; i++) {
                assertThat(found.get(round + "Up" + i)).isEqualTo(found.get("input"));
                assertThat(found.get(round + "Equal" + i)).isEqualTo(1);
            }
        }
    }

    @Test
    void closedPlansLeaveTheHeapWhereItWas() {
        assertThat(ResidentChain.cycle(CYCLES).get("heap")).isLessThan(SLACK);
    }
}
