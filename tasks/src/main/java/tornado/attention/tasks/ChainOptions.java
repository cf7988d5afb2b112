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
 */
public record ChainOptions(
        boolean training, boolean exposeAttention, DeviceProfile profile, VariantChoice variant, boolean fuse) {
    /** Checks for null. */
    public ChainOptions {
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(variant, "variant");
    }

    /** Evaluation mode, only the module's outputs, no device in particular; variants as {@link VariantChoice#PROPERTY} says. */
    public static ChainOptions evaluation() {
        return new ChainOptions(false, false, DeviceProfile.portable(), VariantChoice.standard(), true);
    }

    /** The same in training mode. */
    public ChainOptions inTraining() {
        return new ChainOptions(true, exposeAttention, profile, variant, fuse);
    }

    /** The same with attention tensors as further outputs. */
    public ChainOptions exposingAttention() {
        return new ChainOptions(training, true, profile, variant, fuse);
    }

    /** The same for a device. */
    public ChainOptions on(DeviceProfile device) {
        return new ChainOptions(training, exposeAttention, device, variant, fuse);
    }

    /** The same with these variants of kernels. */
    public ChainOptions with(VariantChoice choice) {
        return new ChainOptions(training, exposeAttention, profile, choice, fuse);
    }

    /** The same with a kernel or more for each task. */
    public ChainOptions withoutFusion() {
        return new ChainOptions(training, exposeAttention, profile, variant, false);
    }
}
