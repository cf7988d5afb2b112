package tornado.attention.bench.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;

/** Every kernel of every module runs in lanes; the few that cannot are named here. A kernel that dropped to scalar would be ten times slower. */
class KernelsTest {
    /** Copies of which one side is strided: no lanes, and no arithmetic that would be worth a gather. */
    private static final Set<String> SCALAR =
            Set.of("Transposition.apply", "Gather.rows", "FusedConvolution1x1.subsample", "NewtonSchulz.trace");

    static Iterable<ModuleType> types() {
        return Catalogue.types();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void runsInLanes(ModuleType type) {
        assumeTrue(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "the JVM runs without the module jdk.incubator.vector");
        var chain = Kernels.chain(type, Shape.of(1, 256, 14, 14), ChainOptions.evaluation());
        try (var plan = chain.plan()) {
            for (var kernel : Kernels.of(chain, plan).all()) {
                if (!SCALAR.contains(kernel.name())) {
                    assertThat(kernel.mode())
                            .as("%s, kernel %s", kernel.step().task(), kernel.name())
                            .startsWith("lanes over");
                }
            }
        }
    }
}
