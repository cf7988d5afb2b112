package tornado.attention.bench.engine;

import tornado.attention.tasks.DeviceProfile;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * A device of the engine.
 *
 * @param id {@code backend:device}, as TornadoVM counts them, such as {@code 0:1}
 * @param device the engine's handle
 * @param profile what it declares
 * @param hardware name of the hardware
 * @param standard whether it is the one used where none is chosen
 */
public record Device(String id, TornadoDevice device, DeviceProfile profile, String hardware, boolean standard) {
    /** {@code 0:0 AMD EPYC, 2 threads}: for people. */
    public String describe() {
        int units = profile.processors();
        boolean processor = profile.kind() == DeviceProfile.Kind.CPU;
        return id + " " + hardware + (processor ? ", " + units + (units == 1 ? " thread" : " threads") : "");
    }
}
