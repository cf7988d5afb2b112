package tornado.attention.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import tornado.attention.bench.Attn;
import tornado.attention.bench.docs.Page.Block;
import tornado.attention.bench.docs.Page.Command;

/** What the pages let readers copy is what the program takes, and does what they say. */
class DocumentationTest {
    private static final String FASHION = "/usr/share/datasets/fashion-mnist";

    /** Commands that take minutes, ask for a network of the reader's, or go to the internet: held by tests of their own. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "compare", "takes minutes; .ci/run runs the README's, CompareCommandTest others",
            "experiment", "takes minutes; ExperimentCommandTest",
            "jmh", "takes minutes",
            "jshell", "is the launcher's; theScriptTrainsAndShows runs its script",
            "pull", "goes to the internet; PullCommandTest",
            "spark", "needs the module spark, which has tests of its own");

    /** What the snippets stand on, as a reader has it: packages, and values from the text around. */
    private static final String BEFORE = """
            import java.io.*;
            import java.nio.file.*;
            import java.util.*;
            import tornado.attention.modules.*;
            import tornado.attention.networks.*;
            import tornado.attention.networks.data.*;
            import tornado.attention.networks.image.*;
            import tornado.attention.networks.training.*;
            import tornado.attention.tasks.*;
            import uk.ac.manchester.tornado.api.*;
            import uk.ac.manchester.tornado.api.enums.*;
            import uk.ac.manchester.tornado.api.types.arrays.*;

            public class Snippet {
                static final FloatArray image = new FloatArray(8 * 256 * 56 * 56);

                public static void main(String[] arguments) throws Exception {
            """;

    @TempDir
    private Path temporary;

    private static List<Command> commands() throws IOException {
        return Page.all().stream()
                .flatMap(p -> p.blocks().stream())
                .flatMap(b -> b.commands().stream())
                .toList();
    }

    @Test
    void everyCommandLineIsOneThatAttnTakes() throws IOException {
        var refused = new ArrayList<String>();
        var all = commands();
        assertThat(all).hasSizeGreaterThan(12);
        for (var command : all) {
            try {
                Attn.commandLine().parseArgs(command.words().toArray(String[]::new));
            } catch (ParameterException e) {
                refused.add(command + ": " + e.getMessage());
            }
        }
        assertThat(refused).isEmpty();
    }

    /** Those within the text may have words in place of files and names, so only command and options are looked at. */
    @Test
    void everyOptionNamedInTheTextExists() throws IOException {
        var unknown = new ArrayList<String>();
        int seen = 0;
        for (var page : Page.all()) {
            for (var span : page.spans()) {
                var words = Page.words(span.replaceFirst("^\\./", ""));
                // Options of the module spark are not known here; its commands are parsed in its own tests.
                if (words.size() < 2
                        || !words.getFirst().equals("attn")
                        || words.get(1).equals("spark")) {
                    continue;
                }
                seen++;
                var line = Attn.commandLine();
                CommandLine command = line;
                for (var word : words.subList(1, words.size())) {
                    if (!word.startsWith("-")) {
                        command = command == line
                                ? line.getSubcommands().getOrDefault(word, line)
                                : command.getSubcommands().getOrDefault(word, command);
                        continue;
                    }
                    var option = word.replaceFirst("=.*", "").replaceFirst("[,;.)]+$", "");
                    if (command.getCommandSpec().findOption(option) == null) {
                        unknown.add(page.name() + ": " + span + ": " + option);
                    }
                }
                var first = words.get(1);
                if (!first.startsWith("-")
                        && first.equals(first.toLowerCase(Locale.ROOT))
                        && !line.getSubcommands().containsKey(first)) {
                    unknown.add(page.name() + ": " + span);
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    /** An option by itself belongs to some command, or is another program's. */
    @Test
    void everyOptionByItselfBelongsToACommand() throws IOException {
        var others = List.of("--add-modules", "--master");
        var known = new HashSet<String>();
        var line = Attn.commandLine();
        line.getCommandSpec().optionsMap().keySet().forEach(known::add);
        line.getSubcommands()
                .values()
                .forEach(c -> known.addAll(c.getCommandSpec().optionsMap().keySet()));
        var unknown = new ArrayList<String>();
        for (var page : Page.all()) {
            // Of setup's scripts and of PyTorch's generator, which have options of their own; and of the module spark.
            if (page.name().startsWith("setup")
                    || page.name().startsWith("reference")
                    || page.name().endsWith("scale.md")) {
                continue;
            }
            for (var span : page.spans()) {
                var option = span.replaceFirst("[ =|].*", "");
                if (option.startsWith("--") && !known.contains(option) && !others.contains(option)) {
                    unknown.add(page.name() + ": " + span);
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** Runs the commands of a page one after the other in a folder with the project's photographs; a later one reads what one before wrote. */
    @ParameterizedTest
    @MethodSource("pages")
    void commandsDoWhatThePageSays(String page) throws IOException, InterruptedException {
        var sandbox = new Sandbox(temporary);
        var data = sandbox.fewImages().toString();
        for (var command : commands()) {
            if (!command.page().equals(page) || !isRun(command) || isOfTheReadme(command)) {
                continue;
            }
            var words = command.words().stream()
                    .map(w -> w.equals(FASHION) ? data : w)
                    .toList();
            var ended = sandbox.java(List.of(), Attn.class.getName(), words);
            assertThat(ended.status()).as(command + "\n" + ended.said()).isZero();
            var said =
                    ended.said().lines().map(DocumentationTest::withoutNumbers).toList();
            var wanted = command.output().stream()
                    .filter(l -> !l.startsWith("device ") && !l.contains(FASHION) && !l.startsWith("data "))
                    .map(DocumentationTest::withoutNumbers)
                    .toList();
            assertThat(said).as(command.toString()).containsAll(wanted);
        }
    }

    static Stream<String> pages() throws IOException {
        return commands().stream()
                .filter(DocumentationTest::isRun)
                .map(Command::page)
                .distinct();
    }

    /** What another page repeats is run once. */
    private static boolean isOfTheReadme(Command command) throws IOException {
        return !command.page().equals("README.md")
                && commands().stream()
                        .anyMatch(c -> c.page().equals("README.md")
                                && c.words().equals(command.words())
                                && c.output().equals(command.output()));
    }

    private static boolean isRun(Command command) {
        var first = command.words().getFirst();
        return !NOT_RUN.containsKey(first) && command.words().stream().noneMatch(DocumentationTest::isOfTheReader);
    }

    /** A file that only the reader has. */
    private static boolean isOfTheReader(String word) {
        return word.matches(
                        ".*(photograph\\.jpg|photo\\.jpg|features\\.safetensors|block\\.safetensors|model\\.safetensors)")
                || word.startsWith("experiment/")
                || word.equals("OUT");
    }

    private static String withoutNumbers(String line) {
        return line.replaceAll("-?\\d[\\d,.]*(E-?\\d+)?(e-?\\d+)?", "0")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static Stream<Block> snippets() throws IOException {
        return Page.all().stream()
                .flatMap(p -> p.blocks().stream())
                .filter(b -> b.language().equals("java"));
    }

    /** A snippet is a program, or its lines are those of a source of the project. */
    @ParameterizedTest
    @MethodSource("snippets")
    void snippetsRun(Block snippet) throws IOException, InterruptedException {
        if (snippet.page().endsWith("adding-a-module.md")) {
            var sources = sources();
            assertThat(lines(snippet.text())).allMatch(l -> sources.contains(bare(l)));
            return;
        }
        var sandbox = new Sandbox(temporary);
        var text = snippet.text().replace(FASHION, sandbox.fewImages().toString());
        var source = Files.writeString(temporary.resolve("Snippet.java"), BEFORE + text + "}\n}\n");
        var classes = sandbox.compile(List.of(source));
        var ended = sandbox.java(List.of(classes), "Snippet", List.of());
        assertThat(ended.status()).as(ended.said()).isZero();
        snippet.text()
                .lines()
                .filter(l -> l.contains("println(") && l.contains("// "))
                .map(l -> l.substring(l.indexOf("// ") + 3))
                .forEach(printed -> assertThat(ended.said()).contains(printed));
    }

    private static List<String> lines(String text) {
        return text.lines()
                .map(l -> l.replaceFirst("\\s*//.*", ""))
                .filter(l -> !l.isBlank())
                .toList();
    }

    /** The page leaves out the names of kernels. */
    private static String bare(String code) {
        return code.replaceAll("\\.named\\(\"\\w+\"\\)|\\s", "");
    }

    private static String sources() throws IOException {
        var folder = Page.root().resolve("modules/src/main/java/tornado/attention/modules");
        return bare(Files.readString(folder.resolve("CbamModule.java"))
                + Files.readString(folder.resolve("Catalogue.java")));
    }

    @Test
    void theExamplesRun() throws IOException, InterruptedException {
        var sandbox = new Sandbox(temporary);
        var wanted = new HashMap<>(Map.of(
                "Classify", "docs/photos/chelsea.png  [cat 1.000, frog 0.000, automobile 0.000]",
                "Pipeline", "attention takes 11 kernels between two tasks"));
        for (var example : List.of("classify", "pipeline")) {
            try (Stream<Path> files = Files.walk(Page.root().resolve("examples/" + example + "/src/main/java"))) {
                var sources = files.filter(f -> f.toString().endsWith(".java")).toList();
                var name = sources.getFirst().getFileName().toString().replace(".java", "");
                var ended = sandbox.java(
                        List.of(sandbox.compile(sources)), "example." + name, List.of("docs/photos/chelsea.png"));
                assertThat(ended.status()).as(ended.said()).isZero();
                assertThat(ended.said()).contains(wanted.remove(name));
            }
        }
        assertThat(wanted).isEmpty();
    }

    @Test
    void theScriptTrainsAndShows() throws IOException, InterruptedException {
        var sandbox = new Sandbox(temporary);
        var ended = sandbox.jshell(Path.of("examples/interactive/attention.jsh"));
        // Interactive Java ends well whatever a line did; what went wrong it says.
        assertThat(ended.said())
                .contains("epoch 4: loss", "seen.png: where the network sees chelsea")
                .doesNotContain("Error:", "Exception");
        assertThat(temporary.resolve("seen.png")).isNotEmptyFile();
    }

    /** The notebook's cells are the script's parts, so what runs here is what runs there; besides it shows the picture. */
    @Test
    void theNotebookHoldsTheScript() throws IOException {
        var folder = Page.root().resolve("examples/interactive");
        var script = Files.readString(folder.resolve("attention.jsh"));
        var parts = script.substring(script.indexOf("\nimport ")).split("(?m)^// %% .*\\n");
        var cells = new ArrayList<String>();
        for (var cell : new ObjectMapper()
                .readTree(folder.resolve("attention.ipynb").toFile())
                .path("cells")) {
            if (cell.path("cell_type").asText().equals("code")) {
                var text = new StringBuilder();
                cell.path("source").forEach(line -> text.append(line.asText()));
                cells.add(text.toString());
            }
        }
        var wanted = Arrays.stream(parts).map(String::strip).collect(Collectors.toCollection(ArrayList::new));
        wanted.add("picture");
        assertThat(cells).isEqualTo(wanted);
    }

    @Test
    void theNotebookRunsInJupyter() throws IOException, InterruptedException {
        var sandbox = new Sandbox(temporary);
        assumeTrue(sandbox.hasJavaKernel(), "The notebook was not run: there is no jupyter with a kernel named java.");
        var ended = sandbox.notebook(Path.of("examples/interactive/attention.ipynb"));
        assertThat(ended.status()).as(ended.said()).isZero();
        assertThat(temporary.resolve("seen.png")).isNotEmptyFile();
    }
}
