package tornado.attention.report;

/**
 * What a case costs, known before it runs.
 *
 * @param parameters trainable parameters
 * @param macs multiply-accumulates a run as the paper counts them
 * @param workMacs multiply-accumulates a run of the kernels that are launched; fewer where the port reorders
 * @param bytes device memory traffic a run
 * @param kernels kernel launches a run
 * @param peakDeviceBytes device memory of all arrays
 * @param bytesUp bytes to the device a run
 * @param bytesDown bytes to the host a run
 */
public record Cost(
        long parameters,
        long macs,
        long workMacs,
        long bytes,
        int kernels,
        long peakDeviceBytes,
        long bytesUp,
        long bytesDown) {}
