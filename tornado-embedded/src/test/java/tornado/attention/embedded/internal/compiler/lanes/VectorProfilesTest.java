package tornado.attention.embedded.internal.compiler.lanes;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is run for HotSpot to see must run. */
class VectorProfilesTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void aRoundRuns(int lanes) {
        assertThatCode(VectorProfiles.round(lanes)::run).doesNotThrowAnyException();
    }
}
