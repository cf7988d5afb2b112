package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tornado.attention.tasks.BatchNorm;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Partial;
import tornado.attention.tasks.Dropout;
import tornado.attention.tasks.FeatureSlice;
import tornado.attention.tasks.PixelRows;
import tornado.attention.tasks.Recurrence;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.ConcatTask;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.DropoutTask;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SliceTask;
import tornado.attention.tasks.graph.Task;
import tornado.attention.tasks.graph.Value;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The tensors made so far, and the chain that further kernels are appended to. */
final class Emission {
    /** What a folded value is made of: parameters by their elements, so that it is the same for all who use them. */
    private record Key(Object task, List<Key> inputs) {
        static Key of(Value value) {
            Object task = value.task() instanceof Parameter p ? p.weight().identity() : value.task();
            return new Key(task, value.inputs().stream().map(Key::of).toList());
        }
    }

    private final TaskChain chain;
    private final Uses uses;
    private final Map<Value, Tensor> tensors = new IdentityHashMap<>();
    /** Maps as rows of channels. */
    private final Map<Value, Tensor> rows = new IdentityHashMap<>();

    private final Map<Value, Partial> partials = new IdentityHashMap<>();
    private final Map<Value, Recurrence.State> states = new IdentityHashMap<>();
    private final Map<Object, Dropout.Stream> streams = new IdentityHashMap<>();
    private final Map<String, Integer> streamNames = new HashMap<>();
    private String covering = "";

    Emission(TaskChain chain, Uses uses) {
        this.chain = chain;
        this.uses = uses;
    }

    TaskChain chain() {
        return chain;
    }

    Uses uses() {
        return uses;
    }

    /** Tells the tasks that the next kernels do the work of. */
    void covering(String tasks) {
        covering = tasks;
        chain.covering(tasks);
    }

    void put(Value value, Tensor tensor) {
        if (!tensor.shape().equals(value.shape())) {
            throw new IllegalStateException("Value " + value + " was made as " + tensor + ".");
        }
        tensors.put(value, tensor);
    }

    /** Keeps a map that was made as rows of channels. */
    void putRows(Value value, Tensor tensor) {
        var s = value.shape();
        if (!tensor.shape().equals(Shape.of(s.batch(), s.height(), s.width(), s.channels()))) {
            throw new IllegalStateException("Value " + value + " was made as rows " + tensor + ".");
        }
        rows.put(value, tensor);
    }

    /** A map as rows of channels: as it was made, or turned over once for all who want it so. */
    Tensor rows(Value value) {
        var made = rows.get(value);
        if (made == null) {
            made = turned(() -> PixelRows.of(chain, value.name() + ".rows", tensor(value)));
            rows.put(value, made);
        }
        return made;
    }

    private Tensor turned(Supplier<Tensor> turning) {
        chain.covering("channels last");
        var tensor = turning.get();
        chain.covering(covering);
        return tensor;
    }

    void put(Value value, Partial raw) {
        partials.put(value, raw);
    }

    /** What a dropout drops: the same wherever its stream is the same. Those of one name, as of equal blocks, are numbered. */
    Dropout.Stream stream(DropoutTask task, String name) {
        return streams.computeIfAbsent(task.stream(), s -> {
            int count = streamNames.merge(name, 1, Integer::sum);
            return Dropout.Stream.begin(chain, count == 1 ? name : name + "_" + count, task.seed());
        });
    }

    /** The raw sums of a convolution that has been made so. */
    Partial raw(RawConvolution convolution) {
        return partials.get(convolution.value());
    }

    void put(Value value, Recurrence.State state) {
        states.put(value, state);
    }

    /** Output and state of a recurrent cell that has been made. */
    Recurrence.State state(Value cell) {
        return states.get(cell);
    }

    /** The tensor of a value that has been made, or of one that is constant. */
    Tensor tensor(Value value) {
        var made = tensors.get(value);
        if (made != null) {
            return made;
        }
        var asRows = rows.get(value);
        if (asRows != null) {
            var planes = turned(() -> PixelRows.planes(chain, value.name() + ".planes", asRows));
            put(value, planes);
            return planes;
        }
        if (uses.isConstant(value)) {
            return chain.weight(weight(value));
        }
        if (value.task() instanceof ReshapeTask) {
            return view(value.input(0), value.shape());
        }
        throw new IllegalStateException("Value " + value + " has not been made.");
    }

    /** The tensor of a value seen under another shape. */
    Tensor view(Value value, Shape shape) {
        var tensor = tensor(value);
        return tensor.shape().equals(shape) ? tensor : chain.view(tensor, shape);
    }

    /** A value {@code [B, features, positions]}, read where it lies: some channels of a map are not copied. */
    FeatureSlice slice(Value value) {
        var base = AttentionPatterns.base(value);
        var tensor = tensor(base);
        var flat = chain.view(
                tensor,
                Shape.of(base.shape().dim(0), base.shape().dim(1), base.shape().pixels()));
        var slice = Patterns.through(value);
        return slice.task() instanceof SliceTask task && slice.input(0) == base
                ? new FeatureSlice(flat, task.from(), task.count())
                : FeatureSlice.of(flat);
    }

    /** The elements of a constant value: a parameter itself, or what is made of parameters, computed once in double precision. */
    Weight weight(Value value) {
        if (value.task() instanceof Parameter parameter) {
            return parameter.weight();
        }
        if (value.task() instanceof ReshapeTask) {
            return weight(value.input(0)).reshaped(value.shape().dims());
        }
        if (!uses.isKnown(value)) {
            return chain.asWeight(tensor(value));
        }
        return folded(value);
    }

    /** What is made of constant values, which need not be part of the graph. */
    Weight folded(Value value) {
        var key = Key.of(value);
        return chain.derived(
                key,
                nameOf(value),
                value.shape(),
                () -> FloatArray.fromArray(new Interpreter(false).valueOf(value).floats()));
    }

    /** The same, or null where there is none. */
    Weight weightOrNull(List<Value> inputs, int index) {
        return index < inputs.size() ? weight(inputs.get(index)) : null;
    }

    private static String nameOf(Value value) {
        Task task = value.task();
        return value.isNamed() || value.inputs().isEmpty() || task instanceof Constant
                ? value.name()
                : nameOf(value.input(0)) + "." + value.name();
    }

    /** A convolution's weights; {@code norm} is null where there is none. */
    Convolution.Layer layer(Value convolution, Value norm) {
        return new Convolution.Layer(
                weight(convolution.input(1)),
                weightOrNull(convolution.inputs(), 2),
                norm == null ? null : norms(norm).getFirst(),
                ((ConvolveTask) convolution.task()).window());
    }

    /** The parameters of a batch norm; of several ones whose channels were joined, each. */
    List<BatchNorm.Parameters> norms(Value norm) {
        var task = (BatchNormTask) norm.task();
        var inputs = norm.inputs();
        var all = new ArrayList<BatchNorm.Parameters>();
        boolean joined = inputs.get(1).task() instanceof ConcatTask;
        int count = joined ? inputs.get(1).inputs().size() : 1;
        for (int i = 0; i < count; i++) {
            var each = new ArrayList<Weight>();
            for (var input : inputs.subList(1, 6)) {
                // A counter is a number, which had to be a vector to be joined.
                each.add(weight(Patterns.through(joined ? input.input(i) : input)));
            }
            all.add(new BatchNorm.Parameters(
                    each.get(0),
                    each.get(1),
                    each.get(2),
                    each.get(3),
                    task.tracks() ? each.get(4) : null,
                    task.eps(),
                    task.momentum()));
        }
        return all;
    }
}
