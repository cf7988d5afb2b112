package tornado.attention.embedded.internal.compiler.analysis;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The static method a task runs.
 *
 * @param owner class that declares the method
 * @param name name of the method
 * @param type erased parameter and return types
 */
public record KernelMethod(Class<?> owner, String name, MethodType type) {
    /** What a class of lambdas denotes: one that captures nothing always denotes the same. */
    private static final ClassValue<AtomicReference<KernelMethod>> RESOLVED = new ClassValue<>() {
        @Override
        protected AtomicReference<KernelMethod> computeValue(Class<?> lambda) {
            return new AtomicReference<>();
        }
    };

    /**
     * Finds the static method that a method reference or lambda denotes. The reference is written to a stream that
     * leads nowhere: serialisation itself asks it for its {@link SerializedLambda}, so no reflective access to the
     * caller's package is needed. A lambda that only hands its parameters on to one static method denotes that method.
     *
     * @param taskName name of the task, for error texts
     * @param taskFunction the method reference or lambda
     * @return the method
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException if the function captures state, is
     *     not static, or is no lambda at all
     */
    public static KernelMethod resolve(String taskName, Object taskFunction) {
        if (taskFunction == null) {
            return find(taskName, null);
        }
        var resolved = RESOLVED.get(taskFunction.getClass());
        if (resolved.get() == null) {
            resolved.set(find(taskName, taskFunction));
        }
        return resolved.get();
    }

    private static KernelMethod find(String taskName, Object taskFunction) {
        var lambda = serializedForm(taskName, taskFunction);
        var display = simpleName(lambda.getImplClass().replace('/', '.')) + "." + lambda.getImplMethodName();
        if (lambda.getCapturedArgCount() != 0) {
            throw Refusal.ofTask(
                    taskName,
                    display,
                    "captures " + lambda.getCapturedArgCount()
                            + " value(s) of its surroundings; pass them as task parameters instead");
        }
        if (lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic) {
            throw Refusal.ofTask(taskName, display, "is not a static method; make it static");
        }
        try {
            var loader = taskFunction.getClass().getClassLoader();
            var owner = Class.forName(lambda.getImplClass().replace('/', '.'), false, loader);
            var type = MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader);
            var method = new KernelMethod(owner, lambda.getImplMethodName(), type);
            return KernelCode.of(method).forwardsTo().orElse(method);
        } catch (ClassNotFoundException | TypeNotPresentException e) {
            throw Refusal.ofTask(taskName, display, "cannot be loaded: " + e.getMessage());
        }
    }

    /**
     * Short name for people.
     *
     * @return simple class name and method name, such as {@code Pooling.average}
     */
    public String display() {
        return simpleName(owner.getName()) + "." + name;
    }

    private static String simpleName(String binaryName) {
        return binaryName.substring(Math.max(binaryName.lastIndexOf('.'), binaryName.lastIndexOf('$')) + 1);
    }

    private static SerializedLambda serializedForm(String taskName, Object function) {
        if (!(function instanceof Serializable)) {
            throw Refusal.ofTask(
                    taskName,
                    String.valueOf(function),
                    "is not a serializable method reference; recompile the caller against this API");
        }
        var sink = new Catcher();
        try (var out = sink.open()) {
            out.writeObject(function);
        } catch (IOException e) {
            throw Refusal.ofTask(
                    taskName,
                    function.getClass().getName(),
                    "captures state that cannot be a kernel's: " + e.getMessage());
        }
        if (sink.caught == null) {
            throw Refusal.ofTask(
                    taskName, function.getClass().getName(), "is not a method reference or lambda; pass Class::kernel");
        }
        return sink.caught;
    }

    /** Takes the serialized form of a lambda out of an object stream. */
    private static final class Catcher {
        private SerializedLambda caught;

        ObjectOutputStream open() throws IOException {
            return new ObjectOutputStream(OutputStream.nullOutputStream()) {
                {
                    enableReplaceObject(true);
                }

                @Override
                protected Object replaceObject(Object object) {
                    if (caught == null && object instanceof SerializedLambda lambda) {
                        caught = lambda;
                        return null;
                    }
                    return object;
                }
            };
        }
    }
}
