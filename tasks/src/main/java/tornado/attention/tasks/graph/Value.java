package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;

/**
 * What a task makes of its inputs: a shape now, elements once there is a plan. Values are immutable and known by their identity;
 * their methods write the next task, so that a module reads like its formula:
 *
 * <pre>{@code
 * var gate = x.mean(Value.PIXELS).linear(w1, b1).relu().linear(w2, b2).sigmoid();
 * return x.times(gate.perChannel());
 * }</pre>
 */
public final class Value {
    /** An attention tensor that a value offers to those who want to see it, and the shape it is seen under. */
    public record Exposure(AttentionKind kind, Shape shape) {}

    /** The axes of a feature map behind batch and channels. */
    public static final int[] PIXELS = {2, 3};

    private static final AtomicLong MADE = new AtomicLong();

    private final long number = MADE.getAndIncrement();
    private final Task task;
    private final List<Value> inputs;
    private final Shape shape;
    private final String label;
    private final Exposure exposure;

    private Value(Task task, List<Value> inputs, Shape shape, String label, Exposure exposure) {
        this.task = task;
        this.inputs = List.copyOf(inputs);
        this.shape = shape;
        this.label = label;
        this.exposure = exposure;
    }

    /**
     * The value a task makes.
     *
     * @throws IllegalArgumentException if the inputs do not fit
     */
    public static Value of(Task task, Value... inputs) {
        return of(task, List.of(inputs));
    }

    /** The same with a list of inputs. */
    public static Value of(Task task, List<Value> inputs) {
        var shape = task.shape(inputs.stream().map(Value::shape).toList());
        return new Value(task, inputs, shape, null, null);
    }

    /** An input of a graph. */
    public static Value input(String name, Shape shape) {
        return of(new Leaf(name, shape));
    }

    /** The same value under a name, which its kernel has too; what comes from outside keeps the name it has. */
    public Value named(String name) {
        return inputs.isEmpty() ? this : new Value(task, inputs, shape, name, exposure);
    }

    /** The same value, offered as an attention tensor. */
    public Value exposed(AttentionKind kind) {
        return exposed(kind, shape);
    }

    /** The same value, offered as an attention tensor under a shape with as many elements. */
    public Value exposed(AttentionKind kind, Shape seenAs) {
        return inputs.isEmpty()
                ? of(new ReshapeTask(shape), this).exposed(kind, seenAs)
                : new Value(task, inputs, shape, label, new Exposure(kind, seenAs));
    }

    /** Another value under the name of this one, offering what this one offers unless it offers something itself. */
    Value as(Value other) {
        return new Value(
                other.task,
                other.inputs,
                other.shape,
                label == null ? other.label : label,
                exposure == null ? other.exposure : exposure);
    }

    /** Grows with each value: inputs have smaller numbers. */
    public long number() {
        return number;
    }

    /** What makes it. */
    public Task task() {
        return task;
    }

    /** What it is made of. */
    public List<Value> inputs() {
        return inputs;
    }

    /** One of {@link #inputs}. */
    public Value input(int index) {
        return inputs.get(index);
    }

    public Shape shape() {
        return shape;
    }

    /** Its name, or its task's word. */
    public String name() {
        return label == null ? task.word() : label;
    }

    /** Whether it was given a name. */
    public boolean isNamed() {
        return label != null;
    }

    /** The attention tensor it offers. */
    public Optional<Exposure> exposure() {
        return Optional.ofNullable(exposure);
    }

    /** Multiply-accumulates of its task, as papers count them. */
    long macs() {
        return task.macs(inputs.stream().map(Value::shape).toList(), shape);
    }

    /** {@code function(x)}. */
    public Value map(UnaryFunction function) {
        return map(function, 1, 0);
    }

    /** {@code function(alpha x + beta)}. */
    public Value map(UnaryFunction function, double alpha, double beta) {
        boolean nothing = function == UnaryFunction.IDENTITY && alpha == 1 && beta == 0;
        return nothing ? this : of(new MapTask(function, alpha, beta, 0), this);
    }

    /** An activation by its name. */
    public Value activate(Activation activation) {
        return map(UnaryFunction.of(activation));
    }

    /** {@code max(x, 0)}. */
    public Value relu() {
        return map(UnaryFunction.RELU);
    }

    /** {@code 1 / (1 + exp(-x))}. */
    public Value sigmoid() {
        return map(UnaryFunction.SIGMOID);
    }

    /** Each element plus a number. */
    public Value plus(double term) {
        return map(UnaryFunction.IDENTITY, 1, term);
    }

    /** Each element times a number. */
    public Value times(double factor) {
        return map(UnaryFunction.IDENTITY, factor, 0);
    }

    /** Sum, the smaller shape repeated. */
    public Value plus(Value other) {
        return of(CombineTask.PLUS, this, other);
    }

    /** Difference, the smaller shape repeated. */
    public Value minus(Value other) {
        return of(CombineTask.MINUS, this, other);
    }

    /** Product element by element, the smaller shape repeated. */
    public Value times(Value other) {
        return of(CombineTask.TIMES, this, other);
    }

    /** Quotient element by element, the smaller shape repeated. */
    public Value over(Value other) {
        return of(CombineTask.OVER, this, other);
    }

    /** Mean over axes, which vanish. */
    public Value mean(int... axes) {
        return of(ReduceTask.of(ReduceTask.Kind.MEAN, 0, shape, axes), this);
    }

    /** Sum over axes, which vanish. */
    public Value sum(int... axes) {
        return of(ReduceTask.of(ReduceTask.Kind.SUM, 0, shape, axes), this);
    }

    /** Largest element over axes, which vanish. */
    public Value max(int... axes) {
        return of(ReduceTask.of(ReduceTask.Kind.MAX, 0, shape, axes), this);
    }

    /** Statistic over axes, which vanish. */
    public Value reduce(ReduceTask.Kind kind, double eps, int... axes) {
        return of(ReduceTask.of(kind, eps, shape, axes), this);
    }

    /** The same elements under another shape; one extent may be -1. */
    public Value reshape(int... extents) {
        var target = ReshapeTask.resolve(shape, extents);
        return target.equals(shape) ? this : of(new ReshapeTask(target), this);
    }

    /** {@code [batch, channels]} as {@code [batch, channels, 1, 1]}: one value a channel of a feature map. */
    public Value perChannel() {
        return reshape(shape.dim(0), shape.dim(1), 1, 1);
    }

    /** Axes in another order: axis {@code i} of the result is axis {@code order[i]} of this. */
    public Value transpose(int... order) {
        return of(new TransposeTask(Arrays.stream(order).boxed().toList()), this);
    }

    /** Some entries of an axis. */
    public Value slice(int axis, int from, int count) {
        return from == 0 && count == shape.dim(axis)
                ? this
                : of(new SliceTask(ReduceTask.positive(shape, axis), from, count, 1), this);
    }

    /** Every {@code step}-th entry of an axis. */
    public Value every(int axis, int step) {
        int at = ReduceTask.positive(shape, axis);
        return step == 1 ? this : of(new SliceTask(at, 0, (shape.dim(at) + step - 1) / step, step), this);
    }

    /** One behind the other along an axis. */
    public static Value concat(int axis, List<Value> parts) {
        return parts.size() == 1
                ? parts.getFirst()
                : of(new ConcatTask(ReduceTask.positive(parts.getFirst().shape, axis)), parts);
    }

    /** Equal shapes along a new axis. */
    public static Value stack(int axis, List<Value> parts) {
        var raised = new ArrayList<Value>();
        for (var part : parts) {
            var extents =
                    new ArrayList<>(Arrays.stream(part.shape.dims()).boxed().toList());
            extents.add(axis, 1);
            raised.add(part.reshape(extents.stream().mapToInt(Integer::intValue).toArray()));
        }
        return of(new ConcatTask(axis), raised);
    }

    /** Linear layer on the last axis; {@code bias} may be null. */
    public Value linear(Value weight, Value bias) {
        return bias == null ? of(new LinearTask(), this, weight) : of(new LinearTask(), this, weight, bias);
    }

    /** Convolution of a feature map; {@code bias} may be null. */
    public Value convolve(Value weight, Value bias, Window window) {
        var task = new ConvolveTask(window);
        return bias == null ? of(task, this, weight) : of(task, this, weight, bias);
    }

    /** Matrix product over the last two axes, batched over the ones before. */
    public Value product(Value other) {
        return of(new ProductTask(false, false, 1), this, other);
    }

    /** {@code alpha} times a matrix product, each side turned if wanted. */
    public Value product(boolean turned, Value other, boolean otherTurned, double alpha) {
        return of(new ProductTask(turned, otherTurned, alpha), this, other);
    }

    /** Softmax along an axis. */
    public Value softmax(int axis) {
        return of(new SoftmaxTask(ReduceTask.positive(shape, axis)), this);
    }

    @Override
    public String toString() {
        return name() + "[" + shape + "]";
    }
}
