package tornado.attention.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.engine.Engine;
import tornado.attention.modules.Catalogue;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.VariantChoice;

/**
 * The kernels of every bundled case, in evaluation, with work-groups and in training, one line each: a pattern that no longer matches
 * would cost time and change no result. After a wanted change the list is written anew with {@code
 * -Dtornado.attention.launches=src/test/resources/launches.txt}, and the commit says why.
 */
class LaunchListTest {
    private static final String WRITE = "tornado.attention.launches";

    @Test
    void kernelsAreThoseOfTheList() throws IOException, ReflectiveOperationException {
        assumeTrue(
                Engine.current().name().equals(Engine.EMBEDDED),
                "the embedded engine is not there, which knows the names of kernels");
        var lines = new ArrayList<String>();
        try (var cases = CaseFiles.bundled()) {
            for (var files : cases.byModule(List.of()).values()) {
                for (var file : files) {
                    try (var reference = ReferenceCase.open(file)) {
                        lines.addAll(lines(reference));
                    }
                }
            }
        }
        var write = System.getProperty(WRITE, "");
        if (!write.isBlank()) {
            Files.write(Path.of(write), lines);
        }
        try (var stream = LaunchListTest.class.getResourceAsStream("/launches.txt")) {
            var pinned = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(lines).isEqualTo(pinned.lines().toList());
        }
    }

    private static List<String> lines(ReferenceCase reference) throws IOException, ReflectiveOperationException {
        var evaluation = ChainOptions.evaluation().with(VariantChoice.PORTABLE);
        var lines = new ArrayList<String>();
        lines.add(reference.name() + ": " + kernels(reference, evaluation));
        lines.add(reference.name() + " work-groups: " + kernels(reference, evaluation.with(VariantChoice.WORKGROUP)));
        if (reference.train()) {
            lines.add(reference.name() + " training: " + kernels(reference, evaluation.inTraining()));
        }
        return lines;
    }

    private static String kernels(ReferenceCase reference, ChainOptions options)
            throws IOException, ReflectiveOperationException {
        var type = Catalogue.named(reference.module());
        var module = type.load(type.settings(reference.config()), reference.file(), "param.");
        var chain = TaskChain.named("launches", options);
        var inputs = new LinkedHashMap<String, Tensor>();
        for (var name : reference.inputs()) {
            inputs.put(name, chain.input(name, reference.inputShape(name)));
        }
        module.attach(chain, inputs);
        // Looked up by name, since nothing may be compiled against the engine's internals.
        var method = Class.forName("tornado.attention.embedded.internal.compiler.analysis.KernelMethod");
        Method resolve = method.getMethod("resolve", String.class, Object.class);
        Method display = method.getMethod("display");
        var names = new ArrayList<String>();
        for (var launch : chain.launches()) {
            names.add((String) display.invoke(resolve.invoke(null, "task", launch.kernel())));
        }
        return String.join(", ", names);
    }
}
