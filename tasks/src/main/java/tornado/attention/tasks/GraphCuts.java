package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
        while (steps.size() - from > most) {
            int best = from + most;
            for (int end = from + Math.max(1, (int) (most * LEAST)); end <= from + most; end++) {
                if (bytes(end) <= bytes(best)) {
                    best = end;
                }
            }
            ends.add(best);
            from = best;
        }
        ends.add(steps.size());
        return ends;
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
