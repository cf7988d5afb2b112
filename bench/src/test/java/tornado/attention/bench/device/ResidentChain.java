package tornado.attention.bench.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tornado.attention.modules.Catalogue;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.SharedPlans;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A chain of four modules, opened, run, measured and closed on whichever engine this JVM has; a program of its own for TornadoVM. */
final class ResidentChain {
    private static final Shape SHAPE = Shape.of(2, 16, 7, 9);
    private static final List<String> MODULES = List.of("GlobalContext", "SKAttention", "ECA", "ULSAM");

    /** Rounds after which caches and pools of the runtime have their size. */
    private static final int SETTLING = 100;

    private ResidentChain() {}

    /**
     * What one run moved, by the engine's own count.
     *
     * @param inputBytes of the chain's only input
     * @param outputBytes of its only output
     * @param moved what crossed
     */
    record Moved(long inputBytes, long outputBytes, Plan.Transfers moved) {}

    /** {@code residency}, {@code long TASKS}, {@code shared}, {@code cycles N} or {@code memory ELEMENTS...}: prints what it found as {@code key value} lines. */
    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "residency" -> {
                var found = measure();
                System.out.println("input " + found.inputBytes());
                System.out.println("output " + found.outputBytes());
                System.out.println("up " + found.moved().up());
                System.out.println("down " + found.moved().down());
            }
            case "long" ->
                longChain(Integer.parseInt(arguments[1]))
                        .forEach((key, value) -> System.out.println(key + " " + value));
            case "shared" -> shared().forEach((key, value) -> System.out.println(key + " " + value));
            case "cycles" ->
                cycle(Integer.parseInt(arguments[1])).forEach((key, value) -> System.out.println(key + " " + value));
            case "memory" -> {
                var elements = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt);
                refusals(elements.toArray()).forEach(sentence -> System.out.println("refused " + sentence));
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    /**
     * A chain of so many tasks, more than one task graph holds; its input and an early tensor are read again at the end.
     *
     * @return what a later run moved, and whether the results of both runs are right
     */
    private static Map<String, Long> longChain(int tasks) {
        var chain = TaskChain.named("long");
        var x = chain.input("x", Shape.of(1, 1, 8, 8));
        var one = chain.weight(Weight.of("one", Shape.of(1, 1), 1f));
        var y = Broadcast.add(chain, "first", x, one);
        var early = y;
        for (int i = 3; i < tasks; i++) {
            y = Broadcast.add(chain, "add", y, one);
        }
        y = Broadcast.residual(chain, "early", y, early, Activation.IDENTITY);
        chain.output(Broadcast.residual(chain, "input", y, x, Activation.IDENTITY));
        long kernels = chain.cost().kernels();
        var found = new LinkedHashMap<String, Long>();
        try (var plan = chain.plan()) {
            var image = new FloatArray(64);
            image.init(2f);
            plan.run(image);
            long right = plan.read(plan.outputs().getFirst())[5] == tasks - 2 + 1 + 3 * 2 ? 1 : 0;
            var moved = plan.profile();
            found.put("kernels", kernels);
            found.put("right", right);
            found.put("rightAgain", plan.read(plan.outputs().getFirst())[5] == tasks - 2 + 1 + 3 * 2 ? 1L : 0L);
            found.put("up", moved.up());
            found.put("down", moved.down());
        }
        return found;
    }

    /**
     * What plans say that find no memory: one that compiles says it again when it runs again, and is closed like the others.
     *
     * @param elements of the input of each plan; all are open together
     */
    private static List<String> refusals(int... elements) {
        var open = new ArrayList<Plan>();
        var sentences = new ArrayList<String>();
        try {
            for (int n : elements) {
                var chain = TaskChain.named("large" + open.size());
                var x = chain.input("x", Shape.of(1, 1, 1, n));
                chain.output(Broadcast.activate(chain, "activate", x, Activation.RELU));
                open.add(chain.plan());
                for (int run = 0; run < 2; run++) {
                    runOrAdd(open.getLast(), sentences);
                }
            }
        } catch (IllegalArgumentException e) {
            sentences.add(e.getMessage());
        } finally {
            open.forEach(Plan::close);
        }
        return sentences;
    }

    private static void runOrAdd(Plan plan, List<String> sentences) {
        try {
            plan.run(new FloatArray((int) plan.inputs().getFirst().elements()));
        } catch (IllegalStateException e) {
            sentences.add(e.getMessage());
        }
    }

    /** All four modules in one task graph. */
    static TaskChain chain() {
        return chain(MODULES, ChainOptions.evaluation());
    }

    static TaskChain chain(List<String> modules, ChainOptions options) {
        return chain("resident", modules, options);
    }

    private static TaskChain chain(String graph, List<String> modules, ChainOptions options) {
        var chain = TaskChain.named(graph, options);
        var x = chain.input("x", SHAPE);
        for (var name : modules) {
            var type = Catalogue.named(name);
            var module = type.initial(type.settingsFor(x.shape(), Map.of()), 1);
            x = module.attach(chain, x);
        }
        return chain.output(x);
    }

    /** What a run after the first moves. */
    static Moved measure() {
        try (var plan = chain().plan()) {
            plan.run(random(1));
            var first = plan.read(plan.outputs().getFirst());
            var moved = plan.profile();
            if (!Arrays.equals(first, plan.read(plan.outputs().getFirst()))) {
                throw new IllegalStateException(
                        "The run with the profiler on gave another result than the one before.");
            }
            return new Moved(
                    plan.inputs().getFirst().bytes(), plan.outputs().getFirst().bytes(), moved);
        }
    }

    /**
     * Two chains of one module with their weights on the device once: what their first and later
     * runs move, in turns, and whether they compute what plans of their own do.
     */
    static Map<String, Long> shared() {
        var found = new LinkedHashMap<String, Long>();
        var inputs = List.of(random(1), random(2));
        var alone = new ArrayList<float[]>();
        for (int i = 0; i < 2; i++) {
            try (var plan = single(i).plan()) {
                found.put("aloneUp" + i, plan.profile().up());
                plan.run(inputs.get(i));
                alone.add(plan.read(plan.outputs().getFirst()));
            }
        }
        var chains = List.of(single(0), single(1));
        try (var shared = SharedPlans.of(null, chains)) {
            for (var round : List.of("first", "second")) {
                for (int i = 0; i < 2; i++) {
                    var plan = shared.plans().get(i);
                    found.put(round + "Up" + i, plan.profile().up());
                    plan.run(inputs.get(i));
                    boolean equal =
                            Arrays.equals(alone.get(i), plan.read(plan.outputs().getFirst()));
                    found.put(round + "Equal" + i, equal ? 1L : 0L);
                }
            }
        }
        found.put("input", SHAPE.elements() * (long) Float.BYTES);
        found.put("kernels", (long) single(0).cost().kernels());
        found.put("weights", single(0).cost().bytesUpOnce());
        found.put(
                "between", single(0).cost().peakDeviceBytes() - single(0).cost().bytesUpOnce());
        return found;
    }

    private static TaskChain single(int number) {
        return chain("shared" + number, List.of("SEAttention"), ChainOptions.evaluation());
    }

    /**
     * Opens, runs and closes a chain again and again.
     *
     * @param rounds how often, after the rounds in which the runtime settles
     * @return bytes by which heap and process grew from the end of settling to the end
     */
    static Map<String, Long> cycle(int rounds) {
        var modules = List.of("ECA");
        rounds(modules, SETTLING);
        long heap = usedHeap();
        long process = Processes.residentBytes();
        rounds(modules, rounds);
        return Map.of("heap", usedHeap() - heap, "process", Processes.residentBytes() - process);
    }

    private static void rounds(List<String> modules, int rounds) {
        for (int i = 0; i < rounds; i++) {
            try (var plan = chain(modules, ChainOptions.evaluation()).plan()) {
                plan.run(random(i));
            }
        }
    }

    static FloatArray random(long seed) {
        var random = new SplittableRandom(seed);
        var array = new FloatArray((int) SHAPE.elements());
        for (int i = 0; i < array.getSize(); i++) {
            array.set(i, (float) random.nextGaussian());
        }
        return array;
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Kernels of one module at batch 1, in order. */
    static List<String> kernels(String name, ChainOptions options) {
        var chain = TaskChain.named("count", options);
        var x = chain.input("x", Shape.of(1, 64, 14, 14));
        var type = Catalogue.named(name);
        var module = type.initial(type.settingsFor(x.shape(), Map.of()), 1);
        chain.output(module.attach(chain, x));
        var names = new ArrayList<String>();
        chain.cost().steps().forEach(s -> names.add(s.task() + " " + s.variant()));
        return names;
    }
}
