package tornado.attention.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.text.Sentences;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.networks.Pretrained;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;

/** A network compiled for one task slot of an executor. */
final class Slot implements AutoCloseable {
    private final Preprocessing preprocessing;
    private final Pretrained pretrained;
    private final String node;
    private final NetworkRunner runner;

    /**
     * What was made of an image.
     *
     * @param label the likeliest class; null where there is an error, or the network names none
     * @param scores softmax of the answer
     * @param embedding of the node that is wanted
     * @param error why there is nothing; else null
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Made(String label, float[] scores, float[] embedding, String error) {
        static Made failed(String error) {
            return new Made(null, null, null, error);
        }
    }

    Slot(Pretrained pretrained, Network network, String node, int batch, Device device) {
        this.preprocessing = pretrained.preprocessing();
        this.pretrained = pretrained;
        this.node = node;
        this.runner = new NetworkRunner(
                network,
                preprocessing.size(),
                batch,
                node == null ? List.of() : List.of(node),
                device.device(),
                device.options());
    }

    /** Works on a black image, of which nobody hears. */
    void warm() {
        var size = preprocessing.size();
        runner.run(List.of(new float[3 * size.height() * size.width()]));
    }

    /** Works on images, at most a batch; each has its own answer or its own error. */
    List<Made> make(List<byte[]> images) {
        var made = new ArrayList<Made>();
        var prepared = new ArrayList<float[]>();
        var places = new ArrayList<Integer>();
        for (int i = 0; i < images.size(); i++) {
            made.add(null);
            try {
                if (images.get(i) == null) {
                    made.set(i, Made.failed("there are no bytes"));
                    continue;
                }
                prepared.add(preprocessing.apply(ImageFiles.read(images.get(i), "image")));
                places.add(i);
            } catch (IOException | IllegalArgumentException | ArithmeticException e) {
                made.set(i, Made.failed(Sentences.of(e)));
            }
        }
        if (!prepared.isEmpty()) {
            var results = runner.run(prepared);
            var answers = results.get(NetworkRunner.OUTPUT).values();
            for (int k = 0; k < places.size(); k++) {
                var embedding = node == null ? null : results.get(node).values().get(k);
                made.set(places.get(k), answer(answers.get(k), embedding));
            }
        }
        return made;
    }

    private Made answer(float[] logits, float[] embedding) {
        if (embedding != null) {
            return new Made(null, null, embedding, null);
        }
        for (float logit : logits) {
            if (Float.isNaN(logit)) {
                return Made.failed("the network's answer is not a number");
            }
        }
        var guesses = Guess.of(logits, pretrained.labels(), logits.length);
        var scores = new float[logits.length];
        guesses.forEach(g -> scores[g.index()] = (float) g.probability());
        return new Made(guesses.getFirst().label(), scores, null, null);
    }

    @Override
    public void close() {
        runner.close();
    }
}
