package tornado.attention.bench.show;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tornado.attention.bench.run.KeyGrid;
import tornado.attention.bench.run.ModuleRun.Exposed;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

/**
 * Where every pixel of a feature map looks.
 *
 * @param values {@code [queries, keys]}: a row a pixel
 * @param keyHeight rows of the map that is looked at
 * @param keyWidth columns of it
 * @param heads how many maps of this kind the module has, of which this is the mean
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of a large array, never compared
record QueryMaps(float[] values, int keyHeight, int keyWidth, int heads) {
    /** The first exposed map of pixels over pixels, or over pixels left by a 2x2 pooling; empty where there is none. */
    static Optional<QueryMaps> find(List<Exposed> attention, Shape features) {
        for (var exposed : attention) {
            if (exposed.kind() == AttentionKind.QUERY_KEY_MAP) {
                var maps = of(exposed.tensor(), features);
                if (maps.isPresent()) {
                    return maps;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<QueryMaps> of(NamedTensor tensor, Shape features) {
        var shape = tensor.shape();
        int heads = shape.dim(-3);
        return KeyGrid.of(features, shape.dim(-2), shape.dim(-1))
                .map(grid -> new QueryMaps(mean(tensor.values(), heads), grid.height(), grid.width(), heads));
    }

    private static float[] mean(float[] maps, int heads) {
        if (heads == 1) {
            return maps;
        }
        int size = maps.length / heads;
        var mean = new float[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int head = 0; head < heads; head++) {
                sum += maps[head * size + i];
            }
            mean[i] = (float) (sum / heads);
        }
        return mean;
    }

    /** Number of pixels that are looked at. */
    int keys() {
        return keyHeight * keyWidth;
    }

    /** Where one pixel looks. */
    float[] map(int query) {
        return Arrays.copyOfRange(values, query * keys(), (query + 1) * keys());
    }

    /** Cosine distance between where two pixels look. */
    double distance(int first, int second) {
        return CosineDistance.between(values, keys(), first, second);
    }

    /** Mean cosine distance over all pairs of pixels. */
    double averageDistance() {
        return CosineDistance.average(values, keys());
    }

    /** Mean cosine distance between where a pixel looks and a look at all pixels alike. */
    double distanceToUniform() {
        return CosineDistance.averageToUniform(values, keys());
    }
}
