package tornado.attention.bench.show;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tornado.attention.bench.run.Photograph;
import tornado.attention.bench.run.Statistics;
import tornado.attention.report.image.PixelMap;
import tornado.attention.report.image.QueryPanel;
import tornado.attention.report.image.QueryPanel.Query;
import tornado.attention.report.internal.text.TextTable;

/**
 * The maps of some query pixels.
 *
 * @param title head of the picture
 * @param photo under the maps
 * @param points the query pixels in the photograph
 * @param pixels the same in the feature map
 * @param maps where all pixels look
 */
record Panel(String title, Photograph photo, List<QueryPoint> points, List<QueryPoint> pixels, QueryMaps maps) {
    /** For people: the queries, then the distances of their maps. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("maps       " + photo.features().shape().pixels() + " pixels look at " + maps.keyHeight() + "x"
                + maps.keyWidth() + (maps.heads() == 1 ? "" : "; mean of " + maps.heads() + " heads"));
        for (int i = 0; i < points.size(); i++) {
            lines.add("query " + (i + 1) + "    pixel " + points.get(i) + " of the photograph, " + pixels.get(i)
                    + " of the feature map; weights "
                    + Statistics.of(maps.map(query(i))).range());
        }
        if (points.size() > 1) {
            lines.add("distance   cosine distance between the maps: 0 the same, 1 nothing in common");
            table().forEach(line -> lines.add("           " + line));
        }
        lines.add("all pixels mean cosine distance of two of them: maps " + CosineDistance.text(maps.averageDistance())
                + ", features " + CosineDistance.text(featureDistance()) + "; of a map to a uniform one: "
                + CosineDistance.text(maps.distanceToUniform()));
        return lines;
    }

    private List<String> table() {
        var head = new ArrayList<String>(List.of(""));
        IntStream.range(0, points.size()).forEach(i -> head.add(">" + (i + 1)));
        var table = new TextTable(head.toArray(String[]::new));
        for (int i = 0; i < points.size(); i++) {
            var cells = new ArrayList<String>(List.of(String.valueOf(i + 1)));
            for (int j = 0; j < points.size(); j++) {
                cells.add(i == j ? "0" : CosineDistance.text(distance(i, j)));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table.lines();
    }

    /** The picture: a map a query with its distances to the others below it. */
    BufferedImage draw() {
        var scale = MapScale.fitting(IntStream.range(0, points.size())
                .mapToObj(i -> maps.map(query(i)))
                .toList());
        var features = photo.features().shape();
        var drawn = new ArrayList<Query>();
        for (int i = 0; i < points.size(); i++) {
            var at = pixels.get(i).in(maps.keyHeight(), maps.keyWidth(), features.height(), features.width());
            drawn.add(new Query(
                    new PixelMap(maps.keyHeight(), maps.keyWidth(), scale.apply(maps.map(query(i)))),
                    at.row(),
                    at.column(),
                    caption(i)));
        }
        var subtitle = "mean cosine distance of all pairs of pixels: maps "
                + CosineDistance.text(maps.averageDistance()) + ", features "
                + CosineDistance.text(featureDistance())
                + (maps.heads() == 1 ? "" : "; mean of " + maps.heads() + " heads")
                + (scale == MapScale.LINEAR ? "" : "; " + scale.description());
        return QueryPanel.draw(photo.photo(), drawn, title, subtitle);
    }

    private String caption(int query) {
        var others = IntStream.range(0, points.size())
                .filter(i -> i != query)
                .mapToObj(i -> CosineDistance.text(distance(query, i)) + " to " + (i + 1))
                .collect(Collectors.joining(", "));
        return "query " + (query + 1) + (others.isEmpty() ? "" : ": distance " + others);
    }

    /** Mean cosine distance between the feature vectors of two pixels, over all pairs. */
    private double featureDistance() {
        return CosineDistance.average(
                photo.pixelVectors(), photo.features().shape().channels());
    }

    private int query(int i) {
        return pixels.get(i).row() * photo.features().shape().width()
                + pixels.get(i).column();
    }

    private double distance(int i, int j) {
        return maps.distance(query(i), query(j));
    }
}
