package tornado.attention.embedded.internal.compiler;

import java.io.Serializable;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.util.Random;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** What the tests of the compiler share: running kernels, copying and comparing arrays. */
final class Engine {
    private Engine() {}

    static void run(Serializable function, Object[] args, LaneOptions lanes, int threads) {
        compile(function, args, lanes).bind(args).run(Workers.of(threads));
    }

    static CompiledKernel compile(Serializable function, Object[] args, LaneOptions lanes) {
        return KernelCompiler.compile("test.task", KernelMethod.resolve("test.task", function), args, lanes);
    }

    /** Calls the kernel as the plain Java method that it is. */
    static void asJava(Serializable function, Object[] args) {
        var kernel = KernelMethod.resolve("t", function);
        try {
            var method = kernel.owner()
                    .getDeclaredMethod(kernel.name(), kernel.type().parameterArray());
            method.setAccessible(true);
            method.invoke(null, args);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /** Copies arrays, keeps scalars; an array given twice stays one array. */
    static Object[] copy(Object[] args) {
        var copies = new Object[args.length];
        for (int i = 0; i < args.length; i++) {
            for (int j = 0; j < i; j++) {
                if (args[j] == args[i] && args[i] instanceof TornadoNativeArray) {
                    copies[i] = copies[j];
                }
            }
            if (copies[i] == null) {
                copies[i] = switch (args[i]) {
                    case FloatArray a -> FloatArray.fromSegment(a.getSegment());
                    case IntArray a -> IntArray.fromSegment(a.getSegment());
                    case DoubleArray a -> DoubleArray.fromSegment(a.getSegment());
                    case LongArray a -> LongArray.fromSegment(a.getSegment());
                    default -> args[i];
                };
            }
        }
        return copies;
    }

    /** The bytes of all arrays, to be compared for equality. */
    static byte[][] bytes(Object[] args) {
        var all = new byte[args.length][];
        for (int i = 0; i < args.length; i++) {
            all[i] = args[i] instanceof TornadoNativeArray a
                    ? a.getSegment().toArray(ValueLayout.JAVA_BYTE)
                    : new byte[0];
        }
        return all;
    }

    static FloatArray floats(int seed, int size) {
        var random = new Random(seed);
        var array = new FloatArray(size);
        for (int i = 0; i < size; i++) {
            array.set(i, random.nextFloat() * 2 - 1);
        }
        return array;
    }

    static IntArray ints(int seed, int size, int bound) {
        var random = new Random(seed);
        var array = new IntArray(size);
        for (int i = 0; i < size; i++) {
            array.set(i, random.nextInt(bound));
        }
        return array;
    }
}
