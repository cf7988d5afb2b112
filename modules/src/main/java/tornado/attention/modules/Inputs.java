package tornado.attention.modules;

import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Value;

/** Checks of what a module is attached to, for modules that do not take one feature map. */
final class Inputs {
    private Inputs() {}

    /** Fails unless a value has exactly these extents; -1 for one that may be anything but 0. */
    static void requireShape(String module, Value value, int... extents) {
        requireShape(module, value.name(), value.shape(), extents);
    }

    private static void requireShape(String module, String name, Shape shape, int... extents) {
        boolean fits = shape.rank() == extents.length;
        for (int i = 0; fits && i < extents.length; i++) {
            fits = extents[i] == -1 ? shape.dim(i) > 0 : shape.dim(i) == extents[i];
        }
        if (!fits) {
            var wanted = new StringBuilder();
            for (int extent : extents) {
                wanted.append(wanted.isEmpty() ? "[" : ", ").append(extent == -1 ? "any" : Integer.toString(extent));
            }
            throw new IllegalArgumentException(
                    "Module " + module + " takes '" + name + "' as " + wanted + "], but its shape is " + shape + ".");
        }
    }
}
