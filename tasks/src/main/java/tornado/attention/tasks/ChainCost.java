package tornado.attention.tasks;

import java.util.List;

/**
 * What a chain costs, known before it runs.
 *
 * @param steps one entry a kernel, in order
 * @param peakDeviceBytes device memory of all its arrays: weights, inputs, outputs and the reused buffers between
 * @param bytesUpOnce bytes that go to the device before the first run (weights and tables)
 * @param bytesUpPerRun bytes that go to the device before each run (inputs)
 * @param bytesDownPerRun bytes that come back after each run (outputs)
 */
public record ChainCost(
        List<StepCost> steps, long peakDeviceBytes, long bytesUpOnce, long bytesUpPerRun, long bytesDownPerRun) {
    /** Copies the list. */
    public ChainCost {
        steps = List.copyOf(steps);
    }

    /** Number of kernel launches a run. */
    public int kernels() {
        return steps.size();
    }

    /** Multiply-accumulates a run. */
    public long macs() {
        return steps.stream().mapToLong(StepCost::macs).sum();
    }

    /** Device memory traffic a run, in bytes. */
    public long bytes() {
        return steps.stream().mapToLong(StepCost::bytes).sum();
    }
}
