package tornado.attention.report;

import java.util.List;

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

    /** Key of ONNX Runtime. */
    public static final String ONNX_RUNTIME = "onnxruntime";

    /** Keys of all that others are compared with, the nearest peers first. */
    public static final List<String> BASELINES = List.of(PYTORCH, PYTORCH_COMPILE, ONNX_RUNTIME, SEQUENTIAL);

    /** Whether it is one that others are compared with, not a device of an engine. */
    public boolean baseline() {
        return BASELINES.contains(key);
    }

    /** {@code embedded 0:0, 2 threads}: for people. */
    public String label() {
        var where = device.isEmpty() ? "" : " " + device;
        return switch (key) {
            case SEQUENTIAL -> "sequential Java";
            case PYTORCH -> "PyTorch" + threadsText();
            case PYTORCH_COMPILE -> "PyTorch compiled" + threadsText();
            case ONNX_RUNTIME -> "ONNX Runtime" + threadsText();
            default -> engine + where + threadsText();
        };
    }

    private String threadsText() {
        return threads == 0 ? "" : ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    /** A baseline as it is called in sentences. */
    public static String nameOf(String baseline) {
        return switch (baseline) {
            case PYTORCH -> "PyTorch";
            case PYTORCH_COMPILE -> "compiled PyTorch";
            case ONNX_RUNTIME -> "ONNX Runtime";
            default -> "sequential Java";
        };
    }
}
