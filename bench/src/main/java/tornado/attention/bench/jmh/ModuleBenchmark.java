package tornado.attention.bench.jmh;

import java.util.ArrayList;
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
import tornado.attention.bench.compare.CaseData;
import tornado.attention.bench.compare.CaseList;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One run of a module end to end. {@code -p subject=} takes any {@code module@shape}; {@code attn jmh} fills in the
 * quick list.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ModuleBenchmark {
    @Param("SEAttention@1x64x56x56")
    public String subject;

    /** Id of the device. */
    @Param("default")
    public String device;

    private Plan plan;
    private FloatArray output;

    /** A benchmark without a case yet. */
    public ModuleBenchmark() {}

    /** Compiles the plan. */
    @Setup(Level.Trial)
    public void compile() {
        var data = CaseData.of(CaseList.find(subject));
        var where = Plans.device(device);
        var chain = TaskChain.named("jmh", where.options());
        var inputs = new ArrayList<Tensor>();
        data.inputs().forEach((name, input) -> inputs.add(chain.input(name, input.shape(), input.values())));
        var outputs = data.module().attach(chain, inputs);
        outputs.forEach(chain::output);
        plan = chain.plan(where.device());
        output = outputs.getFirst().array();
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
