package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tornado.attention.embedded.internal.compiler.RandomKernel.Line;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import tornado.attention.embedded.internal.compiler.runtime.Heat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Random kernels, compiled by javac, in all modes of the engine against the same method called as plain Java. A failing
 * kernel is cut down to what still fails and printed with its seed.
 */
class FuzzTest {
    private static final int KERNELS = Integer.getInteger("tornado.attention.fuzz.kernels", 50);
    private static final String[] LANES = {"java", "off", "128", "256", "512"};
    /** Expressions are a few operations deep with values of a few units; long sums add up to 40 terms. */
    private static final double TOLERANCE = 2e-4;

    private static final int[][] SMALL = {{1, 1}, {3, 5}, {2, 16}, {0, 4}};
    /** One below, at and above a vector. */
    private static final int[][] VECTORS = {{15, 17}, {16, 16}, {17, 15}};

    private static final int[][] LARGE = {{7, 37}, {70, 19}, {33, 40}};

    private static final MethodType TYPE = MethodType.methodType(
            void.class,
            FloatArray.class,
            FloatArray.class,
            IntArray.class,
            FloatArray.class,
            int.class,
            int.class,
            float.class);

    @Test
    void randomKernels() {
        long base = seed();
        var modes = new TreeMap<String, Integer>();
        for (int i = 0; i < KERNELS; i++) {
            long seed = base + i;
            var kernel = RandomKernel.generate(seed);
            var problem = problem(kernel, seed, modes);
            if (problem.isPresent()) {
                var small = shrink(kernel, seed);
                fail(
                        "seed %d: %s%nCut down:%n%s%n%s",
                        seed,
                        problem.get(),
                        RandomKernel.source("kernel", small),
                        problem(small, seed, modes).orElse(""));
            }
        }
        assertThat(modes.keySet()).as("modes %s", modes).contains("parallel", "serial", "scalar", "sequential");
        assertThat(modes.get("compiled")).as("kernels that javac takes").isGreaterThan(KERNELS * 3 / 4);
    }

    private static long seed() {
        var text = System.getProperty("tornado.attention.seed", "");
        return text.isEmpty() ? 1 : Long.parseLong(text);
    }

    /** What is wrong with a kernel; source that does not compile has no problem. */
    private static Optional<String> problem(List<Line> kernel, long seed, Map<String, Integer> modes) {
        var source = """
                import uk.ac.manchester.tornado.api.annotations.Parallel;
                import uk.ac.manchester.tornado.api.math.TornadoMath;
                import uk.ac.manchester.tornado.api.types.arrays.*;

                public class Fuzzed {
                    static float helper(float v) {
                        if (v > 3f) {
                            return 3f;
                        }
                        return v < -3f ? -3f : v * 0.5f;
                    }

                """ + RandomKernel.source("kernel", kernel) + "}\n";
        var type =
                SourceCompiler.compile("Fuzzed", source.replace("static float helper", "public static float helper"));
        if (type.isEmpty()) {
            return Optional.empty();
        }
        modes.merge("compiled", 1, Integer::sum);
        // One class serves them all where nothing is zero or one; which size it is made for should not matter.
        int[][] sizes = {
            SMALL[Math.floorMod(seed, SMALL.length)], VECTORS[Math.floorMod(seed, 3)], LARGE[Math.floorMod(seed, 3)]
        };
        boolean contract = seed % 2 == 0;
        for (int turn = 0; turn < sizes.length; turn++) {
            var size = sizes[seed % 4 < 2 ? turn : sizes.length - 1 - turn];
            var args = arguments(seed, size[0], size[1]);
            var expected = Engine.copy(args);
            if (!invoke(type.get(), expected)) {
                return Optional.empty();
            }
            boolean functions = source.contains("tanh(") || source.contains("exp(");
            var bits = new Bits(functions || contract ? null : Engine.bytes(expected)[3]);
            for (var lanes : LANES) {
                var options = LaneOptions.parse(lanes).contracting(contract);
                var found = difference(type.get(), args, expected, options, bits, modes);
                if (found.isPresent()) {
                    return Optional.of("n=" + size[0] + ", m=" + size[1] + ", lanes " + lanes
                            + (contract ? ": " : ", without contraction: ") + found.get());
                }
            }
        }
        return Optional.empty();
    }

    /** The bytes that all modes must give but those that add up in another order; unknown until one has run. */
    private static final class Bits {
        private byte[] wanted;

        Bits(byte[] wanted) {
            this.wanted = wanted;
        }

        boolean differ(byte[] actual) {
            if (wanted == null) {
                wanted = actual;
            }
            return !Arrays.equals(wanted, actual);
        }
    }

    private static Object[] arguments(long seed, int n, int m) {
        int s = (int) seed;
        return new Object[] {
            Engine.floats(s, RandomKernel.SIZE),
            Engine.floats(s + 1, RandomKernel.SIZE),
            Engine.ints(s + 2, RandomKernel.SIZE, 50),
            Engine.floats(s + 3, RandomKernel.SIZE),
            n,
            m,
            0.75f
        };
    }

    private static boolean invoke(Class<?> type, Object[] args) {
        try {
            type.getMethod("kernel", TYPE.parameterArray()).invoke(null, args);
            return true;
        } catch (InvocationTargetException e) {
            return false; // an index out of bounds in a kernel that was cut down
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Optional<String> difference(
            Class<?> type, Object[] args, Object[] expected, LaneOptions lanes, Bits bits, Map<String, Integer> modes) {
        var method = new KernelMethod(type, "kernel", TYPE);
        byte[][] first = null;
        for (int threads = 1; threads <= 2; threads++) {
            var start = threads == 1 ? Heat.Start.LANES : Heat.Start.SCALAR;
            var actual = Engine.copy(args);
            String explanation;
            try {
                var kernel = KernelCompiler.compile("fuzz", method, actual, lanes.with(start));
                explanation = kernel.explain();
                kernel.bind(actual).run(Workers.of(threads));
            } catch (RuntimeException | LinkageError e) {
                return Optional.of(e + " caused by " + e.getCause());
            }
            modes.merge(
                    explanation.contains("sequential")
                            ? "sequential"
                            : explanation.contains("parallel loop, ")
                                    ? "parallel"
                                    : explanation.contains("lanes over") ? "serial" : "scalar",
                    1,
                    Integer::sum);
            var got = (FloatArray) actual[3];
            var wanted = (FloatArray) expected[3];
            for (int i = 0; i < got.getSize(); i++) {
                double bound = TOLERANCE * Math.max(1, Math.abs(wanted.get(i)));
                if (!(Math.abs(got.get(i) - wanted.get(i)) <= bound) && Float.compare(got.get(i), wanted.get(i)) != 0) {
                    return Optional.of(
                            "element " + i + " is " + got.get(i) + ", not " + wanted.get(i) + " (" + explanation + ")");
                }
            }
            if (first != null && !Arrays.equals(first[3], Engine.bytes(actual)[3])) {
                return Optional.of("other bytes with 2 threads and scalar code (" + explanation + ")");
            }
            boolean inOrder = !explanation.contains(" serial loop") && !explanation.contains("own bytecode");
            if (inOrder && bits.differ(Engine.bytes(actual)[3])) {
                return Optional.of("other bytes than without lanes (" + explanation + ")");
            }
            first = Engine.bytes(actual);
        }
        return Optional.empty();
    }

    /** Removes lines as long as the kernel still fails. */
    private static List<Line> shrink(List<Line> kernel, long seed) {
        var best = kernel;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (var candidate : without(best)) {
                if (problem(candidate, seed, new TreeMap<>()).isPresent()) {
                    best = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return best;
    }

    /** All kernels with one line less, or with a block replaced by what is in it. */
    private static List<List<Line>> without(List<Line> lines) {
        var all = new ArrayList<List<Line>>();
        for (int i = 0; i < lines.size(); i++) {
            var rest = new ArrayList<>(lines);
            var line = rest.remove(i);
            all.add(rest);
            if (line.inside() != null) {
                if (!line.text().startsWith("for")) {
                    var opened = new ArrayList<>(rest);
                    opened.addAll(i, line.inside());
                    all.add(opened);
                }
                for (var inside : without(line.inside())) {
                    var changed = new ArrayList<>(lines);
                    changed.set(i, new Line(line.text(), inside));
                    all.add(changed);
                }
            }
        }
        return all;
    }
}
