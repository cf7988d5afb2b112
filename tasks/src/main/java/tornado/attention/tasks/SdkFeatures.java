package tornado.attention.tasks;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What some versions of TornadoVM have and others and the embedded engine have not, found by name: the same class files link on all
 * of them.
 */
final class SdkFeatures {
    private static final Logger LOG = System.getLogger(SdkFeatures.class.getPackageName());
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** Backends whose driver records what a graph launches. */
    private static final Set<String> RECORDING = Set.of("CUDA", "PTX");

    private SdkFeatures() {}

    /**
     * Has the driver record the launches of a plan's only graph in its first run and replay them in the next ones; where that cannot be
     * done it is said once and the plan runs as it would have.
     *
     * @param plan an execution plan
     * @param graphs of the plan
     * @param backend of its device
     * @return whether it will
     */
    static boolean recordCudaGraph(Object plan, int graphs, String backend) {
        if (!RECORDING.contains(backend)) {
            return withoutCudaGraph("the device's backend is " + backend + " and not CUDA or PTX");
        }
        if (graphs > 1) {
            return withoutCudaGraph("a plan of " + graphs + " task graphs hands arrays on between them");
        }
        var method = find(plan, "withCUDAGraph");
        if (method.isEmpty()) {
            return withoutCudaGraph("this TornadoVM has none");
        }
        invoke(method.get(), plan);
        return true;
    }

    private static boolean withoutCudaGraph(String why) {
        if (SAID.add(why)) {
            LOG.log(
                    Level.WARNING,
                    "Plans run without CUDA graphs, which " + ChainOptions.CUDA_GRAPH + " asks for: " + why + ".");
        }
        return false;
    }

    /** Says once what is known to be wrong with a backend. */
    static void warnOf(String backend) {
        if (backend.equals("SPIRV") && SAID.add(backend)) {
            LOG.log(
                    Level.WARNING,
                    "TornadoVM's SPIR-V of kernels with a running maximum (softmax over long rows, max pooling) is not valid; hold results"
                            + " against the reference with 'attn verify', or take OpenCL.");
        }
    }

    /**
     * Sends up what a plan's first run would send, without a run (TornadoVM 7.0).
     *
     * @return whether this TornadoVM can
     */
    static boolean upload(Object plan) {
        var method = find(plan, "transferToDevice");
        method.ifPresent(m -> invoke(m, plan));
        return method.isPresent();
    }

    /** A method without parameters, or with any number of them. */
    private static Optional<Method> find(Object plan, String name) {
        return Arrays.stream(plan.getClass().getMethods())
                .filter(m -> m.getName().equals(name))
                .filter(m -> m.getParameterCount() == 0
                        || m.getParameterCount() == 1 && m.getParameterTypes()[0] == Object[].class)
                .min((a, b) -> a.getParameterCount() - b.getParameterCount());
    }

    private static void invoke(Method method, Object plan) {
        try {
            if (method.getParameterCount() == 0) {
                method.invoke(plan);
            } else {
                method.invoke(plan, (Object) new Object[0]);
            }
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(
                    "TornadoVM's " + method.getName() + " cannot be called: " + e.getMessage() + ".", e);
        }
    }
}
