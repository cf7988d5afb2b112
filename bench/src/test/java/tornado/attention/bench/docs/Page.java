package tornado.attention.bench.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation and what it lets readers copy.
 *
 * @param name from the project's folder on
 * @param blocks what stands between fences
 * @param spans code within the text
 */
record Page(String name, List<Block> blocks, List<String> spans) {
    private static final Pattern FENCED = Pattern.compile("(?m)^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

    /** What stands between two fences. */
    record Block(String page, String language, String text) {
        /** The command lines of {@code attn} in it, each with the lines that follow it as its output. */
        List<Command> commands() {
            var commands = new ArrayList<Command>();
            var lines = text.replace("\\\n", " ").lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                var line = lines.get(i);
                boolean answered = line.startsWith("$ ");
                var words = words(answered ? line.substring(2) : line);
                if (words.isEmpty()
                        || !(words.getFirst().equals("./attn")
                                || words.getFirst().equals("attn"))) {
                    continue;
                }
                var output = new ArrayList<String>();
                while (answered && i + 1 < lines.size() && !lines.get(i + 1).startsWith("$ ")) {
                    output.add(lines.get(++i));
                }
                commands.add(new Command(page, words.subList(1, words.size()), output));
            }
            return commands;
        }

        @Override
        public String toString() {
            return page + ": " + text.lines().findFirst().orElse("");
        }
    }

    /** A command line, without {@code attn}, and what the page says it prints. */
    record Command(String page, List<String> words, List<String> output) {
        @Override
        public String toString() {
            return page + ": attn " + String.join(" ", words);
        }
    }

    /** All pages, the README first. */
    static List<Page> all() throws IOException {
        var root = root();
        var pages = new ArrayList<Page>();
        pages.add(read(root, root.resolve("README.md")));
        for (var folder : List.of("docs", "examples", "setup", "reference", "results")) {
            try (Stream<Path> files = Files.walk(root.resolve(folder), 2)) {
                for (var file :
                        files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
                    pages.add(read(root, file));
                }
            }
        }
        return pages;
    }

    /** The project's folder. */
    static Path root() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    private static Page read(Path root, Path file) throws IOException {
        var text = Files.readString(file);
        var name = root.relativize(file).toString();
        var blocks = FENCED.matcher(text)
                .results()
                .map((MatchResult r) -> new Block(name, r.group(1), r.group(2)))
                .toList();
        var spans = SPAN.matcher(FENCED.matcher(text).replaceAll(""))
                .results()
                .map((MatchResult r) -> r.group(1).replace('\n', ' '))
                .toList();
        return new Page(name, blocks, spans);
    }

    /** A line as a shell takes it apart; what stands behind # is a comment. */
    static List<String> words(String line) {
        var words = new ArrayList<String>();
        for (var word : line.strip().split("\\s+")) {
            if (word.startsWith("#")) {
                break;
            }
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
