package tornado.attention.embedded.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import tornado.attention.embedded.internal.workgroup.GroupKernel;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * An execution plan: its graphs, their memory, and what is chosen for them.
 *
 * <p>One plan runs on one thread at a time: whoever comes while it is in use gets an exception. Several plans may run
 * at once.
 */
public final class PlanRuntime {

    private final long id = EmbeddedRuntime.instance().nextPlan();
    private final GraphRun[] graphs;
    private final AtomicBoolean busy = new AtomicBoolean();

    private GraphRun[] selected;
    private GraphRun last;
    private GridScheduler grids;
    private ProfilerMode profiler;
    private boolean printThreads;
    private boolean printKernels;
    private boolean ranBefore;
    private boolean closed;

    /**
     * A plan with the settings of {@link EmbeddedOptions#current()}.
     *
     * @param graphs at least one
     * @param contexts makes kernel contexts
     */
    public PlanRuntime(List<GraphDefinition> graphs, GroupKernel.ContextFactory contexts) {
        if (graphs.isEmpty()) {
            throw new TornadoRuntimeException("An execution plan needs at least one task graph.");
        }
        var options = EmbeddedOptions.current();
        this.graphs = graphs.stream()
                .map(graph -> new GraphRun(graph, options, contexts))
                .toArray(GraphRun[]::new);
        selected = this.graphs;
    }

    /** Number of the plan, from 1, in order of construction. */
    public long id() {
        return id;
    }

    private void enter() {
        if (!busy.compareAndSet(false, true)) {
            throw new TornadoRuntimeException("Execution plan " + id
                    + " is in use by another thread: one plan runs on one thread at a time, so make one per thread.");
        }
        if (closed) {
            busy.set(false);
            throw new TornadoRuntimeException(
                    "Execution plan " + id + " is closed: make a new plan of its task graphs.");
        }
    }

    private void exclusively(Runnable action) {
        enter();
        try {
            action.run();
        } finally {
            busy.set(false);
        }
    }

    /** Runs the selected graphs in order. */
    public RunRecord execute() {
        enter();
        try {
            var run = new RunRecord(profiler != null);
            long since = run.clock();
            for (var graph : selected) {
                graph.prepare(last);
                if (printThreads || printKernels) {
                    graph.print(printThreads, printKernels);
                }
                graph.run(run, grids);
                run.allocated(graph.bytesAllocated());
                if (!ranBefore) {
                    run.compiled(graph.compileNanos());
                }
            }
            // As in TornadoVM, graphs of one execute() do not hand arrays over to each other.
            last = selected[selected.length - 1];
            ranBefore = true;
            run.finished(since);
            if (profiler == ProfilerMode.CONSOLE) {
                System.out.println(run.log());
            }
            return run;
        } finally {
            busy.set(false);
        }
    }

    /** Allocates and binds what the selected graphs need, except what they take over. */
    public void prepare() {
        exclusively(() -> {
            for (var graph : selected) {
                boolean takesOver =
                        graph.definition().arrays().stream().anyMatch(use -> use.up() == ArrayUse.Up.TAKEN_OVER);
                if (!takesOver) {
                    graph.prepare(last);
                }
            }
        });
    }

    /** Selects one graph for the next runs. */
    public void select(int index) {
        exclusively(() -> selected = new GraphRun[] {graph(index)});
    }

    /** Selects all graphs for the next runs. */
    public void selectAll() {
        exclusively(() -> selected = graphs);
    }

    private GraphRun graph(int index) {
        if (index < 0 || index >= graphs.length) {
            throw new TornadoRuntimeException("There is no graph " + index + " in execution plan " + id
                    + ": it has the graphs 0 to " + (graphs.length - 1) + ".");
        }
        return graphs[index];
    }

    /** Moves the selected graphs to a device. */
    public void device(TornadoDevice device) {
        exclusively(() -> {
            for (var graph : selected) {
                graph.device(embedded(device));
            }
        });
    }

    /** Runs one task, {@code graph.task}, on a device. */
    public void device(String taskName, TornadoDevice device) {
        exclusively(() -> {
            boolean found = false;
            for (var graph : selected) {
                found |= graph.device(taskName, embedded(device));
            }
            if (!found) {
                throw noTask(taskName);
            }
        });
    }

    /** The device of one graph. */
    public TornadoDevice device(int graphIndex) {
        return graph(graphIndex).device();
    }

    private static EmbeddedDevice embedded(TornadoDevice device) {
        if (device instanceof EmbeddedDevice embedded) {
            return embedded;
        }
        throw new TornadoRuntimeException("The embedded engine cannot run on "
                + (device == null ? "no device" : device.getDeviceName())
                + ": take a device from TornadoRuntimeProvider.getTornadoRuntime().getBackend(0).");
    }

    /**
     * Chooses the grids of the tasks with a kernel context; at least one has to be of this plan. A grid for a task of parallel loops
     * is refused: on a device it would replace the loops' bounds.
     */
    public void grids(GridScheduler newGrids) {
        exclusively(() -> {
            if (newGrids == null) {
                throw new TornadoRuntimeException("withGridScheduler got null: give it a GridScheduler.");
            }
            boolean found = newGrids.keySet().stream().anyMatch(this::hasTask);
            if (!found) {
                throw noTask(String.join(", ", newGrids.keySet()));
            }
            for (var task : newGrids.keySet()) {
                if (hasTask(task) && !runsInGroups(task)) {
                    throw new TornadoRuntimeException(
                            "Task " + task + " has @Parallel loops, whose bounds a grid would replace on a"
                                    + " device: give grids only to tasks that take a KernelContext.");
                }
            }
            grids = newGrids;
        });
    }

    private boolean runsInGroups(String fullName) {
        for (var graph : graphs) {
            if (graph.runsInGroups(fullName)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasTask(String fullName) {
        for (var graph : graphs) {
            if (graph.hasTask(fullName)) {
                return true;
            }
        }
        return false;
    }

    private TornadoRuntimeException noTask(String name) {
        var names = new ArrayList<String>();
        for (var graph : graphs) {
            graph.tasks().forEach(task -> names.add(task.fullName()));
        }
        return new TornadoRuntimeException("There is no task '" + name + "' in execution plan " + id + "; it has "
                + String.join(", ", names) + ".");
    }

    /** Forgets the grids. */
    public void noGrids() {
        exclusively(() -> grids = null);
    }

    /** Profiles the next runs, or with null stops doing so. */
    public void profiler(ProfilerMode mode) {
        exclusively(() -> profiler = mode);
    }

    /** Prints threads of each task at the next runs, or not. */
    public void printThreads(boolean print) {
        exclusively(() -> printThreads = print);
    }

    /** Prints how each kernel is run at the next runs, or not. */
    public void printKernels(boolean print) {
        exclusively(() -> printKernels = print);
    }

    /** Binds the kernels of the selected graphs anew at the next run; memory stays. */
    public void reset() {
        exclusively(() -> {
            for (var graph : selected) {
                graph.reset();
            }
        });
    }

    /** Frees the memory of the selected graphs: the next run allocates it again and copies to it again. */
    public void free() {
        exclusively(() -> {
            for (var graph : selected) {
                graph.free();
            }
        });
    }

    /** Frees all memory; every later use is an error, but closing again is not. */
    public void close() {
        if (!busy.compareAndSet(false, true)) {
            throw new TornadoRuntimeException(
                    "Execution plan " + id + " is in use by another thread: close it when its last run has ended.");
        }
        closed = true;
        for (var graph : graphs) {
            graph.free();
        }
        busy.set(false);
    }

    /** Bytes the plan holds on the device. */
    public long bytesAllocated() {
        long bytes = 0;
        for (var graph : graphs) {
            bytes += graph.bytesAllocated();
        }
        return bytes;
    }

    /** Copies arrays back that the selected graphs hold. */
    public void transferToHost(RunRecord run, Object... hosts) {
        exclusively(() -> {
            for (var host : hosts) {
                long size = host == null || !Storage.isSupported(host)
                        ? 0
                        : Storage.segment(host).byteSize();
                copyDown(run, host, 0, size);
            }
        });
    }

    /** Copies part of an array back, in bytes. */
    public void transferToHost(RunRecord run, TornadoNativeArray host, long offset, long size) {
        exclusively(() -> copyDown(run, host, offset, size));
    }

    private void copyDown(RunRecord run, Object host, long offset, long size) {
        boolean found = false;
        for (var graph : selected) {
            var held = host == null ? null : graph.held(host).orElse(null);
            if (held != null) {
                long since = run.clock();
                run.movedDown(held.copyDown(offset, size), since);
                found = true;
            }
        }
        if (!found) {
            throw new TornadoRuntimeException(
                    (host == null ? "null" : "A " + host.getClass().getSimpleName())
                            + " cannot be transferred to the host: no graph of execution plan " + id
                            + " that is selected holds it on the device.");
        }
    }
}
