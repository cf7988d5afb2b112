package tornado.attention.bench.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code attn spark} where the module spark is not on the class path, so that {@code --help} knows it. */
@Command(
        name = "spark",
        description = {
            "Classifies or embeds a folder of images on many machines, by Apache Spark.",
            "The launcher of a checkout builds the module spark when this is first called; see docs/scale.md."
        })
public final class SparkHint implements Callable<Integer> {
    @Unmatched
    @SuppressWarnings("UnusedVariable") // whatever it says, there is no Spark
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        throw new FailureException("Spark is not on the class path: call ./attn spark in a checkout, which builds the"
                + " module spark, or use the artifact tornado-attention-spark in a Spark application.");
    }
}
