package tornado.attention.bench.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.networks.data.ImageSets;

/**
 * Which images a run was trained with: a run goes on, and is judged, with the same ones only, since order, schedule and normalisation follow
 * from them.
 *
 * @param kind of data set
 * @param train how many to train with
 * @param size of each
 * @param classes their names
 * @param mean of each channel
 * @param deviation of each channel
 */
record DataIdentity(
        String kind, int train, String size, List<String> classes, List<Float> mean, List<Float> deviation) {
    private static final String KEY = "data";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static DataIdentity of(ImageSets images) {
        var train = images.train();
        var statistics = train.statistics();
        return new DataIdentity(
                images.kind(),
                train.count(),
                train.size().toString(),
                train.classes(),
                list(statistics.mean()),
                list(statistics.deviation()));
    }

    private static List<Float> list(float[] values) {
        return List.of(values[0], values[1], values[2]);
    }

    Map<String, String> metadata() {
        try {
            return Map.of(KEY, JSON.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails unless a checkpoint was made with these images. */
    void requireSame(Path file, Map<String, String> metadata) {
        DataIdentity then;
        try {
            then = JSON.readValue(metadata.getOrDefault(KEY, ""), DataIdentity.class);
        } catch (JsonProcessingException e) {
            throw new FailureException(file + " does not say which images it was trained with.", e);
        }
        if (!equals(then)) {
            throw new FailureException(
                    file + " was trained with other images: " + (then == null ? "nothing" : then.brief())
                            + ", but these are " + brief() + "; give the same data set by --data.");
        }
    }

    private String brief() {
        return kind + ", " + train + " of " + size + ", " + classes.size() + " classes, means " + mean;
    }
}
