package tornado.attention.embedded.internal.workgroup;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/**
 * A kernel that takes a {@link KernelContext}, run by emulated work-groups: a virtual thread per work-item of a group,
 * with real barriers and local arrays. For tests: right, not fast.
 */
public final class GroupKernel {
    /** Most work-items of a group: what most GPUs allow too. */
    public static final int MAX_GROUP = 1024;

    /** Makes the context of one work-item. */
    @FunctionalInterface
    public interface ContextFactory {
        /** The context that a work-item's kernel sees. */
        KernelContext create(WorkItem item);
    }

    private final String taskName;
    private final MethodHandle method;
    private final int contextIndex;

    private GroupKernel(String taskName, MethodHandle method, int contextIndex) {
        this.taskName = taskName;
        this.method = method;
        this.contextIndex = contextIndex;
    }

    /**
     * A kernel for a task.
     *
     * @throws TornadoBailoutRuntimeException if the method has not exactly one context, or cannot be called
     */
    public static GroupKernel of(String taskName, KernelMethod kernel) {
        int contextIndex = -1;
        var parameters = kernel.type().parameterList();
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i) == KernelContext.class) {
                if (contextIndex >= 0) {
                    throw new TornadoBailoutRuntimeException("Kernel " + kernel.display() + " of task " + taskName
                            + " takes two kernel contexts: pass one.");
                }
                contextIndex = i;
            }
        }
        if (contextIndex < 0) {
            throw new TornadoBailoutRuntimeException("Kernel " + kernel.display() + " of task " + taskName
                    + " is given a kernel context but has no parameter of that type: declare it as KernelContext.");
        }
        try {
            var lookup = MethodHandles.privateLookupIn(kernel.owner(), MethodHandles.lookup());
            var handle = lookup.findStatic(kernel.owner(), kernel.name(), kernel.type());
            return new GroupKernel(taskName, handle.asSpreader(Object[].class, parameters.size()), contextIndex);
        } catch (ReflectiveOperationException e) {
            throw new TornadoBailoutRuntimeException(
                    "Kernel " + kernel.display() + " of task " + taskName
                            + " cannot be called: if its class is in a named module, open its package.",
                    e);
        }
    }

    /**
     * Runs all work-items of a grid and returns when they have ended.
     *
     * @param arguments of the kernel; the context among them is replaced
     * @throws TornadoBailoutRuntimeException if a work-item fails, or some of a group wait for a barrier that others
     *     never reach
     */
    public void run(Object[] arguments, WorkerGrid grid, ContextFactory contexts) {
        new GroupLaunch(taskName, GroupShape.of(taskName, grid), item -> call(arguments, item, contexts)).run();
    }

    private void call(Object[] arguments, WorkItem item, ContextFactory contexts) throws Throwable {
        var own = arguments.clone();
        own[contextIndex] = contexts.create(item);
        method.invoke(own);
    }
}
