package tornado.attention.bench.jmh;

import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;

/** The device that a benchmark runs on: parameter {@code device}. */
final class Plans {
    private Plans() {}

    /** A device by its id; {@code default} for the engine's own choice. */
    static Device device(String id) {
        return Devices.choose(id.equals("default") ? null : id);
    }
}
