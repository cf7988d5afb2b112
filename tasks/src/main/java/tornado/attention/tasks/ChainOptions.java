package tornado.attention.tasks;

import java.util.Objects;

/**
 * How a chain is built.
 *
 * @param training batch statistics instead of running ones, running averages updated, dropout active
 * @param exposeAttention attention tensors become outputs
 * @param profile what the device can do, which decides kernel variants
 */
public record ChainOptions(boolean training, boolean exposeAttention, DeviceProfile profile) {
    /** Checks for null. */
    public ChainOptions {
        Objects.requireNonNull(profile, "profile");
    }

    /** Evaluation mode, only the module's outputs, portable kernels. */
    public static ChainOptions evaluation() {
        return new ChainOptions(false, false, DeviceProfile.portable());
    }

    /** The same in training mode. */
    public ChainOptions inTraining() {
        return new ChainOptions(true, exposeAttention, profile);
    }

    /** The same with attention tensors as further outputs. */
    public ChainOptions exposingAttention() {
        return new ChainOptions(training, true, profile);
    }

    /** The same for a device. */
    public ChainOptions on(DeviceProfile device) {
        return new ChainOptions(training, exposeAttention, device);
    }
}
