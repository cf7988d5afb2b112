package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        int elements;
        FloatArray array;
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
    private final List<Slot> reused = new ArrayList<>();
    private final Map<Tensor, Tensor> copies = new IdentityHashMap<>();
    private final boolean plainNames;
    private final int tasksAGraph;
    private Map<Tensor, Integer> lastWriters;

    private ChainLayout(TaskChain chain) {
        steps = new ArrayList<>(chain.steps());
        inputs = List.copyOf(chain.inputs());
        resident = List.copyOf(chain.resident());
        tables = List.copyOf(chain.tables());
        states = new LinkedHashMap<>(chain.states());
        tasksAGraph = chain.options().tasksAGraph();
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

    private void assignSlots() {
        var lastUse = new IdentityHashMap<Tensor, Integer>();
        for (int i = 0; i < steps.size(); i++) {
            for (var tensor : steps.get(i).launch().reads()) {
                lastUse.put(tensor.base(), i);
            }
            for (var tensor : steps.get(i).launch().writes()) {
                lastUse.put(tensor.base(), i);
            }
        }
        var kept = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        outputs.forEach(t -> kept.add(t.base()));
        attention.forEach(a -> kept.add(a.tensor().base()));
        var free = new ArrayDeque<Slot>();
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            for (var tensor : step.launch().reads()) {
                requireWritten(step, tensor.base());
            }
            for (var tensor : step.launch().writes()) {
                var base = tensor.base();
                if (base.role() == Role.INTERMEDIATE && !slots.containsKey(base)) {
                    slots.put(base, kept.contains(base) ? ownSlot(base) : takeSlot(free, base));
                }
            }
            release(step, i, lastUse, kept, free);
        }
        for (var tensor : kept) {
            if (tensor.role() == Role.INTERMEDIATE && !slots.containsKey(tensor)) {
                throw new IllegalStateException(
                        "Output '" + tensor.name() + "' is written by no task; mark a tensor that a task returned.");
            }
        }
    }

    private void requireWritten(Step step, Tensor tensor) {
        if (tensor.role() == Role.INTERMEDIATE && !slots.containsKey(tensor)) {
            throw new IllegalStateException("Task '" + step.id() + "' reads tensor '" + tensor.name()
                    + "' before any task wrote it; attach the task that makes it first.");
        }
    }

    private Slot ownSlot(Tensor tensor) {
        var slot = new Slot();
        slot.elements = tensor.elements();
        reused.add(slot);
        return slot;
    }

    /** The smallest free buffer that is long enough; else the longest free one, which grows; else a new one. */
    private Slot takeSlot(ArrayDeque<Slot> free, Tensor tensor) {
        var fitting = free.stream()
                .filter(s -> s.elements >= tensor.elements())
                .min(Comparator.comparingInt(s -> s.elements))
                .or(() -> free.stream().max(Comparator.comparingInt(s -> s.elements)));
        if (fitting.isEmpty()) {
            return ownSlot(tensor);
        }
        var slot = fitting.get();
        free.remove(slot);
        slot.elements = Math.max(slot.elements, tensor.elements());
        return slot;
    }

    private void release(Step step, int index, Map<Tensor, Integer> lastUse, Set<Tensor> kept, ArrayDeque<Slot> free) {
        var dying = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        step.launch().reads().forEach(t -> dying.add(t.base()));
        step.launch().writes().forEach(t -> dying.add(t.base()));
        for (var tensor : dying) {
            if (tensor.role() == Role.INTERMEDIATE && lastUse.get(tensor) == index && !kept.contains(tensor)) {
                free.push(slots.get(tensor));
            }
        }
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
