package tornado.attention.bench.report;

/**
 * Who ran a case.
 *
 * @param key unique within a run: {@code embedded:0:0}, {@code sequential}, {@code pytorch} ...
 * @param engine {@code embedded}, {@code tornadovm}, {@code java}, {@code pytorch}
 * @param engineVersion its version
 * @param backend {@code JAVA}, {@code OPENCL}, {@code PTX}, {@code ATen} ...
 * @param device its id within the engine, such as {@code 0:0}
 * @param deviceName the hardware
 * @param driver the driver as it describes itself
 * @param threads threads it computes on; 0 where that is not a number of threads
 * @param variant which kernels: {@code portable}, {@code work-group} ...
 */
public record Contender(
        String key,
        String engine,
        String engineVersion,
        String backend,
        String device,
        String deviceName,
        String driver,
        int threads,
        String variant) {
    /** Key of the portable kernels called as plain Java methods on one thread. */
    public static final String SEQUENTIAL = "sequential";

    /** Key of PyTorch as it is. */
    public static final String PYTORCH = "pytorch";

    /** Key of PyTorch with {@code torch.compile}. */
    public static final String PYTORCH_COMPILE = "pytorch-compile";

    /** Whether it is one that others are compared with, not a device of an engine. */
    public boolean baseline() {
        return key.equals(SEQUENTIAL) || key.equals(PYTORCH) || key.equals(PYTORCH_COMPILE);
    }

    /** {@code embedded 0:0, 2 threads}: for people. */
    public String label() {
        var where = device.isEmpty() ? "" : " " + device;
        return switch (key) {
            case SEQUENTIAL -> "sequential Java";
            case PYTORCH -> "PyTorch" + threadsText();
            case PYTORCH_COMPILE -> "PyTorch compiled" + threadsText();
            default -> engine + where + threadsText();
        };
    }

    private String threadsText() {
        return threads == 0 ? "" : ", " + threads + (threads == 1 ? " thread" : " threads");
    }
}
