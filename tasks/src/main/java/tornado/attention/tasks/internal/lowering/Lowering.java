package tornado.attention.tasks.internal.lowering;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.Composite;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.LayerNormInputTask;
import tornado.attention.tasks.graph.LayerNormWeightTask;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.SoftmaxInputTask;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;

/**
 * From values to kernels.
 *
 * <pre>
 *   outputs ──▶ which patterns cover which tasks ──▶ kernels, in the order in which the values were written ──▶ tensors
 * </pre>
 */
public final class Lowering {
    private Lowering() {}

    /**
     * Appends the kernels of some values to a chain.
     *
     * @param chain where they are appended, in whose scope their names stand
     * @param inputs the tensors of the graph's inputs
     * @param outputs the values wanted
     * @return their tensors, in that order
     */
    public static List<Tensor> append(TaskChain chain, Map<Value, Tensor> inputs, List<Value> outputs) {
        boolean fuse = chain.options().fuse();
        var simple = Composite.expanded(outputs, value -> !fuse || !hasKernels(value, chain.training()));
        var known = chain.training() ? simple : withoutLearnedNorms(simple);
        return appended(chain, inputs, fuse ? Algebra.simplified(known, chain.options()) : known);
    }

    /**
     * Batch norms that keep their statistics while their parameters are learned: kernels take scale and shift of a norm as weights, which
     * here change at every step.
     */
    private static List<Value> withoutLearnedNorms(List<Value> outputs) {
        return Graph.rewritten(outputs, (value, now) -> {
            boolean learned = value.task() instanceof BatchNormTask
                    && now.inputs().stream()
                            .skip(1)
                            .anyMatch(p -> Graph.order(List.of(p)).stream().anyMatch(Lowering::isOnDevice));
            return learned ? Optional.of(((BatchNormTask) value.task()).applied(now.inputs())) : Optional.empty();
        });
    }

    private static boolean isOnDevice(Value value) {
        return value.task() instanceof Parameter parameter
                && !parameter.isDescribed()
                && parameter.weight().isOnDevice();
    }

    /** The patterns by which one kernel does the work of several tasks, as {@code attn explain} calls them, in the order in which they are tried. */
    public static List<String> patterns() {
        return Patterns.names();
    }

    /** Whether a composite is made by kernels of its own; its definition is made otherwise. */
    private static boolean hasKernels(Value value, boolean training) {
        boolean drops = training && value.task() instanceof AttendTask attend && attend.dropout() > 0;
        return !drops
                && (isNormGradient(value)
                        || AttentionPatterns.hasKernels(value)
                        || SecondOrderPatterns.hasKernels(value));
    }

    /** Whether a value is the gradient under rows that lie together. */
    private static boolean isNormGradient(Value value) {
        return value.task() instanceof LayerNormInputTask
                || value.task() instanceof LayerNormWeightTask
                || value.task() instanceof SoftmaxInputTask(int axis)
                        && axis == value.shape().rank() - 1;
    }

    private static List<Tensor> appended(TaskChain chain, Map<Value, Tensor> inputs, List<Value> outputs) {
        var kept = kept(outputs, chain.options());
        var uses = Uses.of(outputs, kept, chain.options());
        var emission = new Emission(chain, uses);
        inputs.forEach(emission::put);
        var covers = covers(kept, inputs, uses);
        var rows = RowRegions.of(covers, uses);
        for (var cover : covers) {
            boolean ofRows = rows.contains(cover.root());
            emission.covering(cover.tasks() + (ofRows ? ", channels last" : ""));
            if (cover.raw() != null) {
                emission.put(cover.root(), cover.raw().emit(emission, cover.name()));
                continue;
            }
            if (!emit(emission, cover, ofRows)) {
                continue;
            }
            if (chain.exposesAttention() && cover.root().exposure().isPresent()) {
                var exposure = cover.root().exposure().get();
                chain.attention(exposure.kind(), chain.view(emission.tensor(cover.root()), exposure.shape()));
            }
        }
        emission.covering("");
        return outputs.stream().map(emission::tensor).toList();
    }

    /** Appends the kernels of a match; false where they make no tensor but a state or raw sums, which the emission holds. */
    private static boolean emit(Emission emission, Cover cover, boolean ofRows) {
        var emitter = ofRows
                ? cover.match().rows().orElseThrow().emitter()
                : cover.match().emitter();
        var tensor = emitter.emit(emission, cover.name());
        if (tensor != null && ofRows && cover.match().rows().orElseThrow().makesRows()) {
            emission.putRows(cover.root(), tensor);
        } else if (tensor != null) {
            emission.put(cover.root(), tensor);
        }
        return tensor != null;
    }

    /** What is wanted for itself: the outputs, and attention tensors that somebody wants to see. */
    static Set<Value> kept(List<Value> outputs, ChainOptions options) {
        var kept = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        kept.addAll(outputs);
        if (options.exposeAttention()) {
            Graph.order(outputs).stream().filter(v -> v.exposure().isPresent()).forEach(kept::add);
        }
        return kept;
    }

    /** One match, and the value it makes; or the raw sums of a convolution. */
    record Cover(Value root, String pattern, Match match, RawConvolution raw) {
        /** The tasks that are made, first to last, and the pattern that found them: {@code linear, relu (linear)}. */
        String tasks() {
            var all = new ArrayList<>(raw == null ? match.covered() : raw.covered());
            all.add(root);
            all.sort(Comparator.comparingLong(Value::number));
            var words = all.stream()
                    .map(v -> v.task().word())
                    .filter(word -> !word.equals("reshape"))
                    .distinct()
                    .collect(Collectors.joining(", "));
            return pattern.isEmpty() || words.equals(pattern) ? words : words + " (" + pattern + ")";
        }

        /** The root's name; where it has none, that of the last named value made along. */
        String name() {
            var covered = raw == null ? match.covered() : raw.covered();
            return Stream.concat(Stream.of(root), covered.stream())
                    .filter(Value::isNamed)
                    .map(Value::name)
                    .findFirst()
                    .orElse(root.name());
        }
    }

    private static List<Cover> covers(Iterable<Value> wanted, Map<Value, Tensor> inputs, Uses uses) {
        var open = new ArrayDeque<Value>();
        wanted.forEach(open::push);
        var seen = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        var covers = new ArrayList<Cover>();
        var raws = new ArrayDeque<RawConvolution>();
        while (!open.isEmpty()) {
            var value = open.pop();
            if (!seen.add(value) || inputs.containsKey(value) || uses.isConstant(value)) {
                continue;
            }
            var found = Patterns.find(value, uses);
            var match = found.match();
            covers.add(new Cover(value, found.pattern(), match, null));
            match.needs().forEach(open::push);
            raws.addAll(match.raws());
            while (!raws.isEmpty()) {
                var raw = raws.pop();
                if (seen.add(raw.value())) {
                    covers.add(new Cover(raw.value(), "raw convolution", null, raw));
                    raw.before().ifPresentOrElse(raws::push, () -> open.push(raw.x()));
                }
            }
        }
        covers.sort(Comparator.comparingLong(c -> c.root().number()));
        return covers;
    }
}
