package tornado.attention.tasks;

import java.util.Objects;

/**
 * How a chain is built.
 *
 * @param training batch statistics instead of running ones, running averages updated, dropout active
 * @param exposeAttention attention tensors become outputs
 * @param profile what the device can do, which decides kernel variants
 * @param variant which variants are wanted
 * @param fuse whether one kernel may do the work of several tasks
 * @param tasksAGraph kernels that one task graph has at most; a longer chain is a plan of several graphs
 * @param cudaGraph whether a plan of one task graph has the driver record its launches and replay them (CUDA and PTX): less time between
 *     short kernels. Such a plan's profile tells nothing of its kernels
 */
public record ChainOptions(
        boolean training,
        boolean exposeAttention,
        DeviceProfile profile,
        VariantChoice variant,
        boolean fuse,
        int tasksAGraph,
        boolean cudaGraph) {
    /** {@value}: whether plans whose options leave it open are recorded as CUDA graphs; {@code true} or {@code false}. */
    public static final String CUDA_GRAPH = "tornado.attention.cudagraph";

    /** TornadoVM 5.2 fails somewhere between 150 and 256 tasks a graph, by their arguments. */
    private static final int TASKS_A_GRAPH = 100;

    /** Checks for null, and that a graph may have a task. */
    public ChainOptions {
        if (tasksAGraph < 1) {
            throw new IllegalArgumentException("A task graph has at least 1 task, not " + tasksAGraph + ".");
        }
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(variant, "variant");
    }

    /** Evaluation mode, only the module's outputs, no device in particular; variants as {@link VariantChoice#PROPERTY} says. */
    public static ChainOptions evaluation() {
        return new ChainOptions(
                false, false, DeviceProfile.portable(), VariantChoice.standard(), true, TASKS_A_GRAPH, cudaGraphs());
    }

    private static boolean cudaGraphs() {
        var said = System.getProperty(CUDA_GRAPH, "false");
        return switch (said) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(CUDA_GRAPH + " is '" + said + "'; it takes true or false.");
        };
    }

    /** The same in training mode. */
    public ChainOptions inTraining() {
        return new ChainOptions(true, exposeAttention, profile, variant, fuse, tasksAGraph, cudaGraph);
    }

    /** The same with attention tensors as further outputs. */
    public ChainOptions exposingAttention() {
        return new ChainOptions(training, true, profile, variant, fuse, tasksAGraph, cudaGraph);
    }

    /** The same for a device. */
    public ChainOptions on(DeviceProfile device) {
        return new ChainOptions(training, exposeAttention, device, variant, fuse, tasksAGraph, cudaGraph);
    }

    /** The same with these variants of kernels. */
    public ChainOptions with(VariantChoice choice) {
        return new ChainOptions(training, exposeAttention, profile, choice, fuse, tasksAGraph, cudaGraph);
    }

    /** The same with a kernel or more for each task. */
    public ChainOptions withoutFusion() {
        return new ChainOptions(training, exposeAttention, profile, variant, false, tasksAGraph, cudaGraph);
    }

    /** The same with at most so many kernels in one task graph. */
    public ChainOptions withTasksAGraph(int most) {
        return new ChainOptions(training, exposeAttention, profile, variant, fuse, most, cudaGraph);
    }

    /** The same with launches recorded as a CUDA graph, or without. */
    public ChainOptions withCudaGraph(boolean wanted) {
        return new ChainOptions(training, exposeAttention, profile, variant, fuse, tasksAGraph, wanted);
    }
}
