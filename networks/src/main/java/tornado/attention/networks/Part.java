package tornado.attention.networks;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Value;

/** A part of a network that makes one value of another: a block, an attention module, a stem. */
@FunctionalInterface
interface Part {
    /** Nothing happens. */
    Part NONE = x -> x;

    /** The part's formula. */
    Value apply(Value x);

    /** A part whose kernels and attention tensors have the path of its parameters, which ends with a dot. */
    static Part at(String path, Part part) {
        return x -> Graph.placed(path, List.of(x), part.apply(x));
    }

    /** A branch, what goes around it, and an activation of their sum. */
    static Part residual(Part branch, Part shortcut, Activation activation, String path) {
        return x -> branch.apply(x).plus(shortcut.apply(x)).activate(activation).named(path);
    }

    /** One behind the other. */
    static Part chain(Part... parts) {
        return chain(List.of(parts));
    }

    /** One behind the other. */
    static Part chain(List<? extends Part> parts) {
        var all = List.copyOf(parts);
        return x -> {
            var y = x;
            for (var part : all) {
                y = part.apply(y);
            }
            return y;
        };
    }
}
