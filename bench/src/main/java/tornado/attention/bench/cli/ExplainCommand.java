package tornado.attention.bench.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.report.internal.text.TextTable;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;

/** {@code attn explain}: which tasks a kernel makes, how the embedded engine runs it, and why not better. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says which tasks of a module's formula each kernel makes, and how the embedded engine runs it: in SIMD lanes over the",
            "parallel loop, over serial loops, or scalar, and why not better. NAME is a module, or a kernel or a part of its name, such as Softmax.rows."
        })
public final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "A module or a kernel.")
    private String name;

    @Option(
            names = "--shape",
            paramLabel = "NxCxHxW",
            defaultValue = "1x64x28x28",
            description = "Feature map to which modules are fitted. Default: ${DEFAULT-VALUE}.")
    private String shape;

    @Mixin
    private FusionOption fusion = new FusionOption();

    @Override
    public Integer call() {
        var featureMap = ModulesCommand.featureMap(shape);
        var found = Catalogue.contains(name) ? ofModule(featureMap) : ofKernel(featureMap);
        if (found.isEmpty()) {
            throw new UsageException("There is neither a module nor a kernel '" + name
                    + "'; attn modules lists the modules," + " attn explain MODULE the kernels of one.");
        }
        var table = new TextTable("task", "makes", "kernel", "how it runs");
        found.forEach(mode -> table.row(
                mode.task(),
                mode.covers(),
                mode.kernel(),
                mode.mode().isEmpty() ? "compiled by TornadoVM for the device" : mode.mode()));
        var out = spec.commandLine().getOut();
        table.lines().forEach(out::println);
        out.flush();
        return ExitCode.OK;
    }

    private List<KernelModes.Mode> ofModule(Shape featureMap) {
        return KernelModes.of(
                ModuleNames.require(name),
                featureMap,
                fusion.apply(ChainOptions.evaluation().with(EngineOptions.variant(spec))));
    }

    /** Each different way in which kernels of this name run in the modules that fit, with the first task that does so. */
    private List<KernelModes.Mode> ofKernel(Shape featureMap) {
        var wanted = name.toLowerCase(Locale.ROOT);
        var byMode = new LinkedHashMap<String, KernelModes.Mode>();
        for (var type : Catalogue.types()) {
            for (var mode : modes(type, featureMap)) {
                if (mode.kernel().toLowerCase(Locale.ROOT).contains(wanted)) {
                    byMode.putIfAbsent(mode.kernel() + mode.mode(), mode);
                }
            }
        }
        return new ArrayList<>(byMode.values());
    }

    private List<KernelModes.Mode> modes(ModuleType type, Shape featureMap) {
        try {
            type.settingsFor(featureMap, Map.of());
            return KernelModes.of(
                    type, featureMap, fusion.apply(ChainOptions.evaluation().with(EngineOptions.variant(spec))));
        } catch (IllegalArgumentException e) {
            return List.of(); // a module that does not fit this feature map has no kernels for it
        }
    }
}
