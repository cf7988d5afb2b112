// Trains a small network with squeeze-and-excitation to tell three photographs by a patch, and shows what it then looks at in one of them.
//
//     ./attn jshell examples/interactive/attention.jsh
//
// The same steps as a notebook: attention.ipynb. What stands below is what one would type.

import java.nio.file.*;
import java.util.*;
import java.util.stream.Stream;
import tornado.attention.networks.*;
import tornado.attention.networks.data.LabelledImages;
import tornado.attention.networks.image.*;
import tornado.attention.networks.training.*;
import tornado.attention.report.image.*;
import tornado.attention.tasks.ChainOptions;

// %% Three photographs, each 192x288 pixels; a patch of 32x32 is an image, the photograph it is from its class.

var names = List.of("astronaut", "chelsea", "coffee");
var photos = Stream.of("docs/photos", "../../docs/photos", "photos").map(Path::of).filter(Files::isDirectory).findFirst().orElseThrow();
var whole = new Preprocessing(new Size(192, 288), 1.0, Preprocessing.Interpolation.BICUBIC, new float[3], new float[] {1, 1, 1});

LabelledImages patches(int count, long seed) throws Exception {
    var random = new Random(seed);
    var pixels = new byte[count * 3 * 32 * 32];
    var labels = new int[count];
    var levels = new ArrayList<byte[]>();
    for (var name : names) {
        levels.add(whole.bytes(ImageFiles.read(photos.resolve(name + ".png"))));    // [height, width, 3]
    }
    int at = 0;
    for (int i = 0; i < count; i++) {
        labels[i] = i % names.size();
        int top = random.nextInt(192 - 32), left = random.nextInt(288 - 32);
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < 32 * 32; p++) {
                pixels[at++] = levels.get(labels[i])[((top + p / 32) * 288 + left + p % 32) * 3 + c];
            }
        }
    }
    return new LabelledImages(Size.square(32), 3, names, pixels, labels);
}

// %% A network with attention in its blocks, trained in four epochs.

var config = Networks.named("resnet8_cifar").with(Map.of("attn", Map.of("type", "SEAttention"), "num_classes", names.size()));
var recipe = Trainer.Recipe.of(Loss.CrossEntropy.plain(), new Optimizer.Sgd(0.9, 5e-4, true));
var settings = new Training.Settings(32, Schedule.cosine(0.05, 4, 1), recipe, 0, true, 1);
var training = new Training(Network.initial(config, Size.square(32), 1), patches(480, 1), settings, null, ChainOptions.evaluation());
var others = patches(150, 2);

while (!training.isDone()) {
    var epoch = training.epoch(progress -> {});
    System.out.printf("epoch %d: loss %.3f, of %d other patches %.1f %% right%n", epoch.epoch(), epoch.loss(), others.count(), 100 * training.evaluate(others).accuracy());
}

// %% Where it sees the cat, on the whole photograph: a network without a fixed size takes any.

var seen = training.statistics();
var photo = ImageFiles.read(photos.resolve("chelsea.png"));
var prepared = new Preprocessing(new Size(192, 288), 1.0, Preprocessing.Interpolation.BICUBIC, seen.mean(), seen.deviation()).apply(photo);
var trace = new AttentionTrace(training.network(), new Size(192, 288), null, ChainOptions.evaluation());
var looked = trace.of(prepared, names.indexOf("chelsea"));
var picture = HeatMap.draw(whole.sized(new Size(192, 288)).picture(whole.apply(photo)), new PixelMap(looked.height(), looked.width(), looked.cam()), "Grad-CAM for chelsea", "resnet8_cifar with SE, trained a moment ago on patches");
ImageFiles.write(picture, Path.of("seen.png"));
System.out.println("seen.png: where the network sees " + names.get(1));
trace.close();
training.close();
