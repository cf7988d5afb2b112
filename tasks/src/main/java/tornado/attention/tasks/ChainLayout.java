package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import tornado.attention.kernels.Elementwise;
import tornado.attention.kernels.Resident;
import tornado.attention.tasks.Tensor.Role;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Which buffer holds which tensor of a chain, and the order of transfers and tasks. A buffer is free again after the last step
 * that reads its tensor; a step's outputs never share a buffer with its inputs.
 */
final class ChainLayout {
    /** A buffer shared by tensors whose lives do not overlap; as long as the longest of them. */
    private static final class Slot {
        final int elements;
        final NavigableMap<Integer, Integer> lives = new TreeMap<>();
        FloatArray array;

        Slot(int elements) {
            this.elements = elements;
        }

        boolean isFree(Life life) {
            var before = lives.floorEntry(life.to);
            return before == null || before.getValue() < life.from;
        }

        /** The last step before a life that used it; -1 for none. */
        int freeSince(Life life) {
            var before = lives.lowerEntry(life.from);
            return before == null ? -1 : before.getValue();
        }
    }

    /** From the step that first writes a tensor to the last that uses it. */
    private static final class Life {
        final int from;
        int to;

        Life(int from) {
            this.from = from;
        }
    }

    /** Arrays that one task of {@link Resident} reads. */
    private static final int TOUCHED = 8;

    private final List<Step> steps;
    private final List<Tensor> inputs;
    private final List<Tensor> resident;
    private final List<IntArray> tables;
    private final Map<String, Tensor> states;
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Attention> attention = new ArrayList<>();
    private final Map<Tensor, Slot> slots = new IdentityHashMap<>();
    /** Buffers that several tensors may share. */
    private final List<Slot> open = new ArrayList<>();

    private final List<Slot> reused = new ArrayList<>();
    private final Map<Tensor, Tensor> copies = new IdentityHashMap<>();
    private final boolean plainNames;
    private final int tasksAGraph;
    private final boolean cudaGraph;
    private Map<Tensor, Integer> lastWriters;

    private ChainLayout(TaskChain chain) {
        steps = new ArrayList<>(chain.steps());
        inputs = List.copyOf(chain.inputs());
        resident = List.copyOf(chain.resident());
        tables = List.copyOf(chain.tables());
        states = new LinkedHashMap<>(chain.states());
        tasksAGraph = chain.options().tasksAGraph();
        cudaGraph = chain.options().cudaGraph();
        plainNames = chain.options().profile().kind() == DeviceProfile.Kind.FPGA;
        for (var output : chain.outputs()) {
            outputs.add(hostReadable(chain, output));
        }
        for (var offered : chain.attention()) {
            attention.add(new Attention(offered.kind(), hostReadable(chain, offered.tensor())));
        }
    }

    static ChainLayout of(TaskChain chain) {
        var layout = new ChainLayout(chain);
        layout.assignSlots();
        return layout;
    }

    /** Only what a task made comes down by itself: an output that is an input or a weight is copied once on the device. */
    private Tensor hostReadable(TaskChain chain, Tensor tensor) {
        if (tensor.role() == Role.INTERMEDIATE || tensor.role() == Role.FOREIGN) {
            return tensor;
        }
        var made = copies.computeIfAbsent(tensor.base(), base -> {
            var copy = chain.unlisted(base.name() + ".out", base.shape());
            int n = base.elements();
            new Step(steps::add, "copy." + base.name()).launch(Elementwise::copy, base, out(copy), n);
            return copy;
        });
        return made.viewAs(tensor.shape());
    }

    /**
     * Longest tensors first, each into the buffer that is no longer than needed among those that are free all its life: so no
     * buffer is longer than the tensor it was made for (greedy by size, Pisarchyk and Lee, 2020, arXiv 2001.03288).
     */
    private void assignSlots() {
        var kept = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        outputs.forEach(t -> kept.add(t.base()));
        attention.forEach(a -> kept.add(a.tensor().base()));
        var lives = lives();
        for (var tensor : kept) {
            if (tensor.role() == Role.INTERMEDIATE && !lives.containsKey(tensor)) {
                throw new IllegalStateException(
                        "Output '" + tensor.name() + "' is written by no task; mark a tensor that a task returned.");
            }
        }
        var longestFirst = lives.entrySet().stream()
                .sorted(Comparator.comparingInt(e -> -e.getKey().elements()))
                .toList();
        for (var entry : longestFirst) {
            var tensor = entry.getKey();
            var life = entry.getValue();
            var slot = kept.contains(tensor) ? newSlot(tensor) : slotFor(tensor, life);
            slot.lives.put(life.from, life.to);
            slots.put(tensor, slot);
        }
    }

    /** The steps from the first that writes a tensor to the last that uses it, in the order of the first. */
    private Map<Tensor, Life> lives() {
        var lives = new LinkedHashMap<Tensor, Life>();
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            for (var tensor : step.launch().reads()) {
                if (tensor.base().role() == Role.INTERMEDIATE) {
                    var life = lives.get(tensor.base());
                    if (life == null) {
                        throw new IllegalStateException("Task '" + step.id() + "' reads tensor '"
                                + tensor.base().name()
                                + "' before any task wrote it; attach the task that makes it first.");
                    }
                    life.to = i;
                }
            }
            for (var tensor : step.launch().writes()) {
                if (tensor.base().role() == Role.INTERMEDIATE) {
                    int at = i;
                    lives.computeIfAbsent(tensor.base(), t -> new Life(at)).to = i;
                }
            }
        }
        return lives;
    }

    /** The shortest buffer that is long enough; of several the one that became free last, which a cache may hold still. */
    private Slot slotFor(Tensor tensor, Life life) {
        Slot best = null;
        for (var slot : open) {
            boolean better = best == null
                    || slot.elements < best.elements
                    || slot.elements == best.elements && slot.freeSince(life) > best.freeSince(life);
            if (better && slot.isFree(life)) {
                best = slot;
            }
        }
        if (best == null) {
            best = newSlot(tensor);
            open.add(best);
        }
        return best;
    }

    private Slot newSlot(Tensor tensor) {
        var slot = new Slot(tensor.elements());
        reused.add(slot);
        return slot;
    }

    /** Bytes of each array on the device. */
    List<Long> arrays() {
        var arrays = arraysWithoutWeights();
        resident.stream().map(Tensor::base).distinct().forEach(t -> arrays.add(t.bytes()));
        return arrays;
    }

    /** The same without weights. */
    List<Long> arraysWithoutWeights() {
        var arrays = new ArrayList<Long>();
        tables.forEach(t -> arrays.add((long) t.getSize() * Integer.BYTES));
        inputs.stream().map(Tensor::base).distinct().forEach(t -> arrays.add(t.bytes()));
        reused.forEach(s -> arrays.add((long) s.elements * Float.BYTES));
        return arrays;
    }

    /** Takes the array of another chain for each weight with the same elements, and adds the arrays of the others. */
    void shareWeights(List<FloatArray> known) {
        for (var weight : resident) {
            var array = weight.array();
            var same = known.stream()
                    .filter(k -> k == array
                            || k.getSize() == array.getSize() && k.getSegment().mismatch(array.getSegment()) < 0)
                    .findFirst();
            same.ifPresentOrElse(weight::assign, () -> known.add(array));
        }
    }

    ChainCost cost() {
        long once = tables.stream()
                        .mapToLong(t -> (long) t.getSize() * Integer.BYTES)
                        .sum()
                + bytes(resident);
        long up = bytes(inputs);
        long all = arrays().stream().mapToLong(Long::longValue).sum();
        long down = bytes(outputs)
                + attention.stream().mapToLong(a -> a.tensor().bytes()).sum();
        return new ChainCost(steps.stream().map(Step::cost).toList(), all, once, up, down);
    }

    private List<Tensor> comingDown() {
        var down = new ArrayList<>(outputs);
        attention.forEach(a -> down.add(a.tensor()));
        return down;
    }

    /** Views of one tensor are one transfer. */
    private static long bytes(List<Tensor> tensors) {
        return tensors.stream()
                .map(Tensor::base)
                .distinct()
                .mapToLong(Tensor::bytes)
                .sum();
    }

    /** Gives every input without one and every tensor between tasks its array. */
    void allocate() {
        // What is made of weights is made here, on all processors.
        resident.parallelStream().forEach(Tensor::array);
        for (var input : inputs) {
            if (!input.hasArray()) {
                input.assign(new FloatArray(input.elements()));
            }
        }
        slots.forEach((tensor, slot) -> {
            if (slot.array == null) {
                slot.array = new FloatArray(slot.elements);
            }
            tensor.assign(slot.array);
        });
    }

    /** All calls as plain Java; all tensors have arrays. */
    List<Runnable> plain() {
        return steps.stream().map(step -> step.launch().plain()).toList();
    }

    /** Appends transfers and tasks to a graph of this name; all tensors have arrays. */
    void emit(TaskGraph graph, String graphName, GridScheduler grids) {
        var once = new ArrayList<Object>(tables);
        resident.forEach(t -> once.add(t.array()));
        emit(graph, graphName, grids, once);
    }

    /** The same with the weights of another graph, which keeps them on the device. */
    void emitSharing(TaskGraph graph, String graphName, GridScheduler grids, String source) {
        if (!resident.isEmpty()) {
            graph.consumeFromDevice(source, distinctArrays(resident));
        }
        emit(graph, graphName, grids, List.copyOf(tables));
    }

    /** The chain as graphs that run one after the other, each of at most so many tasks; all tensors have arrays. */
    List<TaskGraph> emitAll(String name, GridScheduler grids, int most) {
        var cuts = new GraphCuts(steps);
        var graphs = new ArrayList<TaskGraph>();
        int from = 0;
        for (int to : cuts.ends(most)) {
            var graphName = graphs.isEmpty() ? name : name + "_" + (graphs.size() + 1);
            var graph = new TaskGraph(graphName);
            emitPart(graph, graphName, grids, cuts, from, to, graphs.isEmpty() ? null : graphs.getLast());
            graphs.add(graph);
            from = to;
        }
        return graphs;
    }

    private void emitPart(
            TaskGraph graph,
            String graphName,
            GridScheduler grids,
            GraphCuts cuts,
            int from,
            int to,
            TaskGraph before) {
        var part = steps.subList(from, to);
        var used = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        var usedTables = Collections.<Object>newSetFromMap(new IdentityHashMap<>());
        for (var step : part) {
            used.addAll(GraphCuts.used(step));
            step.launch().arguments().stream()
                    .filter(a -> a instanceof IntArray)
                    .forEach(usedTables::add);
        }
        var handedOn = cuts.crossing(to);
        var taken = cuts.crossing(from);
        if (!taken.isEmpty()) {
            graph.consumeFromDevice(before.getTaskGraphName(), distinctArrays(List.copyOf(taken)));
        }
        var once = new ArrayList<Object>(
                tables.stream().filter(usedTables::contains).toList());
        resident.stream()
                .filter(t -> used.contains(t.base()) && !taken.contains(t.base()))
                .forEach(t -> once.add(t.array()));
        if (!once.isEmpty()) {
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, once.toArray());
        }
        var arriving = inputs.stream()
                .filter(t -> used.contains(t.base()) && cuts.beginsIn(t, from, to))
                .toList();
        if (!arriving.isEmpty()) {
            graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, distinctArrays(arriving));
        }
        append(graph, graphName, grids, part);
        touch(graph, handedOn.stream().filter(t -> !used.contains(t)).toList());
        if (!handedOn.isEmpty()) {
            graph.persistOnDevice(distinctArrays(List.copyOf(handedOn)));
        }
        var down = comingDown().stream().filter(t -> cuts.isMadeIn(t, from, to)).toList();
        if (!down.isEmpty()) {
            graph.transferToHost(DataTransferMode.EVERY_EXECUTION, distinctArrays(down));
        }
        var onDemand = states.values().stream()
                .filter(t -> cuts.isMadeIn(t, from, to))
                .map(Tensor::array)
                .toArray();
        if (onDemand.length > 0) {
            graph.transferToHost(DataTransferMode.UNDER_DEMAND, onDemand);
        }
    }

    /** A graph hands on only what one of its tasks uses: arrays that pass through are read by a task of their own. */
    private static void touch(TaskGraph graph, List<Tensor> passing) {
        var out = new FloatArray(1);
        for (int first = 0; first < passing.size(); first += TOUCHED) {
            var a = new FloatArray[TOUCHED];
            for (int i = 0; i < a.length; i++) {
                a[i] = passing.get(Math.min(first + i, passing.size() - 1)).array();
            }
            graph.task("touch" + first, Resident::touch, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], out, 1);
        }
    }

    private void append(TaskGraph graph, String graphName, GridScheduler grids, List<Step> part) {
        for (var step : part) {
            var id = taskName(step);
            step.launch().appendTo(graph, id);
            step.launch().groups().ifPresent(groups -> grids.addWorkerGrid(graphName + "." + id, groups.grid()));
        }
    }

    private void emit(TaskGraph graph, String graphName, GridScheduler grids, List<Object> once) {
        if (!once.isEmpty()) {
            graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, once.toArray());
        }
        if (!inputs.isEmpty()) {
            graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, distinctArrays(inputs));
        }
        append(graph, graphName, grids, steps);
        var down = comingDown();
        if (!down.isEmpty()) {
            graph.transferToHost(DataTransferMode.EVERY_EXECUTION, distinctArrays(down));
        }
        if (!states.isEmpty()) {
            graph.transferToHost(
                    DataTransferMode.UNDER_DEMAND,
                    states.values().stream().map(Tensor::array).toArray());
        }
    }

    /** TornadoVM 5.2's FPGA flow cuts task names at dots and would take {@code se.squeeze} and {@code se.gate} for one kernel. */
    private String taskName(Step step) {
        return plainNames ? step.id().replace('.', '_') : step.id();
    }

    private static Object[] distinctArrays(List<Tensor> tensors) {
        var arrays = Collections.<Object>newSetFromMap(new IdentityHashMap<>());
        return tensors.stream().map(Tensor::array).filter(arrays::add).toArray();
    }

    /** Which of the graphs writes a tensor last; empty for one that none writes, which is on the host as it went up. */
    Optional<Integer> graphOf(Tensor tensor) {
        if (lastWriters == null) {
            lastWriters = new IdentityHashMap<>();
            var ends = new GraphCuts(steps).ends(tasksAGraph);
            int graph = 0;
            for (int i = 0; i < steps.size(); i++) {
                graph += i == ends.get(graph) ? 1 : 0;
                for (var written : steps.get(i).launch().writes()) {
                    lastWriters.put(written.base(), graph);
                }
            }
        }
        return Optional.ofNullable(lastWriters.get(tensor.base()));
    }

    /** Whether one task graph holds all tasks. */
    boolean isOneGraph() {
        return steps.size() <= tasksAGraph;
    }

    int tasksAGraph() {
        return tasksAGraph;
    }

    /** Whether launches are to be recorded as a CUDA graph. */
    boolean cudaGraph() {
        return cudaGraph;
    }

    List<Tensor> inputs() {
        return inputs;
    }

    List<Tensor> outputs() {
        return outputs;
    }

    List<Attention> attention() {
        return attention;
    }

    Map<String, Tensor> states() {
        return states;
    }
}
