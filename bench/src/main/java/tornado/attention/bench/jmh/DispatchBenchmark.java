package tornado.attention.bench.jmh;

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
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.kernels.Elementwise;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What it costs to launch tasks that do next to nothing: one run is {@code tasks} tasks, on 1 and on 2 threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DispatchBenchmark {
    /** Threads of the embedded engine. */
    @Param({"1", "2"})
    public int threads;

    /** Tasks of the graph. */
    @Param({"1", "10"})
    public int tasks;

    /** Elements that a task copies: so few that an engine may leave them to one thread, and enough for several. */
    @Param({"64", "65536"})
    public int elements;

    private TornadoExecutionPlan plan;

    /** A benchmark without a graph yet. */
    public DispatchBenchmark() {}

    /** Builds the graph. */
    @Setup(Level.Trial)
    public void compile() {
        EngineOptions.applyThreads(threads);
        var a = new FloatArray(elements);
        var b = new FloatArray(elements);
        var graph = new TaskGraph("dispatch");
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, a, b);
        for (int i = 0; i < tasks; i++) {
            graph.task("t" + i, Elementwise::copy, i % 2 == 0 ? a : b, i % 2 == 0 ? b : a, elements);
        }
        graph.transferToHost(DataTransferMode.UNDER_DEMAND, b);
        plan = new TornadoExecutionPlan(graph.snapshot());
    }

    /** Frees the plan. */
    @TearDown(Level.Trial)
    public void close() throws TornadoExecutionPlanException {
        plan.close();
    }

    /** One run of the graph. */
    @Benchmark
    public Object run() {
        return plan.execute();
    }
}
