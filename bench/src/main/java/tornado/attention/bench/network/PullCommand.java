package tornado.attention.bench.network;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.report.internal.text.Numbers;

/** {@code attn pull}: published weights onto this machine. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        description = {
            "Fetches the published weights of a network: says from where, goes on where an earlier attempt ended, checks the digest.",
            "Nothing is fetched by any other command. https_proxy and no_proxy are respected."
        })
public final class PullCommand implements Callable<Integer> {
    private static final String PTH = ".pth";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NETWORK", description = "timm's name, with or without the weights' tag.")
    private String name;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "File to write. Default: the name with its tag, .safetensors or .pth, in this folder.")
    private Path output;

    @Override
    public Integer call() throws IOException {
        var pretrained = NetworkOptions.pretrained(name);
        if (pretrained.isBundled()) {
            throw new UsageException("The weights of " + pretrained.name() + " come along; 'attn classify "
                    + pretrained.network() + " IMAGE' takes them.");
        }
        var target = output == null
                ? Path.of(pretrained.name() + (pretrained.address().endsWith(PTH) ? PTH : ".safetensors"))
                : output;
        new OutputFiles().writing("--output", target);
        var out = spec.commandLine().getOut();
        if (Files.exists(target)) {
            throw new UsageException(
                    target + " is there already; remove it to fetch it again, or name another file by" + " --output.");
        }
        out.println(pretrained.address() + " (" + pretrained.licence() + ")");
        out.flush();
        try {
            var fetched = new Download(URI.create(pretrained.address()), System.getenv()).to(target);
            out.println(target + ": " + Numbers.bytes(fetched.bytes()) + ", SHA-256 "
                    + fetched.digest().orElseThrow() + ".");
        } catch (FailureException e) {
            throw e;
        } catch (IOException e) {
            throw new FailureException(
                    "The network does not let " + pretrained.address()
                            + " through; fetch it on a machine that can, put it here as " + target
                            + " and give it by --weights.",
                    e);
        }
        out.flush();
        return ExitCode.OK;
    }
}
