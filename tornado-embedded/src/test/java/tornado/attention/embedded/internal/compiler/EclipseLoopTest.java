package tornado.attention.embedded.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeAnnotation.LocalVarTargetInfo;
import java.lang.classfile.TypeAnnotation.TargetInfo;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The Eclipse compiler puts the test of a loop behind its body; such class files are written by hand here. */
class EclipseLoopTest {
    private static final ClassDesc ARRAY = ClassDesc.of(FloatArray.class.getName());
    private static final ClassDesc PARALLEL = ClassDesc.of(Parallel.class.getName());
    private static final ClassDesc SELF = ClassDesc.of("tornado.attention.embedded.internal.compiler.MadeByEclipse");

    /** {@code for (i = 0; i < rows; i++) for (j = 1; j <= columns; j += 2) y.set(i * columns + j - 1, i + j)}. */
    private static void kernel(CodeBuilder c) {
        var body = c.newLabel();
        var test = c.newLabel();
        var from = c.newLabel();
        var to = c.newLabel();
        c.iconst_0().istore(3);
        c.labelBinding(from).goto_(test).labelBinding(body);
        inner(c);
        c.iinc(3, 1).labelBinding(test).iload(3).iload(1).if_icmplt(body).labelBinding(to);
        c.return_();
        annotate(c, 3, from, to);
    }

    private static void inner(CodeBuilder c) {
        var body = c.newLabel();
        var test = c.newLabel();
        var from = c.newLabel();
        var to = c.newLabel();
        c.iconst_1().istore(4);
        c.labelBinding(from).goto_(test).labelBinding(body);
        c.aload(0).iload(3).iload(2).imul().iload(4).iadd().iconst_1().isub();
        c.iload(3).iload(4).iadd().i2f();
        c.invokevirtual(ARRAY, "set", MethodTypeDesc.of(CD_void, CD_int, CD_float));
        c.iinc(4, 2).labelBinding(test).iload(4).iload(2).if_icmple(body).labelBinding(to);
        annotate(c, 4, from, to);
    }

    private static void annotate(
            CodeBuilder c, int slot, java.lang.classfile.Label from, java.lang.classfile.Label to) {
        c.with(RuntimeVisibleTypeAnnotationsAttribute.of(TypeAnnotation.of(
                TargetInfo.ofLocalVariable(List.of(LocalVarTargetInfo.of(from, to, slot))),
                List.of(),
                Annotation.of(PARALLEL))));
    }

    /** A class loader that also gives the bytes of its one class, as a class path does. */
    private static final class Loader extends ClassLoader {
        private final byte[] bytes;

        Loader(byte[] bytes) {
            super(EclipseLoopTest.class.getClassLoader());
            this.bytes = bytes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.endsWith("MadeByEclipse")) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return name.endsWith("MadeByEclipse.class")
                    ? new ByteArrayInputStream(bytes)
                    : super.getResourceAsStream(name);
        }
    }

    @Test
    void loopsWithTheTestAtTheBottom() throws Exception {
        var bytes = ClassFile.of()
                .build(
                        SELF,
                        b -> b.withFlags(ClassFile.ACC_PUBLIC)
                                .withMethodBody(
                                        "kernel",
                                        MethodTypeDesc.of(CD_void, ARRAY, CD_int, CD_int),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                        EclipseLoopTest::kernel));
        var type = new Loader(bytes).loadClass("tornado.attention.embedded.internal.compiler.MadeByEclipse");
        var method = new KernelMethod(
                type, "kernel", MethodType.methodType(void.class, FloatArray.class, int.class, int.class));
        for (int threads = 1; threads <= 3; threads++) {
            var y = new FloatArray(5 * 7);
            Object[] args = {y, 5, 7};
            var kernel = KernelCompiler.compile("t", method, args, LaneOptions.JAVA);
            assertThat(kernel.explain()).contains("scalar tiles");
            kernel.bind(args).run(Workers.of(threads));
            for (int i = 0; i < 5; i++) {
                for (int j = 1; j <= 7; j++) {
                    assertThat(y.get(i * 7 + j - 1)).isEqualTo(j % 2 == 1 ? i + j : 0);
                }
            }
        }
    }
}
