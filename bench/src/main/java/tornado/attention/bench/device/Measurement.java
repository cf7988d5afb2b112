package tornado.attention.bench.device;

import tornado.attention.bench.engine.Device;

/** Something whose time on a device can be taken. */
public interface Measurement {
    /** What is measured, equal for equal work: module, settings and shapes. */
    String key();

    /**
     * Median time of a run on a device, compilation not counted.
     *
     * @throws RuntimeException if it does not run there
     */
    long nanos(Device device);
}
