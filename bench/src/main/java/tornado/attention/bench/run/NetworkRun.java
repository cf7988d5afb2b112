package tornado.attention.bench.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Size;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.tasks.Shape;

/** One network on one photograph: what it costs, how long it takes, what it answers, and where its modules look. */
final class NetworkRun {
    private static final String INPUT = "input";

    /** So many classes are told. */
    private static final int LIKELIEST = 5;

    private final NetworkSource source;

    NetworkRun(NetworkSource source) {
        this.source = source;
    }

    /** Runs the network and prints and writes what was asked for. */
    void call(Path image, Path file, Device device, Path output, Path attention, OutputFiles files, PrintWriter out)
            throws IOException {
        var photo = image == null ? null : ImageFiles.read(image);
        var input = photo == null ? read(file) : prepared(photo);
        var size = new Size(input.shape().height(), input.shape().width());
        var network = source.network(size);
        var run = ModuleRun.timed(
                (chain, inputs) -> List.of(network.attach(chain, inputs.get(INPUT))),
                List.of(input),
                device,
                attention != null);
        out.println("network    " + source.name());
        out.println("weights    " + source.origin() + "; " + Numbers.count(network.parameters()) + " parameters");
        out.println("input      " + input.shape() + (photo == null ? "" : ", " + source.preprocessing()));
        out.println("device     " + device.describe() + ", engine " + Engine.current());
        out.println("cost       " + run.describeCost());
        out.println("time       " + run.describeTime());
        var answer = run.outputs().getFirst();
        out.println("output     " + answer.shape() + "  "
                + Statistics.of(answer.values()).describe());
        if (answer.shape().rank() == 2 && !source.isRandom()) {
            out.println("classes    " + classes(answer));
        }
        if (output != null) {
            TensorOutput.write(
                    "--output",
                    output,
                    List.of(new NamedTensor("output", answer.shape(), answer.values())),
                    Map.of("network", source.name(), "weights", source.origin()));
            out.println("written    " + output);
        }
        if (attention != null) {
            if (run.attention().isEmpty()) {
                throw new FailureException(
                        "Network " + source.name() + " has no attention that could be drawn; leave out --attention.");
            }
            new AttentionPictures(source.title(), photo, input.shape())
                    .write(attention, run.attention(), files)
                    .forEach(line -> out.println("attention  " + line));
        }
        out.flush();
    }

    private NamedTensor prepared(BufferedImage photo) {
        var preprocessing = source.preprocessing();
        var size = preprocessing.size();
        return new NamedTensor(INPUT, Shape.of(1, 3, size.height(), size.width()), preprocessing.apply(photo));
    }

    private static NamedTensor read(Path file) throws IOException {
        try (var tensors = SafetensorsFile.open(file)) {
            var name = tensors.names().contains(INPUT) || tensors.names().size() != 1
                    ? INPUT
                    : tensors.names().iterator().next();
            var tensor = InputFile.read(tensors, name, INPUT);
            InputFile.requireAllUsed(tensors, List.of(name), "a network takes '" + INPUT + "'");
            if (tensor.shape().rank() != 4
                    || tensor.shape().channels() != 3
                    || tensor.shape().elements() == 0) {
                throw new FailureException("The tensor '" + name + "' of " + file + " has shape " + tensor.shape()
                        + "; a network takes images [batch, 3, height, width].");
            }
            return tensor;
        }
    }

    private String classes(NamedTensor logits) {
        var first = Arrays.copyOf(logits.values(), logits.shape().dim(1));
        return Guess.of(first, source.labels(), LIKELIEST).stream()
                .map(guess -> guess.label() + " " + Numbers.value(guess.logit()))
                .collect(Collectors.joining(", "));
    }
}
