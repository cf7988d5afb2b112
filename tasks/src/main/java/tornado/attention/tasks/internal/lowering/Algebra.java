package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.ExpandTask;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SliceTask;
import tornado.attention.tasks.graph.SoftmaxTask;
import tornado.attention.tasks.graph.Value;

/** Graphs that compute the same with less: rules over values, applied before kernels are chosen. */
final class Algebra {
    private Algebra() {}

    static List<Value> simplified(List<Value> outputs, ChainOptions options) {
        var now = outputs;
        if (!options.training()) {
            now = apply(now, options, Algebra::productOfProjections);
            now = apply(now, options, Algebra::withoutSoftmaxBias);
        }
        now = apply(now, options, Algebra::withoutExpansion);
        now = apply(now, options, Algebra::siblings);
        return apply(now, options, Algebra::pooledSiblings);
    }

    /** A rule that looks at the users of what it changes. */
    private interface Step {
        Graph.Rule rule(List<Value> order, Uses uses);
    }

    private static List<Value> apply(List<Value> outputs, ChainOptions options, Step step) {
        var order = Graph.order(outputs);
        return Graph.rewritten(outputs, step.rule(order, new Uses(order, Lowering.kept(outputs, options), options)));
    }

    /** Whether a value is a 1x1 convolution with constant weights. */
    private static boolean isProjection(Value value, Uses uses) {
        return value.task() instanceof ConvolveTask(Window window)
                && window.equals(Window.plain())
                && value.input(1).shape().pixels() == 1
                && value.inputs().stream().skip(1).allMatch(uses::isConstant);
    }

    /** A projection of a projection is one projection, where that is less to compute. */
    private static Graph.Rule productOfProjections(List<Value> order, Uses uses) {
        return (value, now) -> {
            if (!isProjection(value, uses) || !uses.isInner(value.input(0)) || !isProjection(value.input(0), uses)) {
                return Optional.empty();
            }
            var second = now.input(1);
            var inner = now.input(0);
            var first = inner.input(1);
            long outputs = second.shape().dim(0);
            long middle = first.shape().dim(0);
            long inputs = first.shape().dim(1);
            if (outputs * inputs >= middle * inputs + outputs * middle
                    || inner.shape().pixels() == 0) {
                return Optional.empty();
            }
            var w2 = second.reshape((int) outputs, (int) middle);
            var weight =
                    w2.product(first.reshape((int) middle, (int) inputs)).reshape((int) outputs, (int) inputs, 1, 1);
            Value bias = now.inputs().size() > 2 ? now.input(2) : null;
            if (inner.inputs().size() > 2) {
                var carried =
                        w2.product(inner.input(2).reshape((int) middle, 1)).reshape((int) outputs);
                bias = bias == null ? carried : bias.plus(carried);
            }
            return Optional.of(inner.input(0).convolve(weight, bias, Window.plain()));
        };
    }

    /** A bias of logits is the same for all positions: a softmax over them does not see it. Parameters keep theirs: it is free. */
    private static Graph.Rule withoutSoftmaxBias(List<Value> order, Uses uses) {
        return (value, now) -> {
            boolean derived = isProjection(value, uses)
                    && value.inputs().size() > 2
                    && !value.input(2).inputs().isEmpty()
                    && uses.isInner(value);
            if (!derived) {
                return Optional.empty();
            }
            var user = uses.of(value).getFirst();
            boolean softmax = user.task() instanceof ReshapeTask
                    && !uses.isKept(user)
                    && user.shape().rank() == 3
                    && user.shape().dim(1) == value.shape().channels()
                    && uses.of(user).stream().allMatch(s -> s.task() instanceof SoftmaxTask(int axis) && axis == 2);
            return softmax ? Optional.of(now.input(0).convolve(now.input(1), null, Window.plain())) : Optional.empty();
        };
    }

    /** Whether everybody who reads a value can read some channels of a larger one instead. */
    private static boolean readsSlices(Value value, Uses uses) {
        return !uses.isKept(value)
                && uses.of(value).stream()
                        .allMatch(user -> user.task() instanceof AttendTask
                                || user.task() instanceof ReshapeTask && readsSlices(user, uses)
                                || user.task() instanceof MaxPoolTask && readsSlices(user, uses)
                                || isProjection(user, uses)
                                        && user.inputs().size() == 2
                                        && user.input(0) == value
                                        && readsSlices(user, uses));
    }

    /** Whether attention reads a value, or a view of it, as its queries. */
    private static boolean isQuery(Value value, Uses uses) {
        return uses.of(value).stream()
                .anyMatch(user -> user.task() instanceof AttendTask && user.input(0) == value
                        || user.task() instanceof ReshapeTask && isQuery(user, uses));
    }

    /** What is repeated only to be added to, or multiplied with, something as large is repeated there in passing: gradients of means. */
    private static Graph.Rule withoutExpansion(List<Value> order, Uses uses) {
        return (value, now) -> {
            boolean either = value.task() == CombineTask.PLUS || value.task() == CombineTask.TIMES;
            for (int i = 0; either && i < 2; i++) {
                var whole = now.input(1 - i);
                if (isExpanded(value.input(i), uses) && whole.shape().equals(value.shape())) {
                    return Optional.of(
                            Value.of(value.task(), whole, now.input(i).input(0)));
                }
            }
            return Optional.empty();
        };
    }

    private static boolean isExpanded(Value value, Uses uses) {
        return value.task() instanceof ExpandTask && uses.isInner(value);
    }

    /** Projections of one map for attention become one projection whose channels are read where they lie. */
    private static Graph.Rule siblings(List<Value> order, Uses uses) {
        Map<Value, List<Value>> families = new IdentityHashMap<>();
        for (var value : order) {
            if (isProjection(value, uses) && !uses.isConstant(value) && readsSlices(value, uses)) {
                families.computeIfAbsent(value.input(0), x -> new ArrayList<>()).add(value);
            }
        }
        families.values()
                .removeIf(family -> family.size() < 2
                        || family.stream()
                                        .map(v -> v.inputs().size())
                                        .distinct()
                                        .count()
                                > 1);
        // Kernels read queries from the first channel on.
        families.values().forEach(family -> family.sort(Comparator.comparing(v -> !isQuery(v, uses))));
        Map<Value, Value> joined = new IdentityHashMap<>();
        return (value, now) -> {
            var family = value.inputs().isEmpty() ? null : families.get(value.input(0));
            if (family == null || !family.contains(value)) {
                return Optional.empty();
            }
            var whole = joined.computeIfAbsent(value.input(0), x -> {
                var weight =
                        Value.concat(0, family.stream().map(v -> v.input(1)).toList());
                var bias = family.getFirst().inputs().size() > 2
                        ? Value.concat(0, family.stream().map(v -> v.input(2)).toList())
                        : null;
                return now.input(0).convolve(weight, bias, Window.plain()).named("project");
            });
            int first = 0;
            for (var sibling : family) {
                if (sibling == value) {
                    break;
                }
                first += sibling.shape().channels();
            }
            return Optional.of(Value.of(new SliceTask(1, first, value.shape().channels(), 1), whole));
        };
    }

    /** Some channels of a map, each pooled alike: the map is pooled once. */
    private static Graph.Rule pooledSiblings(List<Value> order, Uses uses) {
        Map<Value, List<Value>> families = new IdentityHashMap<>();
        for (var value : order) {
            if (value.task() instanceof MaxPoolTask
                    && value.input(0).task() instanceof SliceTask slice
                    && slice.axis() == 1
                    && readsSlices(value, uses)) {
                families.computeIfAbsent(value.input(0).input(0), x -> new ArrayList<>())
                        .add(value);
            }
        }
        families.values()
                .removeIf(family -> family.size() < 2
                        || family.stream().map(Value::task).distinct().count() > 1);
        Map<Value, Value> pooled = new IdentityHashMap<>();
        return (value, now) -> {
            var family = value.task() instanceof MaxPoolTask
                            && !value.input(0).inputs().isEmpty()
                    ? families.get(value.input(0).input(0))
                    : null;
            if (family == null || !family.contains(value)) {
                return Optional.empty();
            }
            var slice = (SliceTask) value.input(0).task();
            var whole = pooled.computeIfAbsent(
                    value.input(0).input(0),
                    x -> Value.of(value.task(), now.input(0).input(0)).named("pool"));
            return Optional.of(Value.of(slice, whole));
        };
    }
}
