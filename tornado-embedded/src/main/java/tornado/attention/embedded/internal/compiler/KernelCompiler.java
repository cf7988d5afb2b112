package tornado.attention.embedded.internal.compiler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.analysis.RecentlyUsed;
import tornado.attention.embedded.internal.compiler.analysis.Refusal;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import tornado.attention.embedded.internal.compiler.runtime.SizedKernel;
import tornado.attention.embedded.internal.compiler.runtime.Tile;

/**
 * Compiles kernels: analysis, generation of a hidden class, binding of arrays.
 *
 * <p>What is known of a kernel is kept by method, types, aliasing of the arrays and lane options; sizes are no part of it, see
 * {@link KernelForms}. It hangs on the class that declares the kernel and is held softly, so both can be collected.
 */
public final class KernelCompiler {
    private static final Logger LOG = System.getLogger("tornado.attention.embedded");

    /** Kernels that are kept for one class of kernels. */
    private static final int MOST_KERNELS = 200;

    private static final ClassValue<RecentlyUsed<Key, KernelForms>> CACHE = new ClassValue<>() {
        @Override
        protected RecentlyUsed<Key, KernelForms> computeValue(Class<?> owner) {
            return new RecentlyUsed<>(MOST_KERNELS);
        }
    };

    private KernelCompiler() {}

    /** What a kernel's analysis depends on, beside the class that declares it. */
    private record Key(String name, MethodType type, List<Class<?>> types, List<Integer> aliases, LaneOptions lanes) {}

    /**
     * Compiles a kernel with the lane options of the system property.
     *
     * @param taskName name of the task, for error texts
     * @param method the kernel
     * @param args its arguments: sizes decide how it runs, of arrays only type and identity (aliasing) matter
     * @return the compiled kernel
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException naming kernel, line and rule if the
     *     kernel cannot be compiled
     */
    public static CompiledKernel compile(String taskName, KernelMethod method, Object[] args) {
        return compile(taskName, method, args, LaneOptions.fromProperty());
    }

    /**
     * Compiles a kernel.
     *
     * @param taskName name of the task, for error texts
     * @param method the kernel
     * @param args its arguments
     * @param lanes whether and how wide to use SIMD lanes
     * @return the compiled kernel
     */
    public static CompiledKernel compile(String taskName, KernelMethod method, Object[] args, LaneOptions lanes) {
        verifyArguments(taskName, method, args);
        long begin = System.nanoTime();
        var key = new Key(method.name(), method.type(), types(args), aliases(args), lanes);
        var forms = CACHE.get(method.owner())
                .findOrMake(key, () -> new KernelForms(KernelAnalysis.of(method, key.aliases()), lanes));
        var form = forms.of(args);
        long micros = (System.nanoTime() - begin) / 1000;
        LOG.log(Level.DEBUG, () -> taskName + ": " + form.explanation() + ", compiled in " + micros + " us");
        return new Compiled(taskName, forms.analysis(), new Signature(scalars(args), key.aliases()), form);
    }

    private static void verifyArguments(String taskName, KernelMethod method, Object[] args) {
        var type = method.type();
        if (args.length != type.parameterCount()) {
            throw Refusal.ofTask(
                    taskName,
                    method.display(),
                    "has " + type.parameterCount() + " parameters but was given " + args.length + " arguments");
        }
        for (int i = 0; i < args.length; i++) {
            var wanted = type.parameterType(i);
            var boxed = MethodType.methodType(wanted).wrap().returnType();
            if (args[i] == null || !boxed.isInstance(args[i])) {
                throw Refusal.ofTask(
                        taskName,
                        method.display(),
                        "needs " + wanted.getSimpleName() + " as argument "
                                + (i + 1) + " but was given "
                                + (args[i] == null ? "null" : args[i].getClass().getSimpleName()));
            }
        }
    }

    private static boolean isScalar(Object arg) {
        return arg instanceof Number || arg instanceof Boolean || arg instanceof Character;
    }

    private static List<Class<?>> types(Object[] args) {
        return Stream.of(args).<Class<?>>map(Object::getClass).toList();
    }

    /** For each argument the place of the first one that is the same object. */
    private static List<Integer> aliases(Object[] args) {
        var aliases = new ArrayList<Integer>(args.length);
        for (int i = 0; i < args.length; i++) {
            int first = i;
            for (int j = 0; j < i && !isScalar(args[i]); j++) {
                if (args[j] == args[i]) {
                    first = j;
                    break;
                }
            }
            aliases.add(first);
        }
        return aliases;
    }

    /** A kernel compiled for some arguments, of which only scalars, types and aliasing matter. */
    private record Compiled(String taskName, KernelAnalysis analysis, Signature signature, SizedKernel form)
            implements CompiledKernel {
        @Override
        public BoundKernel bind(Object[] args) {
            if (args.length != signature.aliases().size() || !scalars(args).equals(signature.scalars())) {
                throw new IllegalArgumentException(
                        "Task " + taskName + " is bound to other scalars or types than it was compiled for.");
            }
            if (!aliases(args).equals(signature.aliases())) {
                throw new IllegalArgumentException("Task " + taskName
                        + " is bound to arrays that are shared otherwise than when it was compiled.");
            }
            try {
                var tile = (Tile) form.type().constructor().invokeExact(args.clone());
                return new TiledKernel(taskName, analysis, tile, form.newSpaces());
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String explain() {
            return form.explanation();
        }

        @Override
        public String className() {
            return form.type().name();
        }
    }

    private record Signature(List<Object> scalars, List<Integer> aliases) {}

    /** The scalars at their places; an array is represented by its class. */
    private static List<Object> scalars(Object[] args) {
        return Stream.of(args).map(arg -> isScalar(arg) ? arg : arg.getClass()).toList();
    }
}
