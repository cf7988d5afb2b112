package tornado.attention.bench.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.text.Sentences;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/** {@code attn modules}: the catalogue, with what each module costs for a feature map. */
@Command(
        name = "modules",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the modules: paper, options with defaults, and what they cost for a feature map.",
            "MACs are multiply-accumulates of convolutions and matrix products; traffic is device memory read and written."
        })
public final class ModulesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODULE", description = "Only these modules. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--shape",
            paramLabel = "NxCxHxW",
            defaultValue = "1x256x56x56",
            description = "Feature map for which to count. Default: ${DEFAULT-VALUE}.")
    private String shape;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /**
     * What a module costs for a feature map.
     *
     * @param settings that fit the feature map
     * @param inputs shapes of its required inputs by their names
     * @param parameters trainable ones
     * @param macs for the whole batch, as the paper counts them
     * @param cost of its chain
     */
    record Count(Settings settings, Map<String, Shape> inputs, long parameters, long macs, ChainCost cost) {}

    @Override
    public Integer call() {
        var featureMap = featureMap(shape);
        var types = ModuleNames.requireAll(names);
        var out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, types.stream().map(t -> json(t, featureMap)).toList());
            return ExitCode.OK;
        }
        for (var type : types) {
            print(out, type, featureMap);
        }
        out.println(types.size() + (types.size() == 1 ? " module" : " modules") + ", counted for a feature map of "
                + featureMap + ".");
        out.flush();
        return ExitCode.OK;
    }

    /** The shape of a feature map as typed: four extents of at least 1. */
    public static Shape featureMap(String text) {
        try {
            var shape = Shape.parse(text);
            if (shape.rank() == 4 && shape.elements() > 0) {
                shape.elementsOf("feature map");
                return shape;
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        throw new UsageException(
                "'" + text
                        + "' is not the shape of a feature map; write batch, channels, height and width joined by x, such as 1x256x56x56.");
    }

    /** Counts by building the chain; nothing runs. */
    static Count count(ModuleType type, Shape featureMap) {
        var settings = type.settingsFor(featureMap, Map.of());
        var inputs = RequiredInputs.shapes(type, featureMap, settings);
        var module = type.blank(settings);
        var chain = TaskChain.named("count");
        var tensors = new LinkedHashMap<String, Tensor>();
        inputs.forEach((name, shape) -> tensors.put(name, chain.input(name, shape)));
        module.attach(chain, tensors).forEach(chain::output);
        return new Count(
                settings,
                inputs,
                module.parameters(),
                Math.multiplyExact(module.macsPerImage(type.arrange(inputs)), (long) featureMap.batch()),
                chain.cost());
    }

    private static void print(PrintWriter out, ModuleType type, Shape featureMap) {
        out.println(type.name());
        out.println("  paper       " + type.paper() + (type.arxiv().isEmpty() ? "" : " (arXiv " + type.arxiv() + ")"));
        try {
            var count = count(type, featureMap);
            out.println("  options     " + options(type, count.settings().asMap()));
            out.println("  inputs      " + inputs(type, count));
            out.println("  parameters  " + Numbers.count(count.parameters()) + "   MACs " + Numbers.count(count.macs())
                    + "   kernels " + count.cost().kernels() + "   traffic "
                    + Numbers.bytes(count.cost().bytes()) + "   device memory "
                    + Numbers.bytes(count.cost().peakDeviceBytes()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            out.println("  options     " + options(type, Map.of()));
            out.println("  does not fit " + featureMap + ": " + Sentences.of(e));
        }
        out.println();
    }

    /** {@code queries 1x3136x256  [mask ...]}: required ones with their shapes, optional ones with what they mean. */
    private static String inputs(ModuleType type, Count count) {
        return type.inputs().stream()
                .map(name -> type.optionalInputs().contains(name)
                        ? "[" + name + ": " + RequiredInputs.meaning(name) + "]"
                        : name + " " + count.inputs().get(name))
                .collect(Collectors.joining("  "));
    }

    /** {@code channels=256 rd_ratio=0.125 ...}: the value that fits the feature map, with the default where it is another. */
    private static String options(ModuleType type, Map<String, Object> fitted) {
        return type.options().isEmpty()
                ? "none"
                : type.options().stream()
                        .map(o -> {
                            var value = fitted.getOrDefault(o.name(), o.defaultValue());
                            var note = o.required()
                                    ? " (required)"
                                    : String.valueOf(value).equals(String.valueOf(o.defaultValue()))
                                            ? ""
                                            : " (default " + text(o.defaultValue()) + ")";
                            return o.name()
                                    + (o.required() && !fitted.containsKey(o.name()) ? "" : "=" + text(value))
                                    + note;
                        })
                        .collect(Collectors.joining("  "));
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(Object::toString).collect(Collectors.joining(","))
                : String.valueOf(value);
    }

    private static Map<String, Object> json(ModuleType type, Shape featureMap) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("name", type.name());
        entry.put("paper", type.paper());
        entry.put("arxiv", type.arxiv());
        entry.put("inputs", type.inputs());
        entry.put("optionalInputs", type.optionalInputs());
        var meanings = new LinkedHashMap<String, String>();
        type.optionalInputs().forEach(name -> meanings.put(name, RequiredInputs.meaning(name)));
        entry.put("optionalInputMeanings", meanings);
        var options = new ArrayList<Map<String, Object>>();
        for (var option : type.options()) {
            var o = new LinkedHashMap<String, Object>();
            o.put("name", option.name());
            o.put("kind", option.kind().name());
            o.put("required", option.required());
            o.put("default", option.defaultValue());
            o.put("help", option.help());
            options.add(o);
        }
        entry.put("options", options);
        entry.put("shape", featureMap.toString());
        try {
            var count = count(type, featureMap);
            entry.put("settings", count.settings().asMap());
            var shapes = new LinkedHashMap<String, String>();
            count.inputs().forEach((name, shape) -> shapes.put(name, shape.toString()));
            entry.put("inputShapes", shapes);
            entry.put("parameters", count.parameters());
            entry.put("macs", count.macs());
            entry.put("kernels", count.cost().kernels());
            entry.put("trafficBytes", count.cost().bytes());
            entry.put("deviceBytes", count.cost().peakDeviceBytes());
            entry.put("reason", null);
        } catch (IllegalArgumentException | ArithmeticException e) {
            entry.put("reason", Sentences.of(e));
        }
        return entry;
    }
}
