package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.report.Contender;

class PeerTest {
    @Test
    void comparesWithPyTorchWhereItIs() throws IOException, Unsupported {
        var search = Peer.find("");
        assumeTrue(search instanceof Peer.Search.Found, search.toString());
        var runners = ((Peer.Search.Found) search).peer().start(1, false, false);
        try {
            var torch = runners.getFirst();
            assertThat(torch.contender().key()).isEqualTo(Contender.PYTORCH);
            assertThat(torch.contender().threads()).isEqualTo(1);
            for (var id : List.of("SEAttention@2x32x6x6", "GlobalContext@1x16x5x4", "SKAttention@1x16x6x6")) {
                var data = CaseData.of(CaseList.find(id));
                var check = Oracle.of(data, Long.MAX_VALUE)
                        .check(torch.prepare(data).outputs());
                assertThat(check.passed()).as(id + ": " + check).isTrue();
                assertThat(torch.slice(1_000_000, 3)).isNotEmpty().hasSizeLessThanOrEqualTo(3);
                torch.release();
            }
        } finally {
            runners.forEach(Runner::close);
        }
    }

    @Test
    void aPythonWithoutTorchIsRefused() {
        assertThatThrownBy(() -> Peer.find("/nowhere/python3")).hasMessageContaining("no Python with torch");
    }
}
