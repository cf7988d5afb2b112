package tornado.attention.bench.device;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.TaskGraph;

/** Appends kernels that are known only by reflection to task graphs, through the method reference that a program would write. */
final class KernelProxy {
    private KernelProxy() {}

    /** {@code graph.task(id, Owner::name, arguments)}. */
    static void append(TaskGraph graph, String id, Method kernel, Object... arguments) {
        try {
            var task = taskMethod(arguments.length);
            var values = new ArrayList<Object>(List.of(id, reference(kernel, task.getParameterTypes()[1])));
            values.addAll(Arrays.asList(arguments));
            task.invoke(graph, values.toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("TaskGraph.task cannot be called.", e);
        }
    }

    private static Method taskMethod(int arguments) {
        return Arrays.stream(TaskGraph.class.getMethods())
                .filter(m -> m.getName().equals("task") && m.getParameterCount() == arguments + 2)
                .filter(m -> m.getParameterTypes()[1].getSimpleName().equals("Task" + arguments))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "TaskGraph has no task of " + arguments + " arguments; kernels take at most 15."));
    }

    /** The object that the method reference {@code Owner::name} makes, Serializable as both engines allow it to be. */
    private static Object reference(Method kernel, Class<?> functional) {
        var lookup = MethodHandles.lookup();
        try {
            var target = lookup.unreflect(kernel);
            var erased =
                    MethodType.genericMethodType(kernel.getParameterCount()).changeReturnType(void.class);
            return LambdaMetafactory.altMetafactory(
                            lookup,
                            "apply",
                            MethodType.methodType(functional),
                            erased,
                            target,
                            target.type().wrap().changeReturnType(void.class),
                            LambdaMetafactory.FLAG_SERIALIZABLE)
                    .getTarget()
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("No method reference to " + kernel + " could be made.", e);
        }
    }
}
