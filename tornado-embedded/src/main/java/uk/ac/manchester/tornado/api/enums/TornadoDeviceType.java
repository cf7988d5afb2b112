package uk.ac.manchester.tornado.api.enums;

/** Kind of a device. */
public enum TornadoDeviceType {
    /** Not known. */
    UNKNOWN,
    /** The default of its platform. */
    DEFAULT,
    /** A processor; all devices of this engine. */
    CPU,
    /** A graphics card. */
    GPU,
    /** A programmable gate array. */
    FPGA,
    /** Another accelerator. */
    ACCELERATOR,
    /** A kind of its own. */
    CUSTOM,
    /** Any kind, in queries. */
    ALL
}
