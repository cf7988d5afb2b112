package tornado.attention.bench.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.run.ModuleRun.Exposed;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

class QueryMapsTest {
    private static final Shape FEATURES = Shape.of(1, 3, 2, 3);

    private static Exposed exposed(AttentionKind kind, Shape shape) {
        var values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return new Exposed(kind, new NamedTensor("map", shape, values));
    }

    @Test
    void theMapOfPixelsOverPixelsIsFoundAmongOthers() {
        var maps = QueryMaps.find(
                        List.of(
                                exposed(AttentionKind.CHANNEL_GATE, Shape.of(1, 36)),
                                exposed(AttentionKind.QUERY_KEY_MAP, Shape.of(1, 1, 3, 3)),
                                exposed(AttentionKind.QUERY_KEY_MAP, Shape.of(1, 1, 6, 6))),
                        FEATURES)
                .orElseThrow();
        assertThat(maps.keyHeight()).isEqualTo(2);
        assertThat(maps.keyWidth()).isEqualTo(3);
        assertThat(maps.map(1)).containsExactly(6, 7, 8, 9, 10, 11);
    }

    @Test
    void pooledKeysHaveASmallerGrid() {
        var maps = QueryMaps.find(
                        List.of(exposed(AttentionKind.QUERY_KEY_MAP, Shape.of(1, 1, 20, 4))), Shape.of(1, 8, 4, 5))
                .orElseThrow();
        assertThat(maps.keyHeight()).isEqualTo(2);
        assertThat(maps.keyWidth()).isEqualTo(2);
        assertThat(maps.map(19)).containsExactly(76, 77, 78, 79);
    }

    @Test
    void headsAreAveraged() {
        var maps = QueryMaps.find(List.of(exposed(AttentionKind.QUERY_KEY_MAP, Shape.of(1, 2, 6, 6))), FEATURES)
                .orElseThrow();
        assertThat(maps.heads()).isEqualTo(2);
        assertThat(maps.map(0)).containsExactly(18, 19, 20, 21, 22, 23);
    }

    @Test
    void channelsThatLookAtChannelsAreNoPixels() {
        assertThat(QueryMaps.find(
                        List.of(
                                exposed(AttentionKind.QUERY_KEY_MAP, Shape.of(1, 1, 3, 3)),
                                exposed(AttentionKind.PIXEL_MAP, Shape.of(1, 1, 6, 6))),
                        FEATURES))
                .isEmpty();
    }

    @Test
    void scalesFollowThePeaks() {
        var flat = new float[] {1, 2, 1, 2};
        var peaked = new float[20];
        peaked[7] = 1;
        assertThat(MapScale.fitting(List.of(flat))).isEqualTo(MapScale.LINEAR);
        assertThat(MapScale.fitting(List.of(flat, peaked))).isEqualTo(MapScale.DECADES);
        assertThat(MapScale.DECADES.apply(peaked)[7]).isEqualTo((float) Math.log10(20));
        assertThat(MapScale.DECADES.apply(peaked)[6]).isEqualTo(-2);
        var signed = peaked.clone();
        signed[0] = -1;
        assertThat(MapScale.fitting(List.of(signed))).isEqualTo(MapScale.LINEAR);
    }
}
