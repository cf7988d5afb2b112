package tornado.attention.bench.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.compare.Case;
import tornado.attention.bench.compare.CaseList;
import tornado.attention.modules.Catalogue;

/** {@code attn jmh}: JMH's own command line on our benchmarks, with the case list for its parameters. */
@Command(
        name = "jmh",
        description = {
            "Runs the JMH benchmarks; every argument goes to JMH: 'attn jmh -l' lists them, 'attn jmh -h'"
                    + " explains all.",
            "Modules run on the quick list unless '-p subject=SEAttention@8x256x56x56,...' names cases."
        })
public final class JmhCommand implements Callable<Integer> {
    private static final String SUBJECT = "subject=";

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--help", usageHelp = true, description = "Show this help; -h is JMH's.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    /** The command without arguments. */
    public JmhCommand() {}

    @Override
    public Integer call() throws IOException {
        if (arguments.stream().anyMatch(a -> a.equals("-jvmArgs") || a.startsWith("-jvmArgs="))) {
            throw new UsageException(
                    "-jvmArgs takes away the options that the engine needs, and the numbers would be of"
                            + " another one; add to them by -jvmArgsAppend.");
        }
        Main.main(withCases(arguments).toArray(String[]::new));
        return 0;
    }

    /** The arguments, with the quick list where no case is named. */
    static List<String> withCases(List<String> arguments) {
        var all = new ArrayList<>(arguments);
        if (arguments.stream().noneMatch(a -> a.contains(SUBJECT))) {
            all.add("-p");
            all.add(SUBJECT
                    + CaseList.quick(Catalogue.types()).stream().map(Case::id).collect(Collectors.joining(",")));
        }
        return all;
    }
}
