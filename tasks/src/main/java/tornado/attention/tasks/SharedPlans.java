package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tornado.attention.kernels.Resident;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Chains compiled for one device with their weights there once: a module for several sizes of image or batch.
 *
 * <pre>{@code
 * try (var shared = SharedPlans.of(small, large)) {
 *     FloatArray y = shared.plans().get(1).run(image);
 * }
 * }</pre>
 *
 * <p>Weights are the same if their elements are, so that what chains derive from a module's weights (transposed, folded with a
 * batch norm) is shared as well.
 *
 * <p>TornadoVM 5.2 hands arrays only from the graph that ran immediately before to the next one, within one execution plan. So
 * the weights belong to a small graph of their own, which runs again whenever another chain than the last one is to run; it
 * copies nothing then. What belongs to one execution plan runs one at a time: a plan that another thread's run keeps waiting
 * waits.
 */
public final class SharedPlans implements AutoCloseable {
    private static final String SUFFIX = "Weights";
    private static final int ARRAYS_A_TASK = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final PlanExecution execution;
    /** Number of graphs before those of the chains: that of the weights, if there are any. */
    private final int graphsBefore;

    private final List<Plan> plans;
    private final long deviceBytes;
    private int last = -1;
    private boolean closed;

    private SharedPlans(
            PlanExecution execution,
            int graphsBefore,
            List<String> names,
            List<ChainLayout> layouts,
            TornadoDevice device,
            long deviceBytes) {
        this.execution = execution;
        this.graphsBefore = graphsBefore;
        this.deviceBytes = deviceBytes;
        var made = new ArrayList<Plan>();
        for (int i = 0; i < layouts.size(); i++) {
            made.add(new Plan(names.get(i), layouts.get(i), device, new Member(graphsBefore + i)));
        }
        plans = List.copyOf(made);
    }

    /** Chains for the default device. */
    public static SharedPlans of(TaskChain... chains) {
        return of(null, List.of(chains));
    }

    /**
     * Compiles chains.
     *
     * @param device where they run; null for the default one
     * @param chains with different names, in evaluation mode, none compiled before
     * @throws IllegalArgumentException if two have one name, one updates its weights, or the device has not the memory
     * @throws IllegalStateException if one has no output or is compiled already
     */
    public static SharedPlans of(TornadoDevice device, List<TaskChain> chains) {
        requireDistinct(chains);
        var names = chains.stream().map(TaskChain::name).toList();
        var together = String.join("' and '", names);
        var layouts = chains.stream().map(TaskChain::layOut).toList();
        var weights = new ArrayList<FloatArray>();
        layouts.forEach(layout -> layout.shareWeights(weights));
        var where = device == null ? TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice() : device;
        var arrays = weights.stream()
                .map(w -> (long) w.getSize() * Float.BYTES)
                .collect(Collectors.toCollection(ArrayList::new));
        layouts.forEach(layout -> arrays.addAll(layout.arraysWithoutWeights()));
        DeviceMemory.of(where).require(together, arrays);
        var graphs = new ArrayList<ImmutableTaskGraph>();
        var grids = new GridScheduler();
        var source = names.getFirst() + SUFFIX;
        if (!weights.isEmpty()) {
            graphs.add(graphOf(source, weights).snapshot());
        }
        for (int i = 0; i < layouts.size(); i++) {
            layouts.get(i).allocate();
            var graph = new TaskGraph(names.get(i));
            layouts.get(i).emitSharing(graph, names.get(i), grids, source);
            graphs.add(graph.snapshot());
        }
        var execution = new PlanExecution(device, grids, graphs.toArray(ImmutableTaskGraph[]::new));
        chains.forEach(TaskChain::markCompiled);
        long bytes = arrays.stream().mapToLong(Long::longValue).sum();
        return new SharedPlans(execution, graphs.size() - layouts.size(), names, layouts, where, bytes);
    }

    private static void requireDistinct(List<TaskChain> chains) {
        if (chains.isEmpty()) {
            throw new IllegalArgumentException("There is no chain to compile; give at least one.");
        }
        var names = new HashSet<String>();
        for (var chain : chains) {
            if (!names.add(chain.name())) {
                throw new IllegalArgumentException(
                        "Two chains are named '" + chain.name() + "'; give those that share weights different names.");
            }
            if (!chain.states().isEmpty()) {
                throw new IllegalArgumentException("Chain '" + chain.name()
                        + "' updates weights in training mode and so cannot share them; compile it alone.");
            }
        }
    }

    /** The graph that keeps the weights on the device. */
    private static TaskGraph graphOf(String name, List<FloatArray> weights) {
        var graph = new TaskGraph(name);
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, weights.toArray());
        var out = new FloatArray(1);
        for (int first = 0; first < weights.size(); first += ARRAYS_A_TASK) {
            var w = new FloatArray[ARRAYS_A_TASK];
            for (int i = 0; i < w.length; i++) {
                w[i] = weights.get(Math.min(first + i, weights.size() - 1));
            }
            graph.task("touch" + first, Resident::touch, w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], out, 1);
        }
        return graph.persistOnDevice(weights.toArray());
    }

    /** One plan for each chain, in their order. Closing one of them closes all. */
    public List<Plan> plans() {
        return plans;
    }

    /** Bytes that all plans together take on the device. */
    public long deviceBytes() {
        return deviceBytes;
    }

    /** Frees the device's memory; none of the plans runs again. */
    @Override
    public void close() {
        plans.getFirst().close();
    }

    /** One chain's graph in the execution plan. */
    private final class Member implements GraphExecution {
        private final int graph;

        Member(int graph) {
            this.graph = graph;
        }

        @Override
        public List<TornadoExecutionResult> execute() {
            return List.of(run(execution::executeSelected));
        }

        @Override
        public List<Profile> executeProfiled() {
            return List.of(run(execution::profileSelected));
        }

        private <T> T run(Supplier<T> chain) {
            lock.lock();
            try {
                if (last != graph) {
                    last = -1; // whatever fails on the way
                    if (graphsBefore > 0) {
                        execution.select(0);
                        execution.executeSelected();
                    }
                    execution.select(graph);
                    last = graph;
                }
                return chain.get();
            } finally {
                lock.unlock();
            }
        }

        /** No memory for one chain is none for all: they are one execution plan. */
        @Override
        public boolean isStarved() {
            return execution.isStarved();
        }

        @Override
        public void close() throws TornadoExecutionPlanException {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    execution.selectAll();
                    execution.close();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
