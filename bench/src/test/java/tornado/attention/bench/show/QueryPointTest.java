package tornado.attention.bench.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.bench.cli.UsageException;

class QueryPointTest {
    @Test
    void rowComesFirst() {
        assertThat(QueryPoint.parse("20, 30")).isEqualTo(new QueryPoint(20, 30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "20,30,40", "a,b", "-1,3", "3,-1", "1.5,2", "99999999999,1"})
    void otherTextIsRefused(String text) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> QueryPoint.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("20,30");
    }

    /** Corners stay corners, and what lies in a cell of the smaller grid becomes that cell. */
    @Test
    void pixelsOfASmallerGrid() {
        assertThat(new QueryPoint(0, 0).in(10, 20, 300, 400)).isEqualTo(new QueryPoint(0, 0));
        assertThat(new QueryPoint(299, 399).in(10, 20, 300, 400)).isEqualTo(new QueryPoint(9, 19));
        assertThat(new QueryPoint(29, 20).in(10, 20, 300, 400)).isEqualTo(new QueryPoint(0, 1));
        assertThat(new QueryPoint(30, 19).in(10, 20, 300, 400)).isEqualTo(new QueryPoint(1, 0));
        assertThat(new QueryPoint(3, 4).in(8, 10, 8, 10)).isEqualTo(new QueryPoint(3, 4));
        assertThat(new QueryPoint(1, 1).in(6, 6, 3, 3)).isEqualTo(new QueryPoint(3, 3));
    }
}
