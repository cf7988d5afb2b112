package tornado.attention.bench.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.experiment.Experiment.Arm;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.bench.machine.MachineInfo;
import tornado.attention.bench.train.TrainingRun;
import tornado.attention.bench.train.TrainingRun.Watcher;
import tornado.attention.networks.Network;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.training.Training.Epoch;
import tornado.attention.networks.training.Training.Evaluation;
import tornado.attention.report.Differences;
import tornado.attention.report.ExperimentResult;
import tornado.attention.report.ExperimentResult.Cost;
import tornado.attention.report.ExperimentTables;
import tornado.attention.report.FolderLock;
import tornado.attention.report.rendering.ExperimentFolder;
import tornado.attention.report.rendering.TrainingLogs;

/** {@code attn experiment}: which attention pays, and what it costs. */
@Command(
        name = "experiment",
        mixinStandardHelpOptions = true,
        description = {
            "Trains networks with different modules in their blocks from several seeds and compares accuracy and cost.",
            "DIR gets report.html, results.csv, runs.csv, tables.tex, experiment.json and a folder a run. Where DIR holds the"
                    + " same experiment already, it goes on with it."
        })
public final class ExperimentCommand implements Callable<Integer> {
    private static final int ROUNDS = 5;
    private static final double SECONDS = 0.6;
    private static final int QUICK_ROUNDS = 2;
    private static final double QUICK_SECONDS = 0.2;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "What is compared, as JSON; docs/experiments has one.")
    private Path file;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "MNIST's or CIFAR's binary files, or train/NAME/*.png with val/NAME or test/NAME beside.")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go. Default: experiment.")
    private Path out = Path.of("experiment");

    @Option(
            names = "--quick",
            description = "Less of it, as the file says under 'quick': to see whether all goes well.")
    private boolean quick;

    @Option(
            names = "--devices",
            paramLabel = "ID,ID",
            split = ",",
            description = "Where the cost of an image is measured. Default: where the networks are trained.")
    private List<String> devices = List.of();

    @Option(
            names = "--spark",
            paramLabel = "URL",
            description =
                    "Spark's master, such as local[2] or spark://HOST:7077, whose executors train the runs, each as a whole;"
                            + " they read the data set under the same path. Costs are measured here.")
    private String spark;

    @Mixin
    private EngineOptions where = new EngineOptions();

    private final Map<String, List<Cost>> costs = new LinkedHashMap<>();
    private int trained;
    private double seconds;

    /** A network before its first step, and its multiply-adds for an image. */
    private record Counted(Network network, long macs) {}

    @Override
    public Integer call() throws IOException {
        var experiment = Experiment.read(file, quick);
        var printer = spec.commandLine().getOut();
        var device = where.device();
        var measured = devices.isEmpty() ? List.of(device) : devices();
        var images = experiment.anyPlan(data).images();
        var networks = networks(experiment, images);
        var folder = ExperimentFolder.at(out);
        var identity = identity(experiment, images);
        if (folder.exists()) {
            identity = goingOn(folder.read(), identity);
        }
        printer.println("experiment " + experiment.title() + (quick ? " (quick)" : ""));
        printer.println("data       " + identity.data());
        printer.println("device     " + device.describe() + ", engine " + Engine.current());
        printer.println("runs       " + experiment.arms().size() + " networks from "
                + experiment.seeds().size() + " seeds each");
        printer.flush();
        try (var _ = FolderLock.of(out)) {
            if (spark == null) {
                for (long seed : experiment.seeds()) {
                    for (var arm : experiment.arms()) {
                        train(experiment, arm, seed, images, device, printer);
                        folder.write(result(experiment, identity, networks));
                    }
                }
            } else {
                trainElsewhere(experiment, images, folder, identity, networks, printer);
            }
            if (costs.isEmpty()) {
                measure(networks, images, measured, experiment.anyPlan(data).batch(), printer);
            }
        }
        var result = result(experiment, identity, networks);
        folder.write(result);
        printer.println();
        ExperimentTables.text(result).forEach(printer::println);
        printer.println();
        printer.println("report     " + out.resolve(ExperimentFolder.REPORT));
        printer.flush();
        return ExitCode.OK;
    }

    private List<Device> devices() {
        try {
            return devices.stream().map(Devices::choose).toList();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** All networks before their first step: whether they fit is known before any is trained. */
    private Map<Arm, Counted> networks(Experiment experiment, ImageSets images) {
        var networks = new LinkedHashMap<Arm, Counted>();
        for (var arm : experiment.arms()) {
            try {
                var network = experiment
                        .plan(arm, experiment.seeds().getFirst(), data)
                        .initial(images);
                networks.put(
                        arm,
                        new Counted(
                                network,
                                Network.macs(network.config(), images.train().size())));
            } catch (IllegalArgumentException e) {
                throw new FailureException(
                        file + ": " + arm.network() + " with " + arm.attention() + " is no network for images of "
                                + images.train().size() + ": " + e.getMessage(),
                        e);
            }
        }
        return networks;
    }

    private ExperimentResult identity(Experiment experiment, ImageSets images) {
        var commit = MachineInfo.commit();
        var training = new LinkedHashMap<>(experiment.training());
        training.put("batch", experiment.anyPlan(data).batch());
        return new ExperimentResult(
                experiment.title(),
                OffsetDateTime.now(ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString(),
                Engine.projectVersion(),
                commit.commit(),
                commit.dirty(),
                Engine.current().toString(),
                MachineInfo.machine(),
                TrainingRun.describe(images),
                training,
                EnergyMeter.ofThisMachine().method(),
                experiment.size(),
                List.of());
    }

    /** What was begun goes on by the same build on the same machine, or the numbers would be of two. */
    private ExperimentResult goingOn(ExperimentResult before, ExperimentResult now) {
        var differences = new Differences()
                .of("commit", before.commit(), now.commit())
                .of("engine", before.engine(), now.engine())
                .of("JDK", before.machine().jdk(), now.machine().jdk())
                .of("processor", before.machine().cpu(), now.machine().cpu())
                .of("data", before.data(), now.data())
                .of("training", before.training().toString(), now.training().toString());
        if (!differences.isEmpty()) {
            throw new FailureException("The experiment in " + out + " cannot go on here: " + differences
                    + "; give another folder by --out.");
        }
        before.arms().stream().filter(a -> !a.costs().isEmpty()).forEach(a -> costs.put(a.title(), a.costs()));
        return now.since(before);
    }

    private Path folder(Arm arm, long seed) {
        return out.resolve("runs").resolve(arm.folder(seed));
    }

    private void train(Experiment experiment, Arm arm, long seed, ImageSets images, Device device, PrintWriter printer)
            throws IOException {
        var folder = folder(arm, seed);
        var plan = experiment.plan(arm, seed, data);
        boolean begun = TrainingRun.isIn(folder);
        var run = begun ? TrainingRun.resumed(folder, plan, images) : TrainingRun.beginning(folder, plan, images);
        if (TrainingRun.isFinished(folder)) {
            return;
        }
        var last = new Evaluation[1];
        long start = System.nanoTime();
        run.run(device, new Watcher() {
            @Override
            public void epoch(Epoch epoch, Evaluation judged) {
                last[0] = judged;
            }
        });
        if (last[0] == null) {
            return; // its last epoch was done before; only the weights were missing
        }
        double took = (System.nanoTime() - start) / 1e9;
        trained++;
        seconds += took;
        int left = experiment.size() - done(experiment);
        printer.println(String.format(
                Locale.ROOT,
                "%d/%d %s, seed %d: accuracy %.2f %%, %.0f s; about %.0f min left",
                experiment.size() - left,
                experiment.size(),
                arm.title(),
                seed,
                100 * last[0].accuracy(),
                took,
                left * seconds / trained / 60));
        printer.flush();
    }

    private void trainElsewhere(
            Experiment experiment,
            ImageSets images,
            ExperimentFolder results,
            ExperimentResult identity,
            Map<Arm, Counted> networks,
            PrintWriter printer)
            throws IOException {
        var folders = new ArrayList<Path>();
        var titles = new ArrayList<String>();
        var wanted = new ArrayList<RemoteRuns.Wanted>();
        for (long seed : experiment.seeds()) {
            for (var arm : experiment.arms()) {
                var folder = folder(arm, seed);
                var plan = experiment.plan(arm, seed, data.toAbsolutePath()).fitting(images);
                if (TrainingRun.isIn(folder)) {
                    TrainingRun.resumed(folder, plan, images); // fails where it was trained otherwise
                }
                if (!TrainingRun.isFinished(folder)) {
                    wanted.add(new RemoteRuns.Wanted(folders.size(), plan.metadata()));
                    folders.add(folder);
                    titles.add(arm.title() + ", seed " + seed);
                }
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        ServiceLoader.load(RemoteRuns.class)
                .findFirst()
                .orElseThrow(() ->
                        new FailureException("--spark: Spark is not on the class path; call ./attn in a checkout, whose"
                                + " launcher builds the module spark for this option."))
                .train(spark, wanted, (run, files) -> {
                    TrainingRun.keep(folders.get(run.number()), files);
                    results.write(result(experiment, identity, networks));
                    printer.println(done(experiment) + "/" + experiment.size() + " " + titles.get(run.number()));
                    printer.flush();
                });
    }

    private int done(Experiment experiment) throws IOException {
        int done = 0;
        for (var arm : experiment.arms()) {
            for (long seed : experiment.seeds()) {
                done += TrainingRun.isFinished(folder(arm, seed)) ? 1 : 0;
            }
        }
        return done;
    }

    private void measure(
            Map<Arm, Counted> networks, ImageSets images, List<Device> measured, int batch, PrintWriter printer) {
        var subjects = networks.entrySet().stream()
                .map(e -> new CostMeter.Subject(e.getKey().title(), e.getValue().network()))
                .toList();
        var meter =
                new CostMeter(images.train().size(), quick ? QUICK_ROUNDS : ROUNDS, quick ? QUICK_SECONDS : SECONDS);
        costs.putAll(meter.of(subjects, measured, List.of(1, batch), told -> {
            printer.println(told);
            printer.flush();
        }));
    }

    private ExperimentResult result(Experiment experiment, ExperimentResult identity, Map<Arm, Counted> networks)
            throws IOException {
        var arms = new ArrayList<ExperimentResult.Arm>();
        for (var arm : experiment.arms()) {
            var runs = new ArrayList<ExperimentResult.Run>();
            for (long seed : experiment.seeds()) {
                if (TrainingRun.isFinished(folder(arm, seed))) {
                    runs.add(new ExperimentResult.Run(seed, TrainingLogs.read(folder(arm, seed))));
                }
            }
            var network = networks.get(arm);
            arms.add(new ExperimentResult.Arm(
                    arm.network(),
                    arm.attention(),
                    network.network().parameters(),
                    network.macs(),
                    runs,
                    costs.getOrDefault(arm.title(), List.of())));
        }
        return identity.with(arms);
    }
}
