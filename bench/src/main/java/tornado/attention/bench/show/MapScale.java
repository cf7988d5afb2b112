package tornado.attention.bench.show;

import java.util.List;

/** On what scale maps are drawn: as they are, or in decades where few weights are much larger than the others. */
enum MapScale {
    /** Weights as they are. */
    LINEAR(""),
    /** Decimal logarithm of weight over mean weight, down to -2: what is darker has no say. */
    DECADES("decimal logarithm of weight over mean weight, cut at -2");

    /** A map whose largest weight is this many times its mean would be one light spot on a linear scale. */
    private static final double PEAKED = 8;

    private static final double LEAST = -2;

    private final String description;

    MapScale(String description) {
        this.description = description;
    }

    /** For people; empty for weights as they are. */
    String description() {
        return description;
    }

    /** One scale for maps that are to be compared. */
    static MapScale fitting(List<float[]> maps) {
        return maps.stream().anyMatch(MapScale::isPeaked) ? DECADES : LINEAR;
    }

    private static boolean isPeaked(float[] map) {
        double sum = 0;
        float largest = 0;
        for (float weight : map) {
            if (!(weight >= 0)) {
                return false;
            }
            sum += weight;
            largest = Math.max(largest, weight);
        }
        return largest > PEAKED * sum / map.length;
    }

    /** A map on this scale. */
    float[] apply(float[] map) {
        if (this == LINEAR) {
            return map;
        }
        double sum = 0;
        for (float weight : map) {
            sum += weight;
        }
        var decades = new float[map.length];
        for (int i = 0; i < map.length; i++) {
            decades[i] = (float) Math.max(Math.log10(map[i] * map.length / sum), LEAST);
        }
        return decades;
    }
}
