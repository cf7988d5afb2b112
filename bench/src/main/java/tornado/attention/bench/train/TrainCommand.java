package tornado.attention.bench.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.ModuleNames;
import tornado.attention.bench.cli.Terminal;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.network.NetworksCommand;
import tornado.attention.bench.train.TrainingRun.Watcher;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.training.Training;
import tornado.attention.networks.training.Training.Epoch;
import tornado.attention.networks.training.Training.Evaluation;
import tornado.attention.networks.training.Training.Progress;
import tornado.attention.report.internal.text.Numbers;

/** {@code attn train}: a network, epoch by epoch, with a checkpoint behind each. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a network on labelled images and judges it on others after each epoch.",
            "DIR gets weights.safetensors (the network), checkpoint.safetensors (to go on with), log.jsonl and log.csv."
        })
public final class TrainCommand implements Callable<Integer> {
    private static final int BAR = 24;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NETWORK",
            arity = "0..1",
            description = "Name of the network, such as resnet20_cifar; 'attn networks' lists them. Not with --resume.")
    private String network;

    @Option(
            names = {"--slot", "--attention"},
            paramLabel = "MODULE",
            description = "The module in the network's blocks, instead of the one its name says.")
    private String slot;

    @Option(
            names = "--stages",
            paramLabel = "N,N",
            split = ",",
            description = "The stages whose blocks have the module. Default: all.")
    private List<Integer> stages = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "MNIST's or CIFAR's binary files, or train/NAME/*.png with val/NAME or test/NAME beside. With --resume"
                            + " only where it has moved.")
    private Path data;

    @Option(names = "--size", paramLabel = "HxW", description = "Of images in folders by class. Default: 64x64.")
    private String size;

    @Option(
            names = "--per-class",
            paramLabel = "N",
            description = "Train with the first N images of each class. Default: all.")
    private Integer perClass;

    @Option(names = "--epochs", paramLabel = "N", description = "Default: 10.")
    private Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Images in a step. Default: 128.")
    private Integer batch;

    @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd or adamw. Default: sgd.")
    private String optimizer;

    @Option(
            names = "--rate",
            paramLabel = "X",
            description = "Highest learning rate, half a cosine down to 0. Default: 0.1, of adamw 0.001.")
    private Double rate;

    @Option(names = "--momentum", paramLabel = "X", description = "Nesterov's, of sgd. Default: 0.9.")
    private Double momentum;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Of matrices and kernels; norms and biases have none. Default: 0.0005, of adamw 0.05.")
    private Double weightDecay;

    @Option(names = "--smoothing", paramLabel = "X", description = "Of labels. Default: 0.")
    private Double smoothing;

    @Option(
            names = "--warmup",
            paramLabel = "EPOCHS",
            description = "Over which the rate rises. Default: 1, of 1 epoch 0.")
    private Double warmup;

    @Option(names = "--clip", paramLabel = "NORM", description = "Scale gradients down to this common norm.")
    private Double clip;

    @Option(
            names = "--bce-loss",
            description = "Binary cross entropy a class (timm's) in place of that of the softmax.")
    private Boolean bceLoss;

    @Option(
            names = "--model-ema-decay",
            paramLabel = "X",
            description =
                    "Keep a moving average of the network, of which X stays in a step, and judge and write that: timm's"
                            + " ModelEmaV3, for long runs 0.9998. Default: none.")
    private Double modelEmaDecay;

    @Option(names = "--model-ema-warmup", description = "The decay rises to that: for short runs.")
    private Boolean modelEmaWarmup;

    @Option(
            names = "--recompute",
            description =
                    "Keep little more than the blocks' inputs for the backward pass and make the rest again: less memory,"
                            + " more time.")
    private Boolean recompute;

    @Option(
            names = "--crop",
            paramLabel = "N",
            description = "Pixels by which images are moved by chance. Default: an eighth of the side.")
    private Integer crop;

    @Option(
            names = "--flip",
            negatable = true,
            description = "Mirror every other image. Default: but for MNIST's format, which holds digits too.")
    private Boolean flip;

    @Option(names = "--seed", paramLabel = "N", description = "Of weights, order and chance. Default: 1.")
    private Long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go. Default: training.")
    private Path out;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the run of this folder.")
    private Path resume;

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        return resume == null ? begin() : goOn();
    }

    private Integer begin() throws IOException {
        if (network == null || data == null) {
            throw new UsageException("Say what is trained and on what: attn train NETWORK --data DIR.");
        }
        NetworksCommand.require(network);
        slot = slot == null ? null : ModuleNames.requireSlot(slot);
        if (slot == null && !stages.isEmpty()) {
            throw new UsageException("--stages says where the module of --slot stands; name the module too.");
        }
        var folder = out == null ? Path.of("training") : out;
        if (TrainingRun.isIn(folder)) {
            throw new UsageException(folder + " holds a run already; go on with it by --resume " + folder
                    + ", or give another folder by --out.");
        }
        for (var file : TrainingRun.overwritten(folder)) {
            throw new UsageException(
                    file + " is there already and would be overwritten; give another folder by --out.");
        }
        var plan = TrainingPlan.of(asked()).at(data);
        return run(folder, TrainingRun.beginning(folder, plan, plan.images()));
    }

    /** What was said, by the names of the plan's settings. */
    private Map<String, Object> asked() {
        var asked = new LinkedHashMap<String, Object>();
        asked.put("network", network);
        asked.put("attention", slot);
        asked.put("stages", stages.isEmpty() ? null : stages);
        asked.put("size", size);
        asked.put("per_class", perClass);
        asked.put("epochs", epochs);
        asked.put("batch", batch);
        asked.put("optimizer", optimizer);
        asked.put("rate", rate);
        asked.put("momentum", momentum);
        asked.put("weight_decay", weightDecay);
        asked.put("smoothing", smoothing);
        asked.put("warmup", warmup);
        asked.put("clip", clip);
        asked.put("bce_loss", bceLoss);
        asked.put("model_ema_decay", modelEmaDecay);
        asked.put("model_ema_warmup", modelEmaWarmup);
        asked.put("recompute", recompute);
        asked.put("crop", crop);
        asked.put("flip", flip);
        asked.put("seed", seed);
        return asked;
    }

    private Integer goOn() throws IOException {
        if (out != null || asked().values().stream().anyMatch(Objects::nonNull)) {
            throw new UsageException(
                    "--resume goes on as the run was begun; give nothing else but --data, where that has moved.");
        }
        if (!TrainingRun.isIn(resume)) {
            throw new FailureException(resume + " holds no run: there is no " + TrainingRun.CHECKPOINT + ".");
        }
        return run(resume, TrainingRun.resumed(resume, data));
    }

    private Integer run(Path folder, TrainingRun run) throws IOException {
        var printer = spec.commandLine().getOut();
        var device = where.device();
        try {
            run.run(device, new Screen(printer, run, device));
        } catch (FailureException e) {
            clear();
            throw e;
        }
        printer.println("weights    " + folder.resolve(TrainingRun.WEIGHTS));
        printer.flush();
        return ExitCode.OK;
    }

    /** A line an epoch, and a bar on a terminal. */
    private final class Screen implements Watcher {
        private final PrintWriter printer;
        private final TrainingRun run;
        private final Device device;

        Screen(PrintWriter printer, TrainingRun run, Device device) {
            this.printer = printer;
            this.run = run;
            this.device = device;
        }

        @Override
        public void begins(Training training) {
            describe(printer, run.plan(), run.images(), training, device);
        }

        @Override
        public Consumer<Progress> steps() {
            return bar(run.plan().epochs());
        }

        @Override
        public void epoch(Epoch epoch, Evaluation judged) {
            clear();
            printer.println(String.format(
                    Locale.ROOT,
                    "epoch %d/%d  loss %.4f, accuracy %.2f %%; test loss %.4f, accuracy %.2f %%; %.0f images/s, %.1f s",
                    epoch.epoch(),
                    run.plan().epochs(),
                    epoch.loss(),
                    100 * epoch.accuracy(),
                    judged.loss(),
                    100 * judged.accuracy(),
                    epoch.imagesPerSecond(),
                    epoch.seconds()));
            printer.flush();
        }
    }

    private static void describe(
            PrintWriter printer, TrainingPlan plan, ImageSets images, Training training, Device device) {
        var cost = training.trainer().cost();
        printer.println("network    " + plan.title() + "; "
                + Numbers.count(training.trainer().parameters()) + " parameters, random from seed " + plan.seed());
        printer.println("data       " + TrainingRun.describe(images));
        printer.println("chance     moved by up to " + plan.crop() + " pixels" + (plan.flip() ? ", mirrored" : ""));
        printer.println(
                "optimizer  " + plan.optimizer() + ", rate " + plan.rate() + ", weight decay " + plan.weightDecay());
        if (plan.modelEmaDecay() > 0) {
            printer.println("average    " + plan.modelEmaDecay() + " of it stays in a step"
                    + (plan.modelEmaWarmup() ? ", less at first" : "") + "; it is what is judged and written");
        }
        printer.println("device     " + device.describe() + ", engine " + Engine.current());
        printer.println("step       " + plan.batch() + " images, " + Numbers.count(cost.kernels()) + " kernels, "
                + Numbers.count(cost.macs()) + " MACs, " + Numbers.bytes(cost.peakDeviceBytes()) + " device memory");
        if (training.epochs() > 0) {
            printer.println("resumed    after epoch " + training.epochs());
        }
        printer.flush();
    }

    /** Drawn over on a terminal; where there is none a line an epoch is enough. */
    private Consumer<Progress> bar(int all) {
        if (!Terminal.isThere()) {
            return progress -> {};
        }
        var err = spec.commandLine().getErr();
        return p -> {
            int filled = p.step() * BAR / p.steps();
            err.print(String.format(
                    Locale.ROOT,
                    Terminal.CLEAR
                            + "%s%s epoch %d/%d, step %d/%d, loss %.4f, accuracy %.2f %%, %.0f images/s, %.0f s left",
                    "\u2588".repeat(filled),
                    "\u2591".repeat(BAR - filled),
                    p.epoch(),
                    all,
                    p.step(),
                    p.steps(),
                    p.loss(),
                    100 * p.accuracy(),
                    p.imagesPerSecond(),
                    p.secondsLeft()));
            err.flush();
        };
    }

    private void clear() {
        if (Terminal.isThere()) {
            var err = spec.commandLine().getErr();
            err.print(Terminal.CLEAR);
            err.flush();
        }
    }
}
