package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.tasks.Tensor.Role;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Tasks in order over one task graph. Tensors between tasks stay on the device; weights go up once, inputs before each run,
 * outputs come down after each run.
 *
 * <pre>
 *   input ──▶ task ──▶ tensor ──▶ task ──▶ ... ──▶ output
 *               ▲                   ▲
 *             weight (once)       weight (once)
 * </pre>
 *
 * <p>Modules and tasks add {@linkplain #step steps}; nothing is allocated for the tensors between them until the chain is
 * {@linkplain #plan compiled} or {@linkplain #emitInto emitted} into a task graph of the user's: then buffers are assigned,
 * each reused once nobody reads it again. Several modules attached to one chain make one task graph.
 *
 * <p>A chain is built by one thread and compiled once.
 */
public final class TaskChain {
    /** What all scopes of one chain share. */
    private static final class Ledger {
        final String graph;
        final ChainOptions options;
        final Set<String> scopes = new HashSet<>();
        final Set<String> tensors = new HashSet<>();
        final Set<String> tasks = new HashSet<>();
        final List<Tensor> inputs = new ArrayList<>();
        final Map<FloatArray, Tensor> weights = new IdentityHashMap<>();
        final List<Tensor> resident = new ArrayList<>();
        final List<IntArray> tables = new ArrayList<>();
        final Map<String, IntArray> tablesByContent = new LinkedHashMap<>();
        final Map<String, Tensor> states = new LinkedHashMap<>();
        final Map<FloatArray, Weight> transposed = new IdentityHashMap<>();
        final Map<Integer, Weight> zeros = new LinkedHashMap<>();
        final List<Step> steps = new ArrayList<>();
        final List<Tensor> outputs = new ArrayList<>();
        final List<Attention> attention = new ArrayList<>();
        ChainLayout layout;

        Ledger(String graph, ChainOptions options) {
            this.graph = graph;
            this.options = options;
        }
    }

    private final Ledger ledger;
    private final String prefix;

    private TaskChain(Ledger ledger, String prefix) {
        this.ledger = ledger;
        this.prefix = prefix;
    }

    /** An empty chain in evaluation mode; the name becomes the task graph's. */
    public static TaskChain named(String graph) {
        return new TaskChain(new Ledger(graph, ChainOptions.evaluation()), "");
    }

    /** An empty chain with these options. */
    public static TaskChain named(String graph, ChainOptions options) {
        return new TaskChain(new Ledger(graph, options), "");
    }

    /**
     * The same chain for a module or a part of one: names added through it begin with {@code name.}; a second
     * equal scope is {@code name_2}.
     */
    public TaskChain scope(String name) {
        return new TaskChain(ledger, unique(ledger.scopes, prefix + name) + ".");
    }

    /** How the chain is built. */
    public ChainOptions options() {
        return ledger.options;
    }

    /** Whether batch statistics are used and running averages updated. */
    public boolean training() {
        return ledger.options.training();
    }

    /** Whether attention tensors become outputs, so that a module which needs none of them should make them. */
    public boolean exposesAttention() {
        return ledger.options.exposeAttention();
    }

    /** A new input of this shape; the plan owns its array. */
    public Tensor input(String name, Shape shape) {
        return input(name, shape, new FloatArray(shape.elementsOf(name)));
    }

    /** An input held in the caller's array, which is read before each run. */
    public Tensor input(String name, Shape shape, FloatArray array) {
        var tensor = new Tensor(unique(ledger.tensors, prefix + name), shape, Role.INPUT, array);
        ledger.inputs.add(tensor);
        return tensor;
    }

    /** A tensor that the user's own tasks leave on the device, in the array their task graph uses. */
    public Tensor foreign(String name, Shape shape, FloatArray array) {
        return new Tensor(unique(ledger.tensors, prefix + name), shape, Role.FOREIGN, array);
    }

    /** The weight on the device; transferred once, and once only if several tasks use it. */
    public Tensor weight(Weight weight) {
        return ledger.weights.computeIfAbsent(weight.values(), values -> {
            var tensor =
                    new Tensor(unique(ledger.tensors, prefix + weight.name()), weight.shape(), Role.WEIGHT, values);
            ledger.resident.add(tensor);
            return tensor;
        });
    }

    /** The weight as {@code [columns, rows]}: the layout in which a linear task's lanes are contiguous; prepared once a chain. */
    public Tensor transposedWeight(Weight weight) {
        return weight(ledger.transposed.computeIfAbsent(weight.values(), values -> weight.transposed()));
    }

    /** Zeros on the device, for an absent bias; one array a chain and length. */
    public Tensor zeros(int length) {
        return weight(ledger.zeros.computeIfAbsent(length, n -> Weight.of("zeros" + n, Shape.of(n), new float[n])));
    }

    /** A table of integers on the device, transferred once; equal tables are one. */
    public IntArray table(int... values) {
        return ledger.tablesByContent.computeIfAbsent(Arrays.toString(values), key -> {
            var table = IntArray.fromArray(values);
            ledger.tables.add(table);
            return table;
        });
    }

    /**
     * A weight that the device updates: a copy goes up once, comes down by {@link Plan#state}. The same weight of the same
     * module is one state.
     */
    public Tensor state(Weight weight) {
        return ledger.states.computeIfAbsent(prefix + weight.name(), name -> {
            var copy = new FloatArray(weight.values().getSize());
            for (int i = 0; i < copy.getSize(); i++) {
                copy.set(i, weight.values().get(i));
            }
            var tensor = new Tensor(unique(ledger.tensors, name), weight.shape(), Role.STATE, copy);
            ledger.resident.add(tensor);
            return tensor;
        });
    }

    /** A tensor that a step will write; its buffer is assigned when the chain is laid out. */
    public Tensor tensor(String name, Shape shape) {
        return new Tensor(unique(ledger.tensors, prefix + name), shape, Role.INTERMEDIATE, null);
    }

    /** A tensor with the elements of another, seen under a shape with as many: no copy, no kernel. */
    public Tensor view(Tensor tensor, Shape shape) {
        if (shape.elements() != tensor.elements()) {
            throw new IllegalArgumentException("Tensor '" + tensor.name() + "' of shape " + tensor.shape()
                    + " cannot be seen as " + shape + "; a view has as many elements.");
        }
        return tensor.viewAs(shape);
    }

    /** Begins the description of one kernel launch, named within this scope. */
    public Step step(String name) {
        return new Step(this, unique(ledger.tasks, prefix + name));
    }

    void append(Step step) {
        if (ledger.layout != null) {
            throw new IllegalStateException("Step '" + step.id() + "' comes too late: chain '" + ledger.graph
                    + "' is already compiled; attach modules before that.");
        }
        ledger.steps.add(step);
    }

    /** Marks a tensor as an output: it comes back to the host after each run. */
    public TaskChain output(Tensor tensor) {
        ledger.outputs.add(tensor);
        return this;
    }

    /** Offers an attention tensor; it becomes an output if the chain {@linkplain #exposesAttention() exposes} attention. */
    public void attention(AttentionKind kind, Tensor tensor) {
        if (exposesAttention()) {
            ledger.attention.add(new Attention(kind, tensor));
        }
    }

    /** The kernels, MACs, bytes and peak device memory, before anything is allocated for tensors between tasks. */
    public ChainCost cost() {
        return layout().cost();
    }

    /** Compiles the chain for the default device. */
    public Plan plan() {
        return plan(null);
    }

    /**
     * Compiles the chain for a device.
     *
     * @param device where it runs; null for the default one
     * @throws IllegalStateException if the chain has no output
     */
    public Plan plan(TornadoDevice device) {
        if (ledger.outputs.isEmpty()) {
            throw new IllegalStateException(
                    "Chain '" + ledger.graph + "' has no output; mark one with output(tensor) before compiling.");
        }
        return Plan.compile(ledger.graph, layout(), device);
    }

    /**
     * Appends the chain's tasks to the user's own task graph, with the transfers of its weights. Tensors made with
     * {@link #foreign} are the seam to tasks before and behind; {@link #input}s are transferred before each run, and
     * {@link #output}s come down as in a plan.
     *
     * @return the grids of work-group kernels, empty where there are none: pass them on to the execution plan
     */
    public GridScheduler emitInto(TaskGraph graph) {
        var grids = new GridScheduler();
        var layout = layout();
        layout.allocate();
        layout.emit(graph, graph.getTaskGraphName(), grids);
        return grids;
    }

    private ChainLayout layout() {
        if (ledger.layout == null) {
            ledger.layout = ChainLayout.of(this);
        }
        return ledger.layout;
    }

    List<Step> steps() {
        return ledger.steps;
    }

    List<Tensor> inputs() {
        return ledger.inputs;
    }

    List<Tensor> resident() {
        return ledger.resident;
    }

    List<IntArray> tables() {
        return ledger.tables;
    }

    Map<String, Tensor> states() {
        return ledger.states;
    }

    List<Tensor> outputs() {
        return ledger.outputs;
    }

    List<Attention> attention() {
        return ledger.attention;
    }

    private static String unique(Set<String> taken, String name) {
        var candidate = name;
        for (int n = 2; !taken.add(candidate); n++) {
            candidate = name + "_" + n;
        }
        return candidate;
    }
}
