package tornado.attention.tasks.internal.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.StepCost;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.Value;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Networks of depthwise convolutions whose maps are rows of channels, against their definition in double precision. */
class RowRegionsTest {
    private static final DeviceProfile GPU =
            new DeviceProfile(DeviceProfile.Kind.GPU, "OPENCL", "some GPU", 48 << 10, 256, 1L << 32, 16);

    private RandomCases random;
    private Interpreter interpreter;
    private FloatArray input;
    private int weights;

    private void repeat(int times, Runnable body) {
        RandomCases.repeat(times, drawn -> {
            random = drawn;
            interpreter = new Interpreter(false);
            body.run();
        });
    }

    private Value weight(Shape shape) {
        int n = shape.elementsOf("weight");
        double scale = Math.sqrt(2.0 / Math.max(1, n / shape.dim(0)));
        var floats = new float[n];
        for (int i = 0; i < n; i++) {
            floats[i] = (float) (random.normals(1)[0] * scale);
        }
        return weight(shape, FloatArray.fromArray(floats));
    }

    private Value weight(Shape shape, FloatArray array) {
        var value = Value.of(Parameter.of(new Weight("w" + weights++, shape, array)));
        interpreter.with(value, Array.of(shape, array));
        return value;
    }

    private Value convolution(Value x, int outputs, int height, int width, Window window) {
        var w = weight(Shape.of(outputs, x.shape().channels() / window.groups(), height, width));
        return random.flag()
                ? Value.of(new ConvolveTask(window), x, w)
                : Value.of(new ConvolveTask(window), x, w, weight(Shape.of(outputs)));
    }

    private Value normed(Value x) {
        var each = Shape.of(x.shape().channels());
        var variance = new float[x.shape().channels()];
        for (int c = 0; c < variance.length; c++) {
            variance[c] = 0.5f + Math.abs(random.normals(1)[0]);
        }
        return Value.of(
                new BatchNormTask(1e-5, 0.1),
                x,
                weight(each),
                weight(each),
                weight(each),
                weight(each, FloatArray.fromArray(variance)),
                weight(Shape.of(), FloatArray.fromElements(1)));
    }

    /** A block of random sizes; every second one has a gate. */
    private Value block(Value x, int number) {
        int inputs = x.shape().channels();
        int wide = random.between(inputs, 2 * inputs + 9);
        int stride = x.shape().height() < 9 ? 1 : random.oneOf(1, 1, 2);
        int height = random.oneOf(1, 3, 5);
        int width = random.oneOf(3, 5);
        var act = random.oneOf(Activation.RELU, Activation.HARD_SWISH, Activation.SILU);
        var y = convolution(x, wide, 1, 1, Window.plain()).activate(act);
        int dilation = x.shape().height() < 9 ? 1 : random.oneOf(1, 1, 2);
        var window = new Window(
                stride,
                height / 2 * dilation,
                width / 2 * dilation,
                random.between(0, 2),
                random.between(1, 3) * dilation,
                dilation,
                wide);
        y = normed(convolution(y, wide, height, width, window)).activate(act);
        if (number % 2 == 0) {
            y = y.times(
                    y.mean(2, 3).activate(Activation.SIGMOID).reshape(y.shape().batch(), wide, 1, 1));
        }
        boolean same = y.shape().height() == x.shape().height()
                && y.shape().width() == x.shape().width();
        y = convolution(y, same ? inputs : inputs + 3, 1, 1, Window.plain());
        return same ? y.plus(x) : y;
    }

    private Value blocks(Value x) {
        var y = x;
        for (int i = 0; i < 4; i++) {
            y = block(y, i);
        }
        return y;
    }

    private Value images() {
        var shape = Shape.of(random.between(1, 2), 3, random.between(17, 30), random.between(17, 30));
        var images = Value.input("images", shape);
        input = random.normal(shape.elementsOf("images"));
        interpreter.with(images, Array.of(shape, input));
        return images;
    }

    private Value stem(Value images) {
        return convolution(images, random.between(4, 20), 3, 3, Window.same(3).strided(random.oneOf(1, 2)))
                .activate(Activation.RELU);
    }

    private List<String> check(Value images, List<Value> outputs, ChainOptions options) {
        var chain = TaskChain.named("rows", options);
        var tensors = new IdentityHashMap<Value, Tensor>();
        tensors.put(images, chain.input("images", images.shape(), input));
        var made = Lowering.append(chain, tensors, outputs);
        made.forEach(chain::output);
        var steps = chain.cost().steps();
        if (options.profile() == GPU) {
            return steps.stream().map(StepCost::covers).toList();
        }
        try (var plan = chain.plan()) {
            plan.run();
            for (int i = 0; i < made.size(); i++) {
                var expected = interpreter.valueOf(outputs.get(i)).values();
                var actual = plan.read(made.get(i));
                double scale = 1;
                for (double e : expected) {
                    scale = Math.max(scale, Math.abs(e));
                }
                assertThat(actual).hasSameSizeAs(expected);
                for (int j = 0; j < actual.length; j++) {
                    assertThat((double) actual[j]).isCloseTo(expected[j], within(2e-5 * scale));
                }
            }
        }
        return steps.stream().map(StepCost::covers).toList();
    }

    private static long ofRows(List<String> covers) {
        return covers.stream().filter(c -> c.endsWith(", channels last")).count();
    }

    private static long turned(List<String> covers) {
        return covers.stream().filter("channels last"::equals).count();
    }

    @Test
    void blocksAreRowsFromTheImageToTheirMean() {
        repeat(12, () -> {
            var images = images();
            var x = blocks(stem(images));
            var covers = check(images, List.of(x.mean(2, 3)), ChainOptions.evaluation());
            assertThat(turned(covers)).isZero();
            assertThat(ofRows(covers)).isGreaterThanOrEqualTo(4 * 3 + 2);
            assertThat(ofRows(check(
                            images,
                            List.of(x.mean(2, 3)),
                            ChainOptions.evaluation().withoutFusion())))
                    .isZero();
        });
    }

    /** A stage that is wanted, and a task that takes planes, each turn a map over; only once. */
    @Test
    void borderMapsAreTurnedOverOnce() {
        repeat(6, () -> {
            var images = images();
            var x = blocks(stem(images));
            var pooled = blocks(Value.of(new MaxPoolTask(3, 1, 1), x));
            var covers = check(images, List.of(x, pooled.mean(2, 3)), ChainOptions.evaluation());
            assertThat(turned(covers)).isEqualTo(2);
            assertThat(ofRows(covers)).isPositive();
        });
    }

    @Test
    void trainingKeepsPlanes() {
        repeat(2, () -> {
            var images = images();
            var x = blocks(stem(images));
            var chain = TaskChain.named("training", ChainOptions.evaluation().inTraining());
            var tensors = new IdentityHashMap<Value, Tensor>();
            tensors.put(images, chain.input("images", images.shape(), input));
            Lowering.append(chain, tensors, List.of(x.mean(2, 3))).forEach(chain::output);
            assertThat(ofRows(
                            chain.cost().steps().stream().map(StepCost::covers).toList()))
                    .isZero();
        });
    }

    @Test
    void modulesAndGraphicsProcessorsKeepPlanes() {
        repeat(3, () -> {
            var images = images();
            var few = block(block(stem(images), 0), 1);
            assertThat(ofRows(check(images, List.of(few.mean(2, 3)), ChainOptions.evaluation())))
                    .isZero();
            var many = block(block(few, 0), 1);
            var options = ChainOptions.evaluation().on(GPU);
            assertThat(ofRows(check(images, List.of(many.mean(2, 3)), options))).isZero();
        });
    }
}
