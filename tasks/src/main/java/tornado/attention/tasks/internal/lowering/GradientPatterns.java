package tornado.attention.tasks.internal.lowering;

import java.util.List;
import java.util.Optional;
import tornado.attention.kernels.Activations;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Step;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;

/** What adjoints are made of. */
final class GradientPatterns {
    static final List<Pattern.Named> ALL = List.of(
            Pattern.of("activation gradient", GradientPatterns::activationGradient),
            Pattern.of("sum of products", GradientPatterns::sumOfProducts));

    private GradientPatterns() {}

    /** The gradient under an activation: {@code g f'(x)}. */
    private static Optional<Match> activationGradient(Value root, Uses uses) {
        if (root.task() != CombineTask.TIMES
                || !(root.input(1).task() instanceof MapTask slope)
                || slope.order() != 1
                || !uses.isInner(root.input(1))
                || !root.input(0).shape().equals(root.input(1).shape())) {
            return Optional.empty();
        }
        var g = root.input(0);
        var x = root.input(1).input(0);
        return Optional.of(new Match(List.of(root.input(1)), List.of(g, x), (e, name) -> {
            var y = e.chain().tensor(name, root.shape());
            e.chain()
                    .step(name)
                    .launch(
                            Activations::gradient,
                            e.tensor(x),
                            e.tensor(g),
                            Step.out(y),
                            y.elements(),
                            slope.function().code(),
                            (float) slope.alpha(),
                            (float) slope.beta());
            return y;
        }));
    }

    /** The gradient of a gate: {@code sum(x y)} over the last axes, and those before them if there are others. */
    private static Optional<Match> sumOfProducts(Value root, Uses uses) {
        if (!(root.task() instanceof ReduceTask sum) || sum.kind() != ReduceTask.Kind.SUM) {
            return Optional.empty();
        }
        var product = root.input(0);
        var shape = product.shape();
        int from = shape.rank();
        while (sum.axes().contains(from - 1)) {
            from--;
        }
        boolean fits = from < shape.rank()
                && product.task() == CombineTask.TIMES
                && uses.isInner(product)
                && product.input(0).shape().equals(product.input(1).shape());
        if (!fits) {
            return Optional.empty();
        }
        int behind = shape.rank() - from;
        var last = sum.axes().subList(sum.axes().size() - behind, sum.axes().size());
        var before = sum.axes().subList(0, sum.axes().size() - behind);
        var inner = new ReduceTask(sum.kind(), sum.eps(), last);
        return Optional.of(new Match(List.of(product), product.inputs(), (e, name) -> {
            var x = e.tensor(product.input(0));
            var y = e.tensor(product.input(1));
            var made = inner.shape(List.of(shape));
            if (before.isEmpty()) {
                return products(e, name, x, y, made);
            }
            var rows = products(e, name + ".inner", x, y, made);
            return Single.reduce(e.chain(), name, rows, new ReduceTask(sum.kind(), sum.eps(), before), root.shape());
        }));
    }

    private static Tensor products(Emission e, String name, Tensor x, Tensor y, Shape shape) {
        int rows = shape.elementsOf(name);
        int length = x.elements() / rows;
        var chain = e.chain();
        return chain.view(
                Pooling.weighted(
                        chain,
                        name,
                        chain.view(x, Shape.of(rows, 1, length, 1)),
                        chain.view(y, Shape.of(rows, length))),
                shape);
    }
}
