package tornado.attention.bench.device;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Compiles and runs every portable kernel on the device of this JVM and compares with plain Java. A program of its own,
 * because it runs in a JVM that TornadoVM's argument file starts. One line a kernel: {@code begin NAME}, then {@code pass NAME}
 * or {@code fail NAME: why}.
 */
final class KernelSweep {
    /**
     * Relative to the largest value: sums of up to a thousand FP32 products in another order, and the device's own exp and tanh
     * under -cl-fast-relaxed-math (TornadoVM 5.2).
     */
    private static final float TOLERANCE = 2e-5f;

    private KernelSweep() {}

    /**
     * Arguments: shapes a kernel (each is a compilation), then names of kernels, or {@code --after NAME} for those behind it; all
     * if there is nothing more. {@code compile} in place of the shapes compiles and launches each kernel once and compares nothing: for a
     * device that does not compute.
     */
    public static void main(String[] arguments) {
        boolean compares = !arguments[0].equals("compile");
        int shapes = compares ? Integer.parseInt(arguments[0]) : 1;
        var wanted = List.of(arguments).subList(1, arguments.length);
        var skip = wanted.size() == 2 && wanted.getFirst().equals("--after") ? wanted.getLast() : "";
        for (var kernel : KernelCatalogue.portable()) {
            var name = KernelCatalogue.name(kernel);
            if (skip.isEmpty() ? wanted.isEmpty() || wanted.contains(name) : name.compareTo(skip) > 0) {
                report(kernel, name, shapes, compares);
            }
        }
        System.exit(0);
    }

    /** The name of a kernel's task, which backends give to files. */
    static String taskName(String kernel) {
        return kernel.replace('.', '_');
    }

    private static void report(Method kernel, String name, int shapes, boolean compares) {
        System.out.println("begin " + name);
        for (int seed = 1; seed <= shapes; seed++) {
            String reason;
            try {
                var drawn = KernelArguments.draw(kernel, seed);
                reason = run(kernel, drawn, compares);
            } catch (RuntimeException | TornadoExecutionPlanException | LinkageError e) {
                reason = e.toString();
            }
            if (reason != null) {
                System.out.println("fail " + name + ": seed " + seed + ": "
                        + reason.replace('\n', ' ').strip());
                return;
            }
        }
        System.out.println("pass " + name);
    }

    private static String run(Method kernel, KernelArguments drawn, boolean compares)
            throws TornadoExecutionPlanException {
        var values = KernelArguments.copies(drawn.values());
        var arrays = List.of(values).stream()
                .filter(v -> !Set.of(Integer.class, Float.class).contains(v.getClass()))
                .toArray();
        var graph = new TaskGraph("sweep").transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays);
        KernelProxy.append(graph, taskName(KernelCatalogue.name(kernel)), kernel, values);
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, arrays);
        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.execute();
        }
        for (int i = 0; compares && i < values.length; i++) {
            if (values[i] instanceof FloatArray array) {
                var reason = difference(kernel.getParameters()[i].getName(), array, i, drawn);
                if (reason != null) {
                    return reason;
                }
            }
        }
        return null;
    }

    /** Compares what plain Java wrote: the rest of an array that is only written is whatever the device's buffer held. */
    private static String difference(String name, FloatArray found, int parameter, KernelArguments drawn) {
        var before = (FloatArray) drawn.values()[parameter];
        var expected = (FloatArray) drawn.after()[parameter];
        float largest = 1e-6f;
        for (int i = 0; i < expected.getSize(); i++) {
            if (before.get(i) != expected.get(i) && !Float.isInfinite(expected.get(i))) {
                largest = Math.max(largest, Math.abs(expected.get(i)));
            }
        }
        for (int i = 0; i < expected.getSize(); i++) {
            if (before.get(i) != expected.get(i) && !near(found.get(i), expected.get(i), TOLERANCE * largest)) {
                return name + "[" + i + "] is " + found.get(i) + " and not " + expected.get(i) + " with "
                        + scalars(drawn);
            }
        }
        return null;
    }

    /** Infinities, which a mask sets, must be the same. */
    private static boolean near(float found, float expected, float tolerance) {
        return found == expected || Math.abs(found - expected) <= tolerance;
    }

    private static List<Object> scalars(KernelArguments drawn) {
        return List.of(drawn.values()).stream()
                .filter(v -> v instanceof Integer || v instanceof Float)
                .toList();
    }
}
