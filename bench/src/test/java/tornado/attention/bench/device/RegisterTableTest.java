package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed table of registers, which {@link PtxTest} makes anew where PTX can be assembled. */
class RegisterTableTest {
    @Test
    void speaksOfKernelsThatAreThere() throws IOException {
        var kernels = Stream.concat(KernelCatalogue.portable().stream(), KernelCatalogue.ofWorkGroups().stream())
                .map(KernelCatalogue::name)
                .toList();
        var rows = Files.readAllLines(Path.of("..", "results", "registers-sm_90.csv"));
        assertThat(rows.getFirst()).isEqualTo("kernel,registers,shared_bytes");
        assertThat(rows.stream().skip(1).map(row -> row.substring(0, row.indexOf(','))))
                .doesNotHaveDuplicates()
                .isSubsetOf(kernels);
    }
}
