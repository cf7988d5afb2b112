package tornado.attention.bench.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Normalization;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One run of a plan with a single reusable task, on the feature maps of the case list. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TaskBenchmark {
    @Param({"average", "gate", "softmax", "linear", "convolution1x1", "layerNorm"})
    public String task;

    @Param("1x64x56x56")
    public String shape;

    /** Id of the device. */
    @Param("default")
    public String device;

    private Plan plan;
    private FloatArray output;

    /** A benchmark without a task yet. */
    public TaskBenchmark() {}

    /** Compiles the plan. */
    @Setup(Level.Trial)
    public void compile() {
        var where = Plans.device(device);
        var chain = TaskChain.named("jmh", where.options());
        var map = Shape.parse(shape);
        var x = input(chain, "x", map);
        var y = attach(chain, x, map);
        chain.output(y);
        plan = chain.plan(where.device());
        output = y.array();
    }

    private Tensor attach(TaskChain chain, Tensor x, Shape map) {
        int channels = map.channels();
        return switch (task) {
            case "average" -> Pooling.average(chain, "average", x);
            case "gate" -> Broadcast.multiply(chain, "gate", x, input(chain, "g", Shape.of(map.batch(), channels)));
            case "softmax" ->
                Normalization.softmaxOverPositions(
                        chain, "softmax", input(chain, "logits", Shape.of(map.batch(), 1, map.height(), map.width())));
            case "linear" ->
                Projection.linear(
                        chain,
                        "linear",
                        input(chain, "rows", Shape.of(map.batch(), channels)),
                        weight("w", channels, channels),
                        null,
                        Activation.RELU);
            case "convolution1x1" ->
                Projection.convolution1x1(
                        chain, "convolution", x, weight("w", channels, channels, 1, 1), null, Activation.IDENTITY);
            case "layerNorm" ->
                Normalization.layerNorm(
                        chain,
                        "norm",
                        input(chain, "rows", Shape.of(map.batch(), channels)),
                        weight("gamma", channels),
                        weight("beta", channels),
                        1e-5,
                        Activation.IDENTITY);
            default -> throw new IllegalArgumentException("There is no task '" + task + "' to benchmark.");
        };
    }

    private static Tensor input(TaskChain chain, String name, Shape shape) {
        return chain.input(name, shape, FloatArray.fromArray(random(shape)));
    }

    private static Weight weight(String name, int... extents) {
        return Weight.of(name, Shape.of(extents), random(Shape.of(extents)));
    }

    private static float[] random(Shape shape) {
        var random = new SplittableRandom(1);
        var values = new float[shape.elementsOf("benchmark")];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    /** Frees the plan. */
    @TearDown(Level.Trial)
    public void close() {
        plan.close();
    }

    /** One run. */
    @Benchmark
    public float run() {
        plan.run();
        return output.get(0);
    }
}
