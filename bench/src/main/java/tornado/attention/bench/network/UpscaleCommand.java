package tornado.attention.bench.network;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
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
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.modules.Names;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.networks.Networks;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Size;

/** {@code attn upscale}: a photograph several times as large. */
@Command(
        name = "upscale",
        mixinStandardHelpOptions = true,
        description =
                "Makes a photograph several times as large by a network for super-resolution (rcan_x2, rcan_x3, rcan_x4, rcan_x8).")
public final class UpscaleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NETWORK", description = "rcan_x2, rcan_x3, rcan_x4 or rcan_x8.")
    private String name;

    @Parameters(index = "1", paramLabel = "IMAGE", description = "PNG, JPEG, WebP, BMP or GIF file.")
    private Path image;

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE",
            description = "Trained weights: RCAN_BIX2.pt of the authors, or safetensors under the same names.")
    private Path weights;

    @Mixin
    private WeightFile selection = new WeightFile();

    @Option(names = "--output", required = true, paramLabel = "PNG", description = "Picture to write.")
    private Path output;

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        NetworksCommand.require(name);
        OutputFiles.ending("--output", output, ".png");
        new OutputFiles()
                .reading("the image", image)
                .readingWeights("--weights", weights)
                .writing("--output", output);
        var photo = ImageFiles.read(image);
        var size = new Size(photo.getHeight(), photo.getWidth());
        var config = Networks.named(name);
        Network network;
        try (var file = selection.open(weights)) {
            network = Network.load(config, size, file, Names.OWN);
        }
        var device = where.device();
        try (var runner = new NetworkRunner(network, size, 1, List.of(), device.device(), device.options())) {
            var shape = runner.shape(NetworkRunner.OUTPUT);
            if (shape.rank() != 3) {
                throw new IllegalArgumentException("Network " + name + " answers with " + shape
                        + " and not with an image; use rcan_x2, for example.");
            }
            float[] result;
            try (var waiting = Waiting.on("upscaling")) {
                result = runner.run(List.of(colours(photo)))
                        .get(NetworkRunner.OUTPUT)
                        .values()
                        .getFirst();
            }
            ImageFiles.write(picture(result, shape.dim(1), shape.dim(2)), output);
            var out = spec.commandLine().getOut();
            out.println(output + ": " + shape.dim(2) + "x" + shape.dim(1) + " pixels of " + photo.getWidth() + "x"
                    + photo.getHeight() + ".");
            out.flush();
        }
        return ExitCode.OK;
    }

    /** Red, green and blue from 0 to 255, a plane each. */
    private static float[] colours(BufferedImage photo) {
        int pixels = photo.getWidth() * photo.getHeight();
        var rgb = photo.getRGB(0, 0, photo.getWidth(), photo.getHeight(), null, 0, photo.getWidth());
        var planes = new float[3 * pixels];
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < pixels; p++) {
                planes[c * pixels + p] = rgb[p] >> 16 - 8 * c & 0xff;
            }
        }
        return planes;
    }

    private static BufferedImage picture(float[] planes, int height, int width) {
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int pixels = height * width;
        for (int p = 0; p < pixels; p++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                rgb = rgb << 8 | Math.clamp(Math.round(planes[c * pixels + p]), 0, 255);
            }
            picture.setRGB(p % width, p / width, rgb);
        }
        return picture;
    }
}
