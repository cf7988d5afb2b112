package tornado.attention.embedded.internal.runtime;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.BoundKernel;
import tornado.attention.embedded.internal.compiler.Workers;
import tornado.attention.embedded.internal.workgroup.GroupKernel;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * A graph of a plan, with its arrays on the device and its kernels bound to them. Both are made at the first run and
 * reused by all later ones, which therefore allocate nothing.
 */
final class GraphRun {

    private final GraphDefinition definition;
    private final EmbeddedOptions options;
    private final GroupKernel.ContextFactory contexts;

    // Loops of the hot path go over arrays: iterators would be garbage of every run.
    private final DeviceArray[] arrays;
    private final TaskRun[] tasks;
    private final IdentityHashMap<Object, DeviceArray> byHost = new IdentityHashMap<>();

    private EmbeddedDevice device;
    private boolean bound;

    GraphRun(GraphDefinition definition, EmbeddedOptions options, GroupKernel.ContextFactory contexts) {
        this.definition = definition;
        this.options = options;
        this.contexts = contexts;
        device = (EmbeddedDevice) EmbeddedRuntime.instance().getDefaultDevice();
        var used = new ArrayList<DeviceArray>();
        for (var use : definition.arrays()) {
            if (use.allocated()) {
                var array = new DeviceArray(use, options.memory());
                used.add(array);
                byHost.put(use.host(), array);
            }
        }
        arrays = used.toArray(DeviceArray[]::new);
        tasks = definition.tasks().stream().map(TaskRun::new).toArray(TaskRun[]::new);
    }

    /** A task and what it needs to run. */
    private final class TaskRun {
        final GraphTask task;
        final Optional<EmbeddedDevice> ownDevice;
        final Object[] arguments;

        EmbeddedDevice chosen;
        Workers workers;
        BoundKernel kernel;

        TaskRun(GraphTask task) {
            this.task = task;
            this.arguments = task.arguments().toArray();
            this.ownDevice = EmbeddedOptions.deviceOf(task.graph(), task.id());
            chosen = ownDevice.orElse(device);
        }

        void bind() {
            for (int i = 0; i < arguments.length; i++) {
                var array = byHost.get(task.arguments().get(i));
                if (array != null) {
                    arguments[i] = array.device();
                }
            }
            workers = Workers.of(chosen.index() == 0 ? options.threads() : 1);
            kernel = switch (task.kernel()) {
                case GraphTask.Loops loops -> loops.compiled().bind(arguments);
                case GraphTask.Groups _ -> null;
            };
        }

        /** Lets go of the device's arrays. */
        void release() {
            kernel = null;
            System.arraycopy(task.arguments().toArray(), 0, arguments, 0, arguments.length);
        }

        void run(GridScheduler grids) {
            switch (task.kernel()) {
                case GraphTask.Loops _ -> kernel.run(workers);
                case GraphTask.Groups groups -> {
                    var grid = grids == null ? null : grids.get(task.fullName());
                    if (grid == null) {
                        throw new TornadoRuntimeException("Task " + task.fullName()
                                + " uses a KernelContext but has no grid: give the plan a GridScheduler with a"
                                + " WorkerGrid for it.");
                    }
                    groups.emulated().run(arguments, grid, contexts);
                }
            }
        }
    }

    GraphDefinition definition() {
        return definition;
    }

    EmbeddedDevice device() {
        return device;
    }

    /** Moves the graph to another device, where nothing has been copied yet; that outweighs the devices tasks have by property. */
    void device(EmbeddedDevice newDevice) {
        boolean moved = !newDevice.equals(device);
        if (moved) {
            device = newDevice;
            free();
        }
        for (var task : tasks) {
            task.chosen = moved ? device : task.ownDevice.orElse(device);
        }
        bound = false;
    }

    /** Runs one task on another device; its arrays stay where the graph's are. False if there is no such task. */
    boolean device(String taskName, EmbeddedDevice newDevice) {
        var task = task(taskName);
        if (task == null) {
            return false;
        }
        task.chosen = newDevice;
        bound = false;
        return true;
    }

    boolean hasTask(String fullName) {
        return task(fullName) != null;
    }

    /** Whether a task runs in work-groups, which a grid shapes. */
    boolean runsInGroups(String fullName) {
        var found = task(fullName);
        return found != null && found.task.kernel() instanceof GraphTask.Groups;
    }

    private TaskRun task(String fullName) {
        for (var task : tasks) {
            if (task.task.fullName().equals(fullName)) {
                return task;
            }
        }
        return null;
    }

    /** Allocates and binds what is not yet. */
    void prepare(GraphRun before) {
        for (var array : arrays) {
            bound &= array.use().up() == ArrayUse.Up.TAKEN_OVER ? !takeOver(array, before) : !array.allocate();
        }
        if (!bound) {
            for (var task : tasks) {
                task.bind();
            }
            bound = true;
        }
    }

    private boolean takeOver(DeviceArray array, GraphRun before) {
        var held = before == null ? null : before.byHost.get(array.use().host());
        if (held == null || held.device() == null || !held.use().kept()) {
            var source = array.use().source();
            throw new TornadoRuntimeException("Graph " + definition.name() + " consumes an array"
                    + (source.isEmpty() ? "" : " of graph " + source) + " that "
                    + (before == null ? "no graph" : "graph " + before.definition.name()) + " left on the device: "
                    + "run the graph that persists it immediately before, each by withGraph(i).execute().");
        }
        if (!before.device.equals(device)) {
            throw new TornadoRuntimeException("Graph " + definition.name() + " runs on " + device.getDeviceName()
                    + " but consumes an array on " + before.device.getDeviceName() + ": choose one device for both.");
        }
        return array.takeOver(held);
    }

    void run(RunRecord run, GridScheduler grids) {
        for (var array : arrays) {
            long since = run.clock();
            run.movedUp(array.copyUp(), since);
        }
        for (var task : tasks) {
            long since = run.clock();
            task.run(grids);
            run.ran(task.task, task.chosen, since);
        }
        for (var array : arrays) {
            if (array.use().comesDown()) {
                long since = run.clock();
                run.movedDown(array.copyDown(), since);
            }
        }
    }

    /** The device's side of an array, where this graph holds one. */
    Optional<DeviceArray> held(Object host) {
        return Optional.ofNullable(byHost.get(host)).filter(array -> array.device() != null);
    }

    long bytesAllocated() {
        long bytes = 0;
        for (var array : arrays) {
            // What is taken over counts where it was allocated.
            if (array.device() != null && array.use().up() != ArrayUse.Up.TAKEN_OVER) {
                bytes += array.bytes();
            }
        }
        return bytes;
    }

    long compileNanos() {
        return definition.tasks().stream().mapToLong(GraphTask::compileNanos).sum();
    }

    List<GraphTask> tasks() {
        return definition.tasks();
    }

    /** Binds the kernels anew at the next run. */
    void reset() {
        bound = false;
    }

    void free() {
        for (var array : arrays) {
            array.free();
        }
        for (var task : tasks) {
            task.release();
        }
        bound = false;
    }

    /** Prints how each task runs. */
    void print(boolean threads, boolean kernels) {
        for (var task : tasks) {
            if (threads) {
                System.out.println("Task " + task.task.fullName() + ": " + task.chosen.getDeviceName() + ", "
                        + task.workers.threads() + " threads");
            }
            if (kernels) {
                System.out.println("Task " + task.task.fullName() + ": " + task.task.explain());
            }
        }
    }
}
