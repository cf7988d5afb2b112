package tornado.attention.tasks;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * A function of a vendor's library that does what a kernel does, for TornadoVM's library tasks (CUDA). They are reached by name, so
 * that the same class files link on every version of TornadoVM and on the embedded engine.
 *
 * @param factory class of TornadoVM that describes calls of the library
 * @param function its method
 * @param arguments in the order of the method's parameters: tensors and numbers
 */
public record LibraryCall(String factory, String function, List<Object> arguments) {
    private static final Logger LOG = System.getLogger(LibraryCall.class.getPackageName());
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** cuBLAS: operands and result column by column. */
    private static final String CUBLAS = "uk.ac.manchester.tornado.cublas.CuBlas";

    private static final String CUBLAS_LT = "uk.ac.manchester.tornado.cublas.CuBlasLt";
    private static final String CUDNN = "uk.ac.manchester.tornado.cudnn.CuDnn";
    private static final String TASK = "uk.ac.manchester.tornado.api.common.TornadoFunctions$LibraryTask1";

    /** The backend that has library tasks. */
    static final String BACKEND = "CUDA";

    /** cuBLAS's codes for a matrix as it is and transposed. */
    private static final int AS_IS = 0;

    private static final int TRANSPOSED = 1;

    /** Copies the arguments. */
    public LibraryCall {
        arguments = List.copyOf(arguments);
    }

    /**
     * {@code out[g] = alpha * a[g] b[g]} row by row, which is {@code b^T a^T} column by column.
     *
     * @param transposed whether {@code a} is given as {@code [inner, rows]}
     */
    static LibraryCall product(Products size, boolean transposed, Tensor a, Tensor b, Tensor out) {
        return new LibraryCall(
                CUBLAS,
                "cublasSgemmStridedBatched",
                List.of(
                        AS_IS,
                        transposed ? TRANSPOSED : AS_IS,
                        size.columns(),
                        size.rows(),
                        size.inner(),
                        size.alpha(),
                        b,
                        size.columns(),
                        (long) size.bStride(),
                        a,
                        transposed ? size.rows() : size.inner(),
                        (long) size.aStride(),
                        0f,
                        out,
                        size.columns(),
                        (long) size.rows() * size.columns(),
                        size.groups()));
    }

    /**
     * {@link tornado.attention.kernels.Linear#apply} without an activation or with a ReLU: {@code y^T = weight^T x^T} column by column, a
     * bias for each row of it. In FP32 TornadoVM has it from 8.2 on; the names are those of its FP16 functions.
     */
    static LibraryCall linear(
            Tensor x, Tensor weight, Tensor bias, Tensor y, int rows, int inputs, int outputs, boolean relu) {
        return new LibraryCall(
                CUBLAS_LT,
                relu ? "ltMatmulReluBiasFP32" : "ltMatmulBiasFP32",
                List.of(AS_IS, AS_IS, outputs, rows, inputs, 1f, weight, outputs, x, inputs, 0f, y, outputs, bias));
    }

    /** Whether this TornadoVM has the function; whether it has the library is known when it runs. */
    boolean isThere() {
        return isThere(TaskGraph.class.getClassLoader());
    }

    boolean isThere(ClassLoader loader) {
        try {
            return method(Class.forName(factory, false, loader)).isPresent();
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** {@link tornado.attention.kernels.DirectConvolution#apply}, whose parameters are the library's. */
    static LibraryCall convolution(List<Object> arguments) {
        return new LibraryCall(
                CUDNN,
                "cudnnConv2d",
                arguments.stream()
                        .map(a -> a instanceof Launch.Argument written ? written.tensor() : a)
                        .toList());
    }

    /**
     * Appends the call to a task graph.
     *
     * @return whether that was done: where this TornadoVM has no such function, which is said once, the kernel is to run
     */
    boolean appendTo(TaskGraph graph, String id) {
        return appendTo((Object) graph, id, TaskGraph.class.getClassLoader());
    }

    /** The same for whatever has a method {@code libraryTask}, with classes from this loader. */
    boolean appendTo(Object graph, String id, ClassLoader loader) {
        try {
            var describe = method(Class.forName(factory, true, loader));
            var type = Class.forName(TASK, false, loader);
            var append = graph.getClass().getMethod("libraryTask", String.class, type, Object.class);
            var values = arguments.stream()
                    .map(a -> a instanceof Tensor t ? t.array() : a)
                    .toArray();
            if (describe.isEmpty()) {
                return missing("its " + factory + " has no " + function + " of " + values.length + " parameters");
            }
            var described = describe.get().invoke(null, values);
            // The graph asks a function of one parameter, which it does not need, for what was described.
            var description = Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, called, given) -> called.getName().equals("apply") ? described : null);
            append.invoke(graph, id, description, id);
            return true;
        } catch (ClassNotFoundException | NoSuchMethodException e) {
            return missing("it lacks " + e.getMessage());
        } catch (IllegalAccessException e) {
            return missing(e.getMessage());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    "Task '" + id + "' cannot call " + function + " of a library: "
                            + e.getCause().getMessage() + ".",
                    e.getCause());
        }
    }

    private Optional<Method> method(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(m -> m.getName().equals(function) && m.getParameterCount() == arguments.size())
                .findFirst();
    }

    private boolean missing(String why) {
        if (SAID.add(why)) {
            LOG.log(
                    Level.WARNING,
                    "This TornadoVM does not call {0}, because {1}; kernels of the same form are used.",
                    function,
                    why);
        }
        return false;
    }
}
