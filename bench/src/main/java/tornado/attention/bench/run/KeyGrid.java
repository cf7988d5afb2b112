package tornado.attention.bench.run;

import java.util.Optional;
import tornado.attention.tasks.Shape;

/**
 * The pixels that are looked at: those of the feature map, or those left by a 2x2 pooling.
 *
 * @param height rows
 * @param width columns
 */
public record KeyGrid(int height, int width) {
    /**
     * The grid of a matrix of weights.
     *
     * @param featureMap {@code [batch, channels, height, width]}; null or another rank where the module got something else
     * @param queries rows of the matrix
     * @param keys its columns
     * @return empty where they are no pixels of the feature map
     */
    public static Optional<KeyGrid> of(Shape featureMap, int queries, int keys) {
        if (featureMap == null || featureMap.rank() != 4 || featureMap.pixels() != queries) {
            return Optional.empty();
        }
        int height = featureMap.height();
        int width = featureMap.width();
        if (keys == queries) {
            return Optional.of(new KeyGrid(height, width));
        }
        return keys == (height / 2) * (width / 2) ? Optional.of(new KeyGrid(height / 2, width / 2)) : Optional.empty();
    }
}
