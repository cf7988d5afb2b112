package tornado.attention.bench.device;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import tornado.attention.bench.engine.Sdk;

/** Classes of TornadoVM's OpenCL driver that are in the way of Oclgrind, each with the body of one method replaced. */
final class OclgrindPatch {
    /** The module that the classes belong to. */
    static final String MODULE = "tornado.drivers.opencl";

    private static final String BASE = "uk/ac/manchester/tornado/drivers/opencl/";
    private static final String TYPE = "enums/OCLDeviceType";

    /** {@code CL_MEM_READ_WRITE}. */
    private static final long READ_WRITE = 1;

    private OclgrindPatch() {}

    /**
     * Writes the classes.
     *
     * @param folder for {@code --patch-module}
     * @throws IllegalStateException if the SDK's driver has a class or method no longer
     */
    static void write(Sdk.Found sdk, Path folder) throws IOException {
        try (var files = Files.list(sdk.home().resolve("share/java/tornado"));
                var jar = new JarFile(
                        files.filter(p -> p.getFileName().toString().matches("tornado-drivers-opencl-(?!jni).*\\.jar"))
                                .findFirst()
                                .orElseThrow(() -> new IllegalStateException("no OpenCL driver in " + sdk.home()))
                                .toFile())) {
            // Oclgrind's device is of all types at once, which TornadoVM takes for none.
            var type = ClassDesc.of((BASE + TYPE).replace('/', '.'));
            replace(
                    jar,
                    folder,
                    TYPE,
                    "toDeviceType",
                    c -> c.getstatic(type, "CL_DEVICE_TYPE_GPU", type).areturn());
            // TornadoVM makes buffers write-only that later kernels read.
            replace(
                    jar,
                    folder,
                    "runtime/OCLBufferProvider",
                    "getOCLMemFlagForAccess",
                    c -> c.loadConstant(READ_WRITE).lreturn());
            // Oclgrind 21.10 takes a new buffer for the freed one in whose place it lies, whose end may have been
            // nearer.
            replace(jar, folder, "OCLContext", "releaseBuffer", CodeBuilder::return_);
        }
    }

    private static void replace(JarFile jar, Path folder, String name, String method, Consumer<CodeBuilder> body)
            throws IOException {
        var entry = jar.getEntry(BASE + name + ".class");
        if (entry == null) {
            throw new IllegalStateException(jar.getName() + " has no class " + name);
        }
        var found = new AtomicInteger();
        ClassTransform transform = (builder, element) -> {
            if (element instanceof MethodModel m && m.methodName().equalsString(method)) {
                found.incrementAndGet();
                builder.withMethodBody(m.methodName(), m.methodType(), m.flags().flagsMask(), body);
            } else {
                builder.with(element);
            }
        };
        var classFile = ClassFile.of();
        byte[] bytes;
        try (var in = jar.getInputStream(entry)) {
            bytes = classFile.transformClass(classFile.parse(in.readAllBytes()), transform);
        }
        if (found.get() != 1) {
            throw new IllegalStateException(name + " has " + found + " methods " + method);
        }
        var file = folder.resolve(BASE + name + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
