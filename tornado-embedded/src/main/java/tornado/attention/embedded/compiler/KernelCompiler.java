package tornado.attention.embedded.compiler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tornado.attention.embedded.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.compiler.analysis.Refusal;
import tornado.attention.embedded.compiler.lanes.LaneGenerator;
import tornado.attention.embedded.compiler.lanes.Machine;
import tornado.attention.embedded.compiler.lift.NotLiftable;
import tornado.attention.embedded.compiler.runtime.FlatSpace;
import tornado.attention.embedded.compiler.runtime.Space;
import tornado.attention.embedded.compiler.runtime.Tile;
import tornado.attention.embedded.compiler.scalar.ScalarGenerator;

/**
 * Compiles kernels: analysis, generation of a hidden class, binding of arrays.
 *
 * <p>Classes are cached by method, scalar arguments, aliasing of the arrays and lane options. The cache hangs on the
 * class that declares the kernel and holds the generated classes used last, softly, so both can be collected.
 */
public final class KernelCompiler {
    private static final Logger LOG = System.getLogger("tornado.attention.embedded");

    /** Generated classes that are kept for one class of kernels: a program that sees ever new shapes must not grow. */
    private static final int MOST_CLASSES = 200;

    private static final ClassValue<RecentlyUsed<Key, Generated>> CACHE = new ClassValue<>() {
        @Override
        protected RecentlyUsed<Key, Generated> computeValue(Class<?> owner) {
            return new RecentlyUsed<>(MOST_CLASSES);
        }
    };

    private KernelCompiler() {}

    /** What determines a generated class, beside the class that declares the kernel. */
    private record Key(String name, MethodType type, List<Object> scalars, List<Integer> aliases, LaneOptions lanes) {}

    /** A generated class: its constructor takes all arguments as an array; spaces are made for each bound kernel. */
    private record Generated(
            KernelAnalysis analysis, MethodHandle constructor, Supplier<List<Space>> spaces, String explanation) {}

    /**
     * Compiles a kernel with the lane options of the system property.
     *
     * @param taskName name of the task, for error texts
     * @param method the kernel
     * @param args its arguments: scalars become constants, of arrays only type and identity (aliasing) matter
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
        var key = new Key(method.name(), method.type(), scalars(args), aliases(args), lanes);
        var cache = CACHE.get(method.owner());
        var generated = cache.find(key);
        if (generated == null) {
            generated = generate(taskName, method, args, key);
            cache.put(key, generated);
        }
        return new Compiled(taskName, key, generated);
    }

    private static Generated generate(String taskName, KernelMethod method, Object[] args, Key key) {
        long begin = System.nanoTime();
        var analysis = KernelAnalysis.of(method, key.aliases());
        var generated = inLanes(analysis, args, key.lanes());
        long micros = (System.nanoTime() - begin) / 1000;
        LOG.log(Level.DEBUG, () -> taskName + ": " + generated.explanation() + ", compiled in " + micros + " us");
        return generated;
    }

    /** In lanes where that is possible and wanted, else scalar. */
    private static Generated inLanes(KernelAnalysis analysis, Object[] args, LaneOptions lanes) {
        var name = analysis.code().display() + ": ";
        if (analysis.sequential().isPresent()) {
            return scalar(
                    analysis,
                    args,
                    name + "sequential (" + analysis.sequential().get() + ")");
        }
        if (lanes.bits() == LaneOptions.JAVA.bits()) {
            return scalar(analysis, args, name + "scalar tiles of its own bytecode");
        }
        boolean off = lanes.bits() == LaneOptions.OFF.bits();
        if (!off && !Machine.hasVectors()) {
            MissingVectors.warnOnce();
            off = true;
            name += "the module jdk.incubator.vector is missing: ";
        }
        try {
            var machine = off ? Machine.withoutLanes() : Machine.detect(lanes.bits());
            var code = LaneGenerator.generate(analysis, args, machine, lanes);
            var explanation = code.phases().stream()
                    .map(LaneGenerator.Phase::explanation)
                    .collect(Collectors.joining(" | ", name, ""));
            return new Generated(
                    analysis,
                    ClassDefiner.define(analysis.code().method(), code.bytes()),
                    () -> code.phases().stream()
                            .map(LaneGenerator.Phase::newSpace)
                            .toList(),
                    explanation);
        } catch (NotLiftable reason) {
            return scalar(
                    analysis,
                    args,
                    name + "scalar tiles of its own bytecode; no lanes because of " + reason.getMessage());
        }
    }

    private static Generated scalar(KernelAnalysis analysis, Object[] args, String explanation) {
        var constructor = ClassDefiner.define(analysis.code().method(), ScalarGenerator.generate(analysis, args));
        int phases = analysis.sequential().isPresent() ? 0 : analysis.nests().size();
        return new Generated(
                analysis,
                constructor,
                () -> IntStream.range(0, phases)
                        .mapToObj(phase -> (Space) new FlatSpace(phase))
                        .toList(),
                explanation);
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

    /** The scalars at their places; an array is represented by its class. */
    private static List<Object> scalars(Object[] args) {
        var scalars = new ArrayList<>(args.length);
        for (var arg : args) {
            scalars.add(isScalar(arg) ? arg : arg.getClass());
        }
        return scalars;
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

    private record Compiled(String taskName, Key key, Generated generated) implements CompiledKernel {
        @Override
        public BoundKernel bind(Object[] args) {
            if (args.length != key.aliases().size() || !scalars(args).equals(key.scalars())) {
                throw new IllegalArgumentException(
                        "Task " + taskName + " is bound to other scalars or types than it was compiled for.");
            }
            if (!aliases(args).equals(key.aliases())) {
                throw new IllegalArgumentException("Task " + taskName
                        + " is bound to arrays that are shared otherwise than when it was compiled.");
            }
            try {
                var tile = (Tile) generated.constructor().invokeExact(args.clone());
                return new TiledKernel(
                        taskName, generated.analysis(), tile, generated.spaces().get());
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String explain() {
            return generated.explanation();
        }
    }
}
