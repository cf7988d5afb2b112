package tornado.attention.bench.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.network.NetworksCommand;
import tornado.attention.bench.text.Numbers;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.training.Trainer.State;
import tornado.attention.networks.training.Training;
import tornado.attention.networks.training.Training.Checkpoint;
import tornado.attention.networks.training.Training.Progress;
import tornado.attention.networks.training.TrainingException;
import tornado.attention.tasks.ChainOptions;

/** {@code attn train}: a network, epoch by epoch, with a checkpoint behind each. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a network on labelled images and judges it on others after each epoch.",
            "DIR gets weights.safetensors (the network), checkpoint.safetensors (to go on with), log.jsonl and log.csv."
        })
public final class TrainCommand implements Callable<Integer> {
    private static final String CHECKPOINT = "checkpoint.safetensors";
    private static final String WEIGHTS = "weights.safetensors";
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
    private List<Integer> stages = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "MNIST's or CIFAR's binary files, or train/NAME/*.png with val/NAME or test/NAME beside. With --resume"
                            + " only where it has moved.")
    private Path data;

    @Option(names = "--size", paramLabel = "HxW", description = "Of images in folders by class. Default: 64x64.")
    private String size;

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

    /** The command. */
    public TrainCommand() {}

    @Override
    public Integer call() throws IOException {
        return resume == null ? begin() : goOn();
    }

    private Integer begin() throws IOException {
        if (network == null || data == null) {
            throw new UsageException("Say what is trained and on what: attn train NETWORK --data DIR.");
        }
        NetworksCommand.require(network);
        if (slot != null && !List.of("se", "eca", "gca").contains(slot)) {
            slot = ModuleNames.require(slot).name();
        } else if (slot == null && !stages.isEmpty()) {
            throw new UsageException("--stages says where the module of --slot stands; name the module too.");
        }
        var folder = out == null ? Path.of("training") : out;
        if (Files.exists(folder.resolve(CHECKPOINT))) {
            throw new UsageException(folder + " holds a run already; go on with it by --resume " + folder
                    + ", or give another folder by --out.");
        }
        for (var name : List.of(WEIGHTS, "log.jsonl", "log.csv")) {
            if (Files.exists(folder.resolve(name))) {
                throw new UsageException(folder.resolve(name)
                        + " is there already and would be overwritten; give another folder by --out.");
            }
        }
        boolean adam = "adamw".equals(optimizer);
        if (optimizer != null && !adam && !optimizer.equals("sgd")) {
            throw new UsageException("There is no optimizer '" + optimizer + "'; use sgd or adamw.");
        }
        if (adam && momentum != null) {
            throw new UsageException("--momentum is for sgd; leave it out with adamw.");
        }
        boolean byClass = ImageSets.isByClass(data);
        var sides = size == null && byClass ? "64x64" : size;
        requireSize(sides);
        var probe = plan(sides, adam, 0, false);
        requireSettings(probe);
        var images = probe.images();
        int side =
                Math.min(images.train().size().height(), images.train().size().width());
        var plan = plan(sides, adam, crop == null ? side / 8 : crop, flip == null ? images.mayFlip() : flip);
        Files.createDirectories(folder);
        return run(folder, plan, images, new Checkpoint(0, State.fresh(), Map.of()));
    }

    /** Before anything is read: a mistyped number should not cost the time to read images. */
    private static void requireSettings(TrainingPlan plan) {
        try {
            plan.settings();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        if (plan.batch() < 1) {
            throw new UsageException("A step takes at least 1 image, not " + plan.batch() + ".");
        }
    }

    private static void requireSize(String sides) {
        if (sides != null && !sides.matches("[1-9]\\d{0,3}(x[1-9]\\d{0,3})?")) {
            throw new UsageException("'" + sides + "' is no size of images; write 64 or 48x64.");
        }
    }

    private TrainingPlan plan(String sides, boolean adam, int reach, boolean mirrored) {
        int many = orElse(epochs, 10);
        return new TrainingPlan(
                network,
                slot,
                stages,
                data.toAbsolutePath().normalize().toString(),
                sides,
                many,
                orElse(batch, 128),
                adam ? "adamw" : "sgd",
                orElse(rate, adam ? 1e-3 : 0.1),
                orElse(momentum, 0.9),
                orElse(weightDecay, adam ? 0.05 : 5e-4),
                orElse(smoothing, 0.0),
                orElse(warmup, many > 1 ? 1.0 : 0.0),
                orElse(clip, 0.0),
                reach,
                mirrored,
                orElse(seed, 1L));
    }

    private static <T> T orElse(T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private Integer goOn() throws IOException {
        boolean other = network != null
                || slot != null
                || !stages.isEmpty()
                || size != null
                || epochs != null
                || batch != null
                || optimizer != null
                || rate != null
                || momentum != null
                || weightDecay != null
                || smoothing != null
                || warmup != null
                || clip != null
                || crop != null
                || flip != null
                || seed != null
                || out != null;
        if (other) {
            throw new UsageException(
                    "--resume goes on as the run was begun; give nothing else but --data, where that has moved.");
        }
        var file = resume.resolve(CHECKPOINT);
        if (!Files.exists(file)) {
            throw new FailureException(resume + " holds no run: there is no " + CHECKPOINT + ".");
        }
        var checkpoint = Checkpoint.read(file);
        var plan = TrainingPlan.of(file, checkpoint.metadata());
        if (data != null) {
            plan = plan.at(data.toAbsolutePath().normalize().toString());
        }
        var images = plan.images();
        DataIdentity.of(images).requireSame(file, checkpoint.metadata());
        return run(resume, plan, images, checkpoint);
    }

    private Integer run(Path folder, TrainingPlan plan, ImageSets images, Checkpoint from) throws IOException {
        var printer = spec.commandLine().getOut();
        var device = where.device();
        try (var training = training(plan, images, from, device)) {
            describe(printer, plan, images, training, device);
            var log = new TrainingLog(folder, training.epochs());
            var said = new LinkedHashMap<>(plan.metadata());
            said.putAll(DataIdentity.of(images).metadata());
            while (!training.isDone()) {
                var epoch = training.epoch(bar(plan.epochs()));
                var judged = training.evaluate(images.test());
                clear();
                printer.println(String.format(
                        Locale.ROOT,
                        "epoch %d/%d  loss %.4f, accuracy %.2f %%; test loss %.4f, accuracy %.2f %%; %.0f images/s, %.1f s",
                        epoch.epoch(),
                        plan.epochs(),
                        epoch.loss(),
                        100 * epoch.accuracy(),
                        judged.loss(),
                        100 * judged.accuracy(),
                        epoch.imagesPerSecond(),
                        epoch.seconds()));
                printer.flush();
                if (!Double.isFinite(judged.loss())) {
                    throw new TrainingException(
                            "The loss on the images to judge by is " + judged.loss() + " after epoch " + epoch.epoch()
                                    + ", so the epoch is not kept; lower the rate or clip the gradients.");
                }
                log.add(epoch, judged);
                training.save(folder.resolve(CHECKPOINT), said);
            }
            training.network().weights().save(folder.resolve(WEIGHTS));
            printer.println("weights    " + folder.resolve(WEIGHTS));
            printer.flush();
            return ExitCode.OK;
        } catch (TrainingException e) {
            clear();
            throw new FailureException(e.getMessage(), e);
        }
    }

    private static Training training(TrainingPlan plan, ImageSets images, Checkpoint from, Device device) {
        try {
            return new Training(
                    plan.initial(images),
                    images.train(),
                    plan.settings(),
                    from,
                    device.device(),
                    ChainOptions.evaluation().on(device.profile()));
        } catch (IllegalArgumentException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    private static void describe(
            PrintWriter printer, TrainingPlan plan, ImageSets images, Training training, Device device) {
        var train = images.train();
        var cost = training.trainer().cost();
        printer.println("network    " + plan.title() + "; "
                + Numbers.count(training.trainer().parameters()) + " parameters, random from seed " + plan.seed());
        printer.println("data       " + images.kind() + ": " + Numbers.count(train.count()) + " images to train with, "
                + Numbers.count(images.test().count()) + " to judge by, " + train.size() + ", "
                + train.classes().size() + " classes");
        printer.println("chance     moved by up to " + plan.crop() + " pixels" + (plan.flip() ? ", mirrored" : ""));
        printer.println(
                "optimizer  " + plan.optimizer() + ", rate " + plan.rate() + ", weight decay " + plan.weightDecay());
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
        var console = System.console();
        if (console == null || !console.isTerminal()) {
            return progress -> {};
        }
        var err = spec.commandLine().getErr();
        return p -> {
            int filled = p.step() * BAR / p.steps();
            err.print(String.format(
                    Locale.ROOT,
                    "\r\u001b[K%s%s epoch %d/%d, step %d/%d, loss %.4f, accuracy %.2f %%, %.0f images/s, %.0f s left",
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
        var console = System.console();
        if (console != null && console.isTerminal()) {
            var err = spec.commandLine().getErr();
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
