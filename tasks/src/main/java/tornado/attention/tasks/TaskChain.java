package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
 * <p>A chain is built by one thread and compiled once; its module can be attached to any number of chains.
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
        final Map<Object, Tensor> weights = new IdentityHashMap<>();
        final List<Tensor> resident = new ArrayList<>();
        final List<IntArray> tables = new ArrayList<>();
        final Map<String, IntArray> tablesByContent = new LinkedHashMap<>();
        final Map<String, Tensor> states = new LinkedHashMap<>();
        final Map<String, Object> stateOrigins = new HashMap<>();
        final Map<String, Weight> beginnings = new HashMap<>();
        final Map<Object, Weight> derived = new HashMap<>();
        final Map<Transposed, Tensor> transposed = new HashMap<>();
        final Map<Object, Moments> moments = new HashMap<>();
        final List<Step> steps = new ArrayList<>();
        final List<Tensor> outputs = new ArrayList<>();
        final List<Attention> attention = new ArrayList<>();
        String covering = "";
        boolean compiled;

        Ledger(String graph, ChainOptions options) {
            this.graph = graph;
            this.options = options;
        }
    }

    /** Which transpose of which elements. */
    private record Transposed(Object elements, int rows) {}

    /** So many zeros. */
    private record Zeros(int length) {}

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

    /** The task graph's name. */
    public String name() {
        return ledger.graph;
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
        return addInput(name, shape, null);
    }

    /** An input held in the caller's array, as long as the tensor, which is read before each run. */
    public Tensor input(String name, Shape shape, FloatArray array) {
        if (array.getSize() != shape.elements()) {
            throw new IllegalArgumentException("Input '" + name + "' of shape " + shape + " needs an array of "
                    + shape.elements() + " elements, but it has " + array.getSize() + ".");
        }
        return addInput(name, shape, array);
    }

    private Tensor addInput(String name, Shape shape, FloatArray array) {
        requireOpen("input '" + name + "'");
        var tensor = newTensor(prefix + name, shape, Role.INPUT, array);
        ledger.inputs.add(tensor);
        return tensor;
    }

    private Tensor newTensor(String name, Shape shape, Role role, FloatArray array) {
        return new Tensor(ledger, unique(ledger.tensors, name), shape, role, array);
    }

    /** A tensor that the user's own tasks leave on the device, in the array their task graph uses. */
    public Tensor foreign(String name, Shape shape, FloatArray array) {
        return newTensor(prefix + name, shape, Role.FOREIGN, array);
    }

    /** The weight on the device; transferred once, and once only if several tasks use it. */
    public Tensor weight(Weight weight) {
        requireOpen("weight '" + weight.name() + "'");
        var tensor = ledger.weights.computeIfAbsent(weight.identity(), identity -> {
            var added = Tensor.ofWeight(ledger, unique(ledger.tensors, prefix + weight.name()), weight);
            ledger.resident.add(added);
            return added;
        });
        return tensor.shape().equals(weight.shape()) ? tensor : tensor.viewAs(weight.shape());
    }

    /** The weight as {@code [columns, rows]}: the layout in which a linear task's lanes are contiguous; prepared once a chain. */
    public Tensor transposedWeight(Weight weight) {
        if (weight.isOnDevice()) {
            int rows = weight.shape().dim(0);
            int columns = weight.shape().elementsOf(weight.name()) / Math.max(rows, 1);
            return ledger.transposed.computeIfAbsent(
                    new Transposed(weight.identity(), rows),
                    key -> view(
                            Rearrangement.transpose(
                                    this,
                                    weight.name() + ".turned",
                                    FeatureSlice.of(view(weight(weight), Shape.of(1, rows, columns)))),
                            Shape.of(columns, rows)));
        }
        return weight(ledger.derived.computeIfAbsent(
                new Transposed(weight.identity(), weight.shape().dim(0)), key -> weight.transposed()));
    }

    /** Zeros on the device, for an absent bias; one array a chain and length. */
    public Tensor zeros(int length) {
        return weight(derived(new Zeros(length), "zeros" + length, Shape.of(length), () -> new FloatArray(length)));
    }

    /**
     * What is made of weights on the host: equal keys are one array on the device, and it is made when a plan needs it.
     *
     * @param key what is made of which weights; equal only if the elements are
     */
    public Weight derived(Object key, String name, Shape shape, Supplier<FloatArray> elements) {
        return ledger.derived.computeIfAbsent(key, k -> Weight.made(name, shape, elements));
    }

    /** Moments of a map, taken once: those of a batch norm's forward pass serve its gradient too. */
    Moments moments(RowMap map, Supplier<Moments> taken) {
        Object key = map.isDense() ? map.tensor() : map;
        var known = ledger.moments.get(key);
        if (known == null) {
            known = taken.get();
            ledger.moments.put(key, known);
        }
        return known;
    }

    /** A table of integers on the device, transferred once; equal tables are one. */
    public IntArray table(int... values) {
        requireOpen("a table");
        return ledger.tablesByContent.computeIfAbsent(Arrays.toString(values), key -> {
            var table = IntArray.fromArray(values);
            ledger.tables.add(table);
            return table;
        });
    }

    /**
     * A weight that the device updates: a copy goes up once and comes down by {@link Plan#weights}. The same weight of the same
     * scope is one state.
     *
     * @throws IllegalArgumentException if the scope has another state of this name
     */
    public Tensor state(Weight weight) {
        requireOpen("state '" + weight.name() + "'");
        var name = prefix + weight.name();
        var state = ledger.states.computeIfAbsent(name, key -> {
            var copy = FloatArray.fromArray(beginning(key, weight).values().toHeapArray());
            var added = newTensor(key, weight.shape(), Role.STATE, copy);
            ledger.resident.add(added);
            ledger.stateOrigins.put(key, weight.identity());
            return added;
        });
        if (ledger.stateOrigins.get(name) != weight.identity()) {
            throw new IllegalArgumentException(
                    "Chain '" + ledger.graph + "' has another state '" + name + "'; attach it in a scope of its own.");
        }
        return state;
    }

    /** The state of this name, if a step keeps one: a running statistic, a learned weight. */
    public Optional<Tensor> stateNamed(String name) {
        return Optional.ofNullable(ledger.states.get(prefix + name));
    }

    /**
     * What states begin with, as {@link Plan#weights} of a plan before has given them: every state that is asked for from now on.
     *
     * @param states by their names in the chain
     */
    public TaskChain beginningWith(Map<String, Weight> states) {
        ledger.beginnings.putAll(states);
        return this;
    }

    private Weight beginning(String name, Weight otherwise) {
        if (ledger.beginnings.isEmpty()) {
            return otherwise;
        }
        var given = ledger.beginnings.get(name);
        if (given == null || !given.shape().equals(otherwise.shape())) {
            throw new IllegalArgumentException(
                    "Chain '" + ledger.graph + "' goes on with the state '" + name + "' of shape "
                            + otherwise.shape() + ", but what it goes on with "
                            + (given == null ? "lacks it." : "has it with shape " + given.shape() + "."));
        }
        return given;
    }

    /**
     * A weight that steps of this chain will change: a copy of its elements goes up once, whoever reads it reads what the device has,
     * and it comes down by {@link Plan#weights}.
     *
     * @return what modules are given in its place; its elements are the device's alone
     */
    public Weight learned(Weight initial) {
        var state = state(initial);
        return seenAsWeight(initial.name(), state);
    }

    /** A tensor that a step made, as a weight for a task that takes one. */
    public Weight asWeight(Tensor tensor) {
        return seenAsWeight(tensor.name(), tensor);
    }

    private Weight seenAsWeight(String name, Tensor tensor) {
        var weight = Weight.onDevice(name, tensor.shape());
        ledger.weights.put(weight.identity(), tensor);
        return weight;
    }

    /** A tensor that a step will write; its buffer is assigned when the chain is laid out. */
    public Tensor tensor(String name, Shape shape) {
        return newTensor(prefix + name, shape, Role.INTERMEDIATE, null);
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
        return new Step(this::append, unique(ledger.tasks, prefix + name));
    }

    /** Says which tasks the steps that follow make, for those who ask how a chain came about. */
    public void covering(String tasks) {
        ledger.covering = tasks;
    }

    private void append(Step step) {
        step.covers(ledger.covering);
        requireOpen("task '" + step.id() + "'");
        step.launch().reads().forEach(t -> requireOwn(step.id(), t));
        step.launch().writes().forEach(t -> requireOwn(step.id(), t));
        ledger.steps.add(step);
    }

    private void requireOwn(String who, Tensor tensor) {
        if (!tensor.belongsTo(ledger)) {
            throw new IllegalArgumentException(
                    "'" + who + "' of chain '" + ledger.graph + "' uses tensor '" + tensor.name()
                            + "' of another chain; attach both to one chain, or send the tensor through an output and an input.");
        }
    }

    private void requireOpen(String what) {
        if (ledger.compiled) {
            throw new IllegalStateException("Chain '" + ledger.graph + "' is already compiled, so " + what
                    + " comes too late; build a new chain.");
        }
    }

    /** Marks a tensor as an output: it comes back to the host after each run. */
    public TaskChain output(Tensor tensor) {
        requireOpen("output '" + tensor.name() + "'");
        requireOwn("output", tensor);
        ledger.outputs.add(tensor);
        return this;
    }

    /** Offers an attention tensor; it becomes an output if the chain {@linkplain #exposesAttention() exposes} attention. */
    public void attention(AttentionKind kind, Tensor tensor) {
        requireOpen("attention '" + tensor.name() + "'");
        requireOwn("attention", tensor);
        if (exposesAttention()) {
            ledger.attention.add(new Attention(kind, tensor));
        }
    }

    /** The kernels, MACs, bytes and peak device memory of the chain as it is now; nothing is allocated. */
    public ChainCost cost() {
        return ChainLayout.of(this).cost();
    }

    /**
     * Compiles the chain for the default device.
     *
     * @throws IllegalStateException if the chain has no output or is compiled already
     */
    public Plan plan() {
        return plan(null);
    }

    /**
     * Compiles the chain for a device.
     *
     * @param device where it runs; null for the default one
     * @throws IllegalStateException if the chain has no output or is compiled already
     */
    public Plan plan(TornadoDevice device) {
        var plan = Plan.compile(ledger.graph, layOut(), device);
        markCompiled();
        return plan;
    }

    /** Ends the chain; one that was refused can be compiled again, for another device perhaps. */
    void markCompiled() {
        ledger.compiled = true;
    }

    /** Which buffer holds which tensor. */
    ChainLayout layOut() {
        if (ledger.outputs.isEmpty()) {
            throw new IllegalStateException(
                    "Chain '" + ledger.graph + "' has no output; mark one with output(tensor) before compiling.");
        }
        requireOpen("a second plan");
        for (var step : ledger.steps) {
            for (var tensor : step.launch().reads()) {
                if (tensor.role() == Role.FOREIGN) {
                    throw new IllegalStateException("Chain '" + ledger.graph + "' reads '" + tensor.name()
                            + "' of another task graph, which a plan of its own cannot see; use emitInto(graph).");
                }
            }
        }
        return ChainLayout.of(this);
    }

    /**
     * Appends the chain's tasks to the user's own task graph, with the transfers of its weights. Tensors made with
     * {@link #foreign} are the seam to tasks before and behind; {@link #input}s are transferred before each run, and
     * {@link #output}s come down as in a plan.
     *
     * @return the grids of work-group kernels, if there are any: {@code grids.ifPresent(plan::withGridScheduler)}; TornadoVM refuses a
     *     scheduler without grids
     * @throws IllegalStateException if the chain is compiled already
     */
    public Optional<GridScheduler> emitInto(TaskGraph graph) {
        requireOpen("a second emission");
        var layout = ChainLayout.of(this);
        var grids = new GridScheduler();
        layout.allocate();
        layout.emit(graph, graph.getTaskGraphName(), grids);
        markCompiled();
        return grids.keySet().isEmpty() ? Optional.empty() : Optional.of(grids);
    }

    /**
     * The chain's kernels as the plain Java methods they are, one after the other on the calling thread: what TornadoVM's users call
     * the sequential version. Ends the chain; inputs are read from their arrays and outputs lie in theirs after each run.
     *
     * @throws IllegalStateException if the chain is compiled already or has kernels with work-groups
     */
    public Runnable sequential() {
        requireOpen("a sequential version");
        var layout = ChainLayout.of(this);
        layout.allocate();
        var calls = layout.plain();
        markCompiled();
        return () -> calls.forEach(Runnable::run);
    }

    /** The kernel calls so far, in order. */
    public List<Launch> launches() {
        return ledger.steps.stream().map(Step::launch).toList();
    }

    /** A tensor for a step of the layout's own, which the chain does not list. */
    Tensor unlisted(String name, Shape shape) {
        return new Tensor(ledger, name, shape, Role.INTERMEDIATE, null);
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
