package tornado.attention.bench.engine;

import java.util.Collection;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.VariantChoice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * A device of the engine.
 *
 * @param id {@code backend:device}, as TornadoVM counts them, such as {@code 0:1}
 * @param device the engine's handle
 * @param profile what it declares
 * @param hardware name of the hardware
 * @param standard whether it is the one used where none is chosen
 * @param variant which variants of kernels chains take on it
 */
public record Device(
        String id,
        TornadoDevice device,
        DeviceProfile profile,
        String hardware,
        boolean standard,
        VariantChoice variant) {
    Device asStandard(boolean now) {
        return new Device(id, device, profile, hardware, now, variant);
    }

    /** The same with these variants of kernels. */
    public Device using(VariantChoice choice) {
        return new Device(id, device, profile, hardware, standard, choice);
    }

    /** How chains are built for it: evaluation mode, the kernels that were chosen. */
    public ChainOptions options() {
        return ChainOptions.evaluation().with(variant).on(profile);
    }

    /** Whether it is chosen over the same card by OpenCL. */
    public boolean isPreferred(Collection<Device> all) {
        return standard
                && profile.backend().equals("CUDA")
                && all.stream()
                        .anyMatch(d -> d.profile().backend().equals("OPENCL")
                                && d.hardware().equals(hardware));
    }

    /** {@code 0:0 AMD EPYC, 2 threads}: for people. */
    public String describe() {
        int units = profile.processors();
        boolean processor = profile.kind() == DeviceProfile.Kind.CPU;
        return id + " " + hardware + (processor ? ", " + units + (units == 1 ? " thread" : " threads") : "");
    }
}
