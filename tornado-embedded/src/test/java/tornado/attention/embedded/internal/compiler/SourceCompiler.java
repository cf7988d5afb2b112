package tornado.attention.embedded.internal.compiler;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles one class from source in memory, with local-variable tables as kernels need them. */
final class SourceCompiler {
    private SourceCompiler() {}

    /** The compiled class, or empty if the source has errors. */
    static Optional<Class<?>> compile(String name, String source) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var bytes = new ByteArrayOutputStream();
        var unit = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        var files =
                new ForwardingJavaFileManager<JavaFileManager>(
                        compiler.getStandardFileManager(diagnostics, null, null)) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("memory:///" + className + ".class"), kind) {
                            @Override
                            public OutputStream openOutputStream() {
                                return bytes;
                            }
                        };
                    }
                };
        var classPath = System.getProperty("java.class.path");
        boolean done = compiler.getTask(
                        null, files, diagnostics, List.of("-g", "-proc:none", "-cp", classPath), null, List.of(unit))
                .call();
        return done ? Optional.of(load(name, bytes.toByteArray())) : Optional.empty();
    }

    private static Class<?> load(String name, byte[] bytes) {
        try {
            return new ClassLoader(SourceCompiler.class.getClassLoader()) {
                @Override
                protected Class<?> findClass(String wanted) throws ClassNotFoundException {
                    if (!wanted.equals(name)) {
                        throw new ClassNotFoundException(wanted);
                    }
                    return defineClass(name, bytes, 0, bytes.length);
                }

                @Override
                public InputStream getResourceAsStream(String resource) {
                    return resource.equals(name + ".class")
                            ? new ByteArrayInputStream(bytes)
                            : super.getResourceAsStream(resource);
                }
            }.loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
