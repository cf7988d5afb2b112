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
import tornado.attention.kernels.Activations;
import tornado.attention.kernels.Convolution1x1;
import tornado.attention.kernels.Elementwise;
import tornado.attention.kernels.Gating;
import tornado.attention.kernels.GlobalPooling;
import tornado.attention.kernels.Softmax;
import tornado.attention.tasks.Shape;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A single kernel on data that stay on the device: nothing is transferred while it is timed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
    @Param({"copy", "average", "gate", "softmax", "convolution1x1"})
    public String kernel;

    @Param("1x64x56x56")
    public String shape;

    /** Id of the device. */
    @Param("default")
    public String device;

    private TornadoExecutionPlan plan;

    /** A benchmark without a kernel yet. */
    public KernelBenchmark() {}

    /** Compiles the kernel. */
    @Setup(Level.Trial)
    public void compile() {
        var map = Shape.parse(shape);
        int rows = map.batch() * map.channels();
        var x = random(map.elementsOf("x"));
        var small = random(Math.max(rows, map.channels() * map.channels()));
        var bias = random(map.channels());
        var out = new FloatArray(x.getSize());
        var graph = new TaskGraph("kernel");
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, x, small, bias, out);
        switch (kernel) {
            case "copy" -> graph.task("k", Elementwise::copy, x, out, x.getSize());
            case "average" -> graph.task("k", GlobalPooling::average, x, out, rows, map.pixels());
            case "gate" -> graph.task("k", Gating::multiply, x, small, out, rows, map.pixels());
            case "softmax" -> graph.task("k", Softmax::rows, x, out, rows, map.pixels());
            case "convolution1x1" ->
                graph.task(
                        "k",
                        Convolution1x1::apply,
                        x,
                        small,
                        bias,
                        out,
                        map.batch(),
                        map.channels(),
                        map.channels(),
                        map.pixels(),
                        Activations.IDENTITY);
            default -> throw new IllegalArgumentException("There is no kernel '" + kernel + "' to benchmark.");
        }
        graph.transferToHost(DataTransferMode.UNDER_DEMAND, out);
        plan = new TornadoExecutionPlan(graph.snapshot());
        plan.withDevice(Plans.device(device).device());
    }

    private static FloatArray random(int n) {
        var random = new SplittableRandom(1);
        var values = new FloatArray(n);
        for (int i = 0; i < n; i++) {
            values.set(i, (float) random.nextDouble(-1, 1));
        }
        return values;
    }

    /** Frees the plan. */
    @TearDown(Level.Trial)
    public void close() throws TornadoExecutionPlanException {
        plan.close();
    }

    /** One launch. */
    @Benchmark
    public Object run() {
        return plan.execute();
    }
}
