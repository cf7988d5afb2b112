package library;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider;

/**
 * Stands for cuBLAS and cuDNN on an OpenCL device: takes the arrays from the device, computes by the libraries' documentation and puts
 * the result back. Compiled by the test against the SDK that is there.
 */
public abstract class LibraryDouble implements TornadoLibraryProvider {
    private static final int CL_MEM_CONTEXT = 0x1106;
    private static final int CL_CONTEXT_DEVICES = 0x1081;
    private static final SymbolLookup OPENCL = SymbolLookup.libraryLookup("libOpenCL.so.1", Arena.global());

    /** cuBLAS: matrices column by column. */
    public static final class Blas extends LibraryDouble {
        @Override
        public String libraryName() {
            return "nvidia/cublas";
        }

        @Override
        float[] compute(LibraryInvocation call, float[][] arrays) {
            int m = (int) call.getArg(2);
            int n = (int) call.getArg(3);
            int k = (int) call.getArg(4);
            int lda = (int) call.getArg(7);
            int ldb = (int) call.getArg(10);
            int ldc = (int) call.getArg(14);
            var out = arrays[13];
            for (int batch = 0; batch < (int) call.getArg(16); batch++) {
                int a = (int) (batch * (long) call.getArg(8));
                int b = (int) (batch * (long) call.getArg(11));
                int c = (int) (batch * (long) call.getArg(15));
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        double sum = 0;
                        for (int l = 0; l < k; l++) {
                            int left = (int) call.getArg(0) == 0 ? i + l * lda : l + i * lda;
                            int right = (int) call.getArg(1) == 0 ? l + j * ldb : j + l * ldb;
                            sum += (double) arrays[6][a + left] * arrays[9][b + right];
                        }
                        out[c + i + j * ldc] = (float) ((float) call.getArg(5) * sum);
                    }
                }
            }
            return out;
        }

        @Override
        int result() {
            return 13;
        }
    }

    /** cuDNN: maps plane by plane. */
    public static final class Dnn extends LibraryDouble {
        @Override
        public String libraryName() {
            return "nvidia/cudnn";
        }

        @Override
        float[] compute(LibraryInvocation call, float[][] arrays) {
            int channels = (int) call.getArg(4);
            int height = (int) call.getArg(5);
            int width = (int) call.getArg(6);
            int filters = (int) call.getArg(7);
            int rows = (int) call.getArg(8);
            int columns = (int) call.getArg(9);
            int padding = (int) call.getArg(10);
            int stride = (int) call.getArg(11);
            int outHeight = (height + 2 * padding - rows) / stride + 1;
            int outWidth = (width + 2 * padding - columns) / stride + 1;
            var out = arrays[2];
            int at = 0;
            for (int image = 0; image < (int) call.getArg(3); image++) {
                for (int f = 0; f < filters; f++) {
                    for (int y = 0; y < outHeight; y++) {
                        for (int x = 0; x < outWidth; x++) {
                            double sum = 0;
                            for (int c = 0; c < channels; c++) {
                                for (int i = 0; i < rows; i++) {
                                    for (int j = 0; j < columns; j++) {
                                        int row = y * stride + i - padding;
                                        int column = x * stride + j - padding;
                                        if (row >= 0 && row < height && column >= 0 && column < width) {
                                            sum += (double) arrays[1][((f * channels + c) * rows + i) * columns + j]
                                                    * arrays[0][((image * channels + c) * height + row) * width + column];
                                        }
                                    }
                                }
                            }
                            out[at++] = (float) sum;
                        }
                    }
                }
            }
            return out;
        }

        @Override
        int result() {
            return 2;
        }
    }

    abstract float[] compute(LibraryInvocation call, float[][] arrays);

    abstract int result();

    @Override
    public boolean canHandle(TornadoXPUDevice device) {
        return device.getTornadoVMBackend().name().equals("OPENCL");
    }

    @Override
    public LibraryContext createContext(TornadoXPUDevice device, long plan) {
        return new LibraryContext() {};
    }

    @Override
    public void destroyContext(LibraryContext context) {}

    @Override
    public void dispatch(String function, LibraryInvocation call) {
        try (var arena = Arena.ofConfined()) {
            // What was enqueued before has to be there.
            call.getDevice().sync(call.getExecutionPlanId());
            long queue = queue(arena, call.getDevicePointer(result()) - TornadoNativeArray.ARRAY_HEADER);
            var arrays = new float[call.getNumArgs()][];
            for (int i = 0; i < arrays.length; i++) {
                if (call.isReference(i)) {
                    arrays[i] = new float[((FloatArray) call.getArg(i)).getSize()];
                    copy(arena, queue, call, i, "clEnqueueReadBuffer", arrays[i]);
                }
            }
            copy(arena, queue, call, result(), "clEnqueueWriteBuffer", compute(call, arrays));
            call(int.class, "clReleaseCommandQueue", ValueLayout.JAVA_LONG).invoke(queue);
            System.out.println("called " + function);
        } catch (Throwable e) {
            throw new IllegalStateException("The double of " + function + " failed: " + e, e);
        }
    }

    private static MethodHandle call(Class<?> result, String name, ValueLayout... parameters) {
        var type = result == int.class
                ? FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters)
                : FunctionDescriptor.of(ValueLayout.JAVA_LONG, parameters);
        return Linker.nativeLinker().downcallHandle(OPENCL.find(name).orElseThrow(), type);
    }

    private static long queue(Arena arena, long memory) throws Throwable {
        var found = arena.allocate(ValueLayout.JAVA_LONG, 16);
        long context = info(arena, "clGetMemObjectInfo", memory, CL_MEM_CONTEXT);
        long device = info(arena, "clGetContextInfo", context, CL_CONTEXT_DEVICES);
        return (long) call(
                        long.class,
                        "clCreateCommandQueue",
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS)
                .invoke(context, device, 0L, found);
    }

    private static long info(Arena arena, String function, long object, int what) throws Throwable {
        var found = arena.allocate(ValueLayout.JAVA_LONG, 16);
        var handle = call(
                int.class,
                function,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);
        require(function, (int) handle.invoke(object, what, found.byteSize(), found, MemorySegment.NULL));
        return found.get(ValueLayout.JAVA_LONG, 0);
    }

    private static void copy(Arena arena, long queue, LibraryInvocation call, int index, String function, float[] values)
            throws Throwable {
        var bytes = arena.allocate(ValueLayout.JAVA_FLOAT, values.length);
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_FLOAT, 0, values.length);
        var handle = call(
                int.class,
                function,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);
        long memory = call.getDevicePointer(index) - TornadoNativeArray.ARRAY_HEADER;
        int status = (int) handle.invoke(
                queue,
                memory,
                1,
                (long) TornadoNativeArray.ARRAY_HEADER,
                bytes.byteSize(),
                bytes,
                0,
                MemorySegment.NULL,
                MemorySegment.NULL);
        require(function, status);
        MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
    }

    private static void require(String function, int status) {
        if (status != 0) {
            throw new IllegalStateException(function + " gave " + status);
        }
    }
}
