package tornado.attention.bench.verify;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FusionOption;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.engine.Engine;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.report.Verdict;
import tornado.attention.report.internal.text.Json;

/** {@code attn verify}: holds modules and networks to PyTorch's results. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Runs reference cases of modules and networks and compares with PyTorch's float64 results.",
            "Without a path: the bundled cases. Exit status 1 if a case fails."
        })
public final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            description =
                    "Cases (.safetensors) or folders of them, read recursively; folders named tables are left out.")
    private List<Path> paths = new ArrayList<>();

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Option(
            names = "--tolerance",
            paramLabel = "REL",
            description =
                    "Largest error relative to the largest value of a tensor. Default: 1e-5, and 5e-5 where a layer"
                            + " norm runs over one value; for a network 8 times PyTorch's own error where that is more.")
    private Double tolerance;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write one record a case as JSON; - prints it instead.")
    private Path json;

    private static final String FLAGS = "tornado.opencl.compiler.flags";

    @Mixin
    private FusionOption fusion = new FusionOption();

    @Override
    public Integer call() throws IOException {
        if (tolerance != null && !(tolerance > 0 && tolerance < Double.POSITIVE_INFINITY)) {
            throw new UsageException("The tolerance is " + tolerance + "; give a positive number such as 1e-5.");
        }
        var device = where.device();
        var out = spec.commandLine().getOut();
        boolean jsonOnly = json != null && json.toString().equals("-");
        new OutputFiles().writing("--json", jsonOnly ? null : json);
        var summary = new VerificationSummary();
        try (var cases = paths.isEmpty() ? CaseFiles.bundled() : CaseFiles.in(paths)) {
            if (!jsonOnly) {
                out.println(VerificationSummary.head());
                out.flush();
            }
            var verifier = new Verifier(device, tolerance, fusion::apply);
            int all = cases.count();
            var order = Catalogue.types().stream().map(ModuleType::name).toList();
            try (var waiting = Waiting.on("verifying")) {
                cases.byModule(order).forEach((module, files) -> {
                    var results = new ArrayList<CaseResult>();
                    for (var file : files) {
                        results.add(verifier.verify(file));
                        summary.add(results.getLast());
                        waiting.done(summary.results().size(), all);
                    }
                    if (!jsonOnly) {
                        waiting.aside(() -> print(out, module, results));
                    }
                });
            }
        }
        var records = summary.results().stream().map(CaseResult::toJson).toList();
        if (jsonOnly) {
            Json.print(out, records);
        } else {
            if (json != null) {
                Json.write(json, records);
            }
            out.println(summary.count(Verdict.PASS) + " cases pass, " + summary.count(Verdict.FAIL) + " fail, "
                    + summary.count(Verdict.UNSUPPORTED) + " unsupported on " + Engine.current() + ", device "
                    + device.describe() + ".");
            if (isRelaxed(device.profile().backend(), System.getProperty(FLAGS))) {
                out.println(
                        "OpenCL computes with fast-relaxed-math here, which makes any number of what should be NaN; strictly with"
                                + " ATTN_JAVA_OPTS='-D" + FLAGS + "=-w' (see setup/README.md).");
            }
            out.flush();
        }
        return summary.count(Verdict.FAIL) == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Whether a device's compiler may take it that no number is NaN or infinite: TornadoVM's default for OpenCL. */
    static boolean isRelaxed(String backend, String flags) {
        return backend.equals("OPENCL")
                && (flags == null || flags.contains("fast-relaxed-math") || flags.contains("finite-math-only"));
    }

    private static void print(PrintWriter out, String module, List<CaseResult> results) {
        out.println(VerificationSummary.line(module, results));
        results.stream()
                .filter(r -> r.verdict() != Verdict.PASS)
                .forEach(r -> out.println("  " + r.name() + ": " + r.reason()));
        out.flush();
    }
}
