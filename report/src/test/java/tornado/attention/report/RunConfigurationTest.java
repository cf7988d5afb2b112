package tornado.attention.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunConfigurationTest {
    @Test
    void saysTheCommandThatAskedForIt() {
        var plain = new RunConfiguration("standard", List.of(), List.of(), List.of(), 0, List.of(), "", "auto", 7);
        assertThat(plain.commandLine()).isEqualTo("attn compare --seed 7");
        var much = new RunConfiguration(
                "quick",
                List.of("ECA", "SRM"),
                List.of("1x2x3x4"),
                List.of("0:0"),
                2,
                List.of("pytorch"),
                "python3",
                "portable",
                7);
        assertThat(much.commandLine())
                .isEqualTo("attn compare --quick --modules ECA,SRM --shapes 1x2x3x4 --devices 0:0 --threads 2"
                        + " --peer pytorch --python python3 --variant portable --seed 7");
    }

    @Test
    void whatEarlierResultsDoNotSayIsTheDefault() {
        var read = JsonRecords.read(
                "{\"effort\": \"quick\", \"modules\": [], \"shapes\": [], \"devices\": [], \"peers\": [], \"python\": \"\"}",
                RunConfiguration.class,
                "A test");
        assertThat(read.variant()).isEqualTo("auto");
    }
}
