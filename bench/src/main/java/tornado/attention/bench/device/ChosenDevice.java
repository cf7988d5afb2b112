package tornado.attention.bench.device;

import java.util.Objects;
import tornado.attention.bench.engine.Device;

/**
 * A device and, where the fastest was wanted, how it was found.
 *
 * @param device to run on
 * @param reason such as {@code fastest of 2: 0.410 ms, measured earlier}; empty where nothing was measured
 */
public record ChosenDevice(Device device, String reason) {
    /** Checks for null. */
    public ChosenDevice {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(reason, "reason");
    }

    /** The reason in brackets after a space, empty where there is none: for the end of a line. */
    public String note() {
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }
}
