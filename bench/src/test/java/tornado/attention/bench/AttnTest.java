package tornado.attention.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttnTest {
    @Test
    void everyCommandHasHelp() {
        for (var entry : Attn.commandLine().getSubcommands().entrySet()) {
            if (entry.getValue().getCommandSpec().usageMessage().hidden()) {
                continue;
            }
            var name = entry.getKey();
            var outcome = Outcome.of(name, "--help");
            assertThat(outcome.status()).as(name).isZero();
            assertThat(outcome.out()).startsWith("Usage: attn " + name);
            assertThat(outcome.err()).isEmpty();
        }
    }

    @Test
    void helpListsTheCommands() {
        var outcome = Outcome.of("--help");
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("devices", "doctor", "modules", "run", "verify", "compare", "report", "--engine", "--debug");
    }

    @Test
    void versionNamesProjectAndJava() {
        assertThat(Outcome.of("--version").out())
                .startsWith("attn ")
                .contains("Java " + Runtime.version().feature());
    }

    @Test
    void withoutACommandItSaysHowToUseIt() {
        var outcome = Outcome.of();
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("Usage: attn", "A command is missing");
        assertThat(outcome.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verfy | There is no command 'verfy'; did you mean 'verify'",
                "modules --shap 1x2x3x4 | There is no option '--shap'; did you mean '--shape'",
                "devices too many | one too many",
                "devices --memory both | There is no memory mode 'both'; there are shared and isolated",
                "devices --memory shared | The memory mode is chosen by the launcher",
                "modules --shape 1x2x3 | is not the shape of a feature map",
                "modules --shape 1x2x3xfour | is not a shape",
                "modules --shape 1x0x3x4 | is not the shape of a feature map",
                "modules SEAtention | did you mean SEAttention?",
                "modules Unheard | There is no module 'Unheard'; 'attn modules' lists them",
                "run | Missing required",
                "run ECA | Missing required argument",
                "run ECA --input a --image b | mutually exclusive",
                "run ECA --image a --seed many | --seed",
                "run Nothing --input a | There is no module 'Nothing'",
                "verify --tolerance -1 | give a positive number",
                "verify --tolerance NaN | give a positive number",
                "verify --threads 0 | give 1 or more",
                "verify --device 7:7 | There is no device '7:7'; there are 0:0",
                "--engine gpu devices | There is no engine 'gpu'",
                "devices --engine tornadovm | start through the launcher",
            })
    void whatMakesNoSenseIsOneSentenceAndStatus2(String words, String sentence) {
        var outcome = Outcome.of((Object[]) words.split(" "));
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).startsWith("attn").contains(sentence);
        assertThat(outcome.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run ECA --input /no/such/file.safetensors",
                "run ECA --image /no/such/file.png",
                "verify /no/such/folder",
                "run ECA --input /",
            })
    void aMissingFileIsOneSentenceAndStatus1(String words) {
        var outcome = Outcome.of((Object[]) words.split(" "));
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains(words.substring(words.lastIndexOf(' ') + 1));
    }

    @Test
    void debugPrintsTheStackTrace() {
        var outcome = Outcome.of("verify", "/no/such/folder", "--debug");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("\tat tornado.attention.bench.verify");
    }
}
