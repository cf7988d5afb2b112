package tornado.attention.bench.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.engine.Sdk;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;

/** {@code attn devices}: what task graphs can run on here, and what not and why. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        description = "Lists the devices that were found, and what was not found with the reason.")
public final class DevicesCommand implements Callable<Integer> {
    /** Something that is not there. */
    private record NotFound(String what, String reason) {}

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var engine = Engine.current();
        var devices = Devices.all();
        var missing = missing(engine, devices);
        var out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, json(engine, devices, missing));
            return ExitCode.OK;
        }
        var table = new TextTable(
                "id", "kind", "backend", "hardware", ">units", ">memory", ">local memory", ">max work-group", "");
        for (var d : devices) {
            var p = d.profile();
            table.row(
                    d.id(),
                    p.kind().name(),
                    p.backend(),
                    d.hardware(),
                    Integer.toString(p.processors()),
                    Numbers.bytes(p.globalMemoryBytes()),
                    Numbers.bytes(p.localMemoryBytes()),
                    Long.toString(p.maxWorkGroup()),
                    !d.standard()
                            ? ""
                            : d.isPreferred(devices) ? "default: CUDA is faster on it than OpenCL" : "default");
        }
        out.println("engine " + engine);
        table.lines().forEach(out::println);
        if (!missing.isEmpty()) {
            out.println();
            out.println("not found:");
            missing.forEach(m -> out.println("  " + m.what() + ": " + m.reason()));
        }
        out.flush();
        return ExitCode.OK;
    }

    private static List<NotFound> missing(Engine engine, List<Device> devices) {
        var missing = new ArrayList<NotFound>();
        if (engine.name().equals(Engine.EMBEDDED)) {
            missing.add(new NotFound(
                    "TornadoVM (GPU, FPGA, OpenCL)",
                    switch (Sdk.find()) {
                        case Sdk.Missing m -> m.reason();
                        case Sdk.Found f ->
                            "version " + f.version() + " is installed in " + f.home()
                                    + " but the embedded engine was chosen; use --engine tornadovm.";
                    }));
            return missing;
        }
        missing.add(new NotFound(
                "embedded engine", "it runs in a process of its own, without TornadoVM; use --engine embedded."));
        if (Sdk.find() instanceof Sdk.Found sdk) {
            for (var backend : sdk.possible()) {
                if (devices.stream().noneMatch(d -> d.profile().backend().equals(backend))) {
                    missing.add(new NotFound(
                            backend,
                            "this SDK (" + sdk.version() + ") holds the backends " + sdk.backends() + "; "
                                    + (sdk.has(backend)
                                            ? "no driver for it was found on this machine."
                                            : "run setup/tornadovm --backend " + backend.toLowerCase(Locale.ROOT)
                                                    + ".")));
                }
            }
        }
        return missing;
    }

    private static Map<String, Object> json(Engine engine, List<Device> devices, List<NotFound> missing) {
        var root = new LinkedHashMap<String, Object>();
        root.put("engine", engine.name());
        root.put("engineVersion", engine.version());
        var list = new ArrayList<Map<String, Object>>();
        for (var d : devices) {
            var p = d.profile();
            var entry = new LinkedHashMap<String, Object>();
            entry.put("id", d.id());
            entry.put("kind", p.kind().name());
            entry.put("backend", p.backend());
            entry.put("name", p.name());
            entry.put("hardware", d.hardware());
            entry.put("processors", p.processors());
            entry.put("memoryBytes", p.globalMemoryBytes());
            entry.put("localMemoryBytes", p.localMemoryBytes());
            entry.put("maxWorkGroup", p.maxWorkGroup());
            entry.put("default", d.standard());
            list.add(entry);
        }
        root.put("devices", list);
        root.put(
                "notFound",
                missing.stream()
                        .map(m -> Map.of("what", m.what(), "reason", m.reason()))
                        .toList());
        return root;
    }
}
