package tornado.attention.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.engine.Engine;
import tornado.attention.modules.Catalogue;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Launch;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.VariantChoice;

/**
 * What every launch of every module says it reads and writes, against what the embedded engine finds in the kernel's bytecode. The
 * layout of buffers and the order of tasks rest on it.
 */
class LaunchesTest {
    /** What the engine finds in a kernel: looked up by name, since nothing may be compiled against its internals. */
    private record Found(Method resolve, Method access, Method read, Method written) {
        static Found ofEngine() throws ReflectiveOperationException {
            var engine = "tornado.attention.embedded.internal.compiler.";
            var method = Class.forName(engine + "analysis.KernelMethod");
            var access = Class.forName(engine + "analysis.ArrayAccess");
            var use = Class.forName(engine + "analysis.ArrayAccess$Use");
            return new Found(
                    method.getMethod("resolve", String.class, Object.class),
                    access.getMethod("of", method),
                    use.getMethod("read"),
                    use.getMethod("written"));
        }

        /** Differences between what a launch says and what its kernel does. */
        void check(String where, Launch launch, Map<String, TreeSet<String>> problems)
                throws ReflectiveOperationException {
            var kernel = resolve.invoke(null, "task", launch.kernel());
            var name = (String) kernel.getClass().getMethod("display").invoke(kernel);
            var uses = (List<?>) access.invoke(null, kernel);
            for (int i = 0; i < uses.size(); i++) {
                if (launch.arguments().get(i) instanceof Launch.Argument argument) {
                    boolean reads = (boolean) read.invoke(uses.get(i));
                    boolean writes = (boolean) written.invoke(uses.get(i));
                    // Where a write is conditional the engine cannot exclude that old elements matter; the author can.
                    boolean readAgrees = argument.read() == reads || writes && !argument.read();
                    if (argument.written() != writes || !readAgrees) {
                        problems.computeIfAbsent(name, k -> new TreeSet<>())
                                .add("parameter " + i + " is said to be " + text(argument.read(), argument.written())
                                        + " but is " + text(reads, writes) + " (" + where + ")");
                    }
                }
            }
        }

        private static String text(boolean reads, boolean writes) {
            return reads && writes ? "updated" : reads ? "read" : writes ? "written" : "unused";
        }
    }

    @Test
    void launchesSayWhatTheirKernelsDo() throws IOException, ReflectiveOperationException {
        assumeTrue(
                Engine.current().name().equals(Engine.EMBEDDED),
                "the embedded engine is not there, which knows what kernels read and write");
        var found = Found.ofEngine();
        var problems = new TreeMap<String, TreeSet<String>>();
        int launches = 0;
        try (var cases = CaseFiles.bundled()) {
            for (var files : cases.byModule(List.of()).values()) {
                for (var file : files) {
                    try (var reference = ReferenceCase.open(file)) {
                        for (var variant : new VariantChoice[] {VariantChoice.PORTABLE, VariantChoice.WORKGROUP}) {
                            for (var launch : launches(reference, variant)) {
                                found.check(reference.name(), launch, problems);
                                launches++;
                            }
                        }
                    }
                }
            }
        }
        assertThat(problems).isEmpty();
        assertThat(launches).isGreaterThan(1_000);
    }

    private static List<Launch> launches(ReferenceCase reference, VariantChoice variant) throws IOException {
        var type = Catalogue.named(reference.module());
        var module = type.load(type.settings(reference.config()), reference.file(), "param.");
        var options = ChainOptions.evaluation().with(variant);
        var chain = TaskChain.named("launches", reference.train() ? options.inTraining() : options.exposingAttention());
        var inputs = new LinkedHashMap<String, Tensor>();
        for (var name : reference.inputs()) {
            inputs.put(name, chain.input(name, reference.inputShape(name)));
        }
        module.attach(chain, inputs);
        return chain.launches();
    }
}
