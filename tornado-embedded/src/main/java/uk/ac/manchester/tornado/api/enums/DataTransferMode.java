package uk.ac.manchester.tornado.api.enums;

/** When the arrays of a task graph move between host and device. */
public class DataTransferMode {

    /** Once, when a plan first runs the graph; later changes on the host are not seen by the device. */
    public static final int FIRST_EXECUTION = 0;

    /** At every run. */
    public static final int EVERY_EXECUTION = 1;

    /** Only when asked for: by {@code TornadoExecutionResult.transferToHost}; to the device, never by itself. */
    public static final int UNDER_DEMAND = 2;

    /** Only constants here; TornadoVM's class can be instantiated, so this one can. */
    public DataTransferMode() {}
}
