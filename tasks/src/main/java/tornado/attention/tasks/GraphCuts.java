package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.tasks.Tensor.Role;

/**
 * Where a long chain is cut into task graphs that run one after the other, and which tensors stay on the device from one to the next.
 * TornadoVM 5.2 hands an array on only from the graph that ran immediately before, so that what is needed later is handed through every
 * graph between.
 */
final class GraphCuts {
    /** A cut may lie in the last part of what a graph may hold, where the fewest bytes cross it. */
    private static final double LEAST = 0.6;

    /** TornadoVM 5.2 holds 1,024 nodes a graph: arrays, numbers, tasks, what tasks write and what moves; with room for tasks that hand on. */
    private static final int NODES = 960;

    private final List<Step> steps;
    private final Map<Tensor, Integer> firstUse = new IdentityHashMap<>();
    private final Map<Tensor, Integer> lastUse = new IdentityHashMap<>();
    private final Map<Tensor, Integer> lastWrite = new IdentityHashMap<>();

    GraphCuts(List<Step> steps) {
        this.steps = steps;
        for (int i = 0; i < steps.size(); i++) {
            for (var tensor : used(steps.get(i))) {
                firstUse.putIfAbsent(tensor, i);
                lastUse.put(tensor, i);
            }
            for (var tensor : steps.get(i).launch().writes()) {
                lastWrite.put(tensor.base(), i);
            }
        }
    }

    /** What a step reads and writes, views as the tensors they show. */
    static Collection<Tensor> used(Step step) {
        var used = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        step.launch().reads().forEach(t -> used.add(t.base()));
        step.launch().writes().forEach(t -> used.add(t.base()));
        return used;
    }

    /** Where graphs end: the number of steps before each cut, and of all steps last. */
    List<Integer> ends(int most) {
        var ends = new ArrayList<Integer>();
        int from = 0;
        while (true) {
            int furthest = furthest(from, most);
            if (furthest == steps.size()) {
                ends.add(furthest);
                return ends;
            }
            int best = furthest;
            for (int end = from + Math.max(1, (int) ((furthest - from) * LEAST)); end <= furthest; end++) {
                if (bytes(end) <= bytes(best)) {
                    best = end;
                }
            }
            ends.add(best);
            from = best;
        }
    }

    /** The last end of a graph with so many tasks that TornadoVM holds it; at least one step further. */
    private int furthest(int from, int most) {
        var objects = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        objects.addAll(crossing(from));
        var numbers = new HashSet<Object>();
        int others = 0;
        int end = from;
        while (end < steps.size() && end - from < most) {
            var step = steps.get(end);
            objects.addAll(used(step));
            step.launch().arguments().stream().filter(Number.class::isInstance).forEach(numbers::add);
            others += 1 + 2 * step.launch().writes().size();
            var held = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
            held.addAll(objects);
            held.addAll(crossing(end + 1));
            // An array is a node itself, one that brings it to the device and one that ends it there.
            if (3 * held.size() + numbers.size() + others > NODES && end > from) {
                return end;
            }
            end++;
        }
        return end;
    }

    private long bytes(int cut) {
        return crossing(cut).stream().mapToLong(Tensor::bytes).sum();
    }

    /** Inputs, and tensors made before a cut, that a step behind it uses; states too, which are one array for all. */
    Set<Tensor> crossing(int cut) {
        var crossing = Collections.<Tensor>newSetFromMap(new IdentityHashMap<>());
        firstUse.forEach((tensor, first) -> {
            boolean stays = tensor.role() != Role.WEIGHT && tensor.role() != Role.FOREIGN;
            if (stays && first < cut && lastUse.get(tensor) >= cut) {
                crossing.add(tensor);
            }
        });
        return crossing;
    }

    /** Whether a tensor is used first within some steps. */
    boolean beginsIn(Tensor tensor, int from, int to) {
        int first = firstUse.getOrDefault(tensor.base(), 0);
        return first >= from && first < to;
    }

    /** Whether a tensor is written last within some steps: from there it comes to the host. */
    boolean isMadeIn(Tensor tensor, int from, int to) {
        int last = lastWrite.getOrDefault(tensor.base(), 0);
        return last >= from && last < to;
    }
}
