package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A network is many sizes of few kernels: the embedded engine compiles a kernel once for all of them, not once a size. */
class GeneratedClassesTest {
    private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
    private static final int WIDTH = 32;
    private static final Pattern KERNEL = Pattern.compile("\"MODE\": \"([^:\"]+):");
    private static final Pattern CLASS = Pattern.compile("\"CLASS\": \"([^\"]+)\"");

    /** The kernels of a network and the classes that run them. */
    private record Run(int tasks, Set<String> kernels, Set<String> classes) {}

    @Test
    void anSeResNetNeedsAtMostTwoClassesAKernel() {
        var run = run(112);
        assertThat(run.tasks()).as("tasks").isGreaterThan(150);
        assertThat(run.classes())
                .as("classes of %s", run.kernels())
                .hasSizeLessThanOrEqualTo(2 * run.kernels().size());
    }

    @Test
    void anotherSizeOfImageNeedsFewMore() {
        var first = run(112);
        var second = run(96);
        var more = new HashSet<>(second.classes());
        more.removeAll(first.classes());
        assertThat(more)
                .as("classes that only the second size needs")
                .hasSizeLessThanOrEqualTo(first.classes().size() / 4);
    }

    private static Run run(int size) {
        var image = Shape.of(1, 3, size, size);
        var chain = TaskChain.named("network");
        var x = chain.input("x", image);
        var input = Value.input("x", image);
        var weights = Weights.initial(Parameters.asked(p -> network(p, input)), 1);
        var inputs = new IdentityHashMap<Value, Tensor>(Map.of(input, x));
        chain.output(Lowering.append(chain, inputs, List.of(network(Parameters.of(weights), input)))
                .getFirst());
        try (var plan = chain.plan()) {
            plan.run(new FloatArray(3 * size * size));
            var log = String.join("\n", plan.profileLogs());
            return new Run(chain.cost().kernels(), all(KERNEL, log), all(CLASS, log));
        }
    }

    private static Set<String> all(Pattern pattern, String log) {
        return pattern.matcher(log).results().map(m -> m.group(1)).collect(Collectors.toSet());
    }

    private static Value network(Parameters p, Value image) {
        var x = p.batchNorm("bn1", WIDTH)
                .apply(p.convolution("conv1", 3, WIDTH, 7, Window.same(7).strided(2), false)
                        .apply(image))
                .relu();
        int channels = WIDTH;
        for (int stage = 0; stage < BLOCKS.size(); stage++) {
            for (int block = 0; block < BLOCKS.get(stage); block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = bottleneck(p, "layer" + (stage + 1) + "." + block + ".", x, channels, WIDTH << stage, stride);
                channels = WIDTH << stage << 2;
            }
        }
        return p.linear("fc", channels, 100, true).apply(x.mean(2, 3));
    }

    private static Value bottleneck(Parameters p, String name, Value x, int inputs, int width, int stride) {
        int outputs = 4 * width;
        var one = Window.plain();
        var y = normed(p, name + "1", x, inputs, width, 1, one).relu();
        y = normed(p, name + "2", y, width, width, 3, Window.same(3).strided(stride))
                .relu();
        y = normed(p, name + "3", y, width, outputs, 1, one);
        var fewer = p.linear(name + "fc1", outputs, outputs / 16, false);
        y = SqueezeExcite.of("se", outputs, fewer, p.linear(name + "fc2", outputs / 16, outputs, false))
                .apply(y);
        var shortcut = inputs == outputs ? x : normed(p, name + "down", x, inputs, outputs, 1, one.strided(stride));
        return y.plus(shortcut).relu();
    }

    private static Value normed(
            Parameters p, String name, Value x, int inputs, int outputs, int kernel, Window window) {
        var convolution = p.convolution(name + ".conv", inputs, outputs, kernel, window, false);
        return p.batchNorm(name + ".bn", outputs).apply(convolution.apply(x));
    }
}
