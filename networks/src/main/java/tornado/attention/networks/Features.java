package tornado.attention.networks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tornado.attention.modules.LinearLayer;
import tornado.attention.tasks.graph.Value;

/**
 * What a network makes of images: what stands behind each of its parts, and its answer.
 *
 * @param nodes values by timm's names of the parts ({@code layer1}, {@code stages.0}, {@code blocks.3} ...), first to last
 * @param pooled one vector an image in front of the classifier, {@code [batch, features]}; null for a network that answers with an image
 * @param output logits {@code [batch, classes]}, or an image
 */
public record Features(SequencedMap<String, Value> nodes, Value pooled, Value output) {
    /** Copies the map. */
    public Features {
        nodes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(nodes));
    }

    /** Takes down values while a network is applied. */
    static final class Trail {
        private final SequencedMap<String, Value> nodes = new LinkedHashMap<>();

        /** The value itself. */
        Value at(String name, Value value) {
            nodes.put(name, value);
            return value;
        }

        /** What stages make of a value one behind the other, taken down under a beginning and a number. */
        Value through(String beginning, int first, List<? extends Part> stages, Value value) {
            var x = value;
            for (int i = 0; i < stages.size(); i++) {
                x = at(beginning + (first + i), stages.get(i).apply(x));
            }
            return x;
        }

        /** The answer of a classifier of the mean over all pixels, which is taken down under a name. */
        Features classified(String name, Value x, LinearLayer classifier) {
            var pooled = at(name, Pools.global(x));
            return end(pooled, classifier.apply(pooled));
        }

        Features end(Value pooled, Value output) {
            return new Features(nodes, pooled, output);
        }
    }
}
