package tornado.attention.bench.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkName;
import tornado.attention.networks.Networks;
import tornado.attention.networks.Pretrained;
import tornado.attention.networks.image.Size;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Nearest;
import tornado.attention.report.internal.text.Numbers;

/** {@code attn networks}: what networks there are, what they cost, what weights were published for them. */
@Command(
        name = "networks",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the networks: parameters, MACs for the images of their first published weights, and the weights' tags.",
            "With names: also where each file of weights can be had, how images are prepared for it, and its licence."
        })
public final class NetworksCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NETWORK", description = "Only these networks. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** A network with what it costs. */
    private record Row(String name, long parameters, long macs, Size size, List<Pretrained> tags) {
        static Row of(String name) {
            var tags = Pretrained.of(new NetworkName(name, null));
            var config = Networks.named(name);
            var size = Networks.imageSize(name);
            long parameters = Network.weights(config, size).stream()
                    .filter(w -> w.kind() == WeightSpec.Kind.PARAMETER)
                    .mapToLong(w -> w.shape().elements())
                    .sum();
            return new Row(name, parameters, Network.macs(config, size), size, tags);
        }

        Map<String, Object> toJson() {
            var all = new LinkedHashMap<String, Object>();
            all.put("name", name);
            all.put("family", Networks.named(name).values().get("network"));
            all.put("parameters", parameters);
            all.put("macs", macs);
            all.put("imageSize", size.toString());
            all.put("weights", tags.stream().map(Row::json).toList());
            return all;
        }

        private static Map<String, Object> json(Pretrained tag) {
            var all = new LinkedHashMap<String, Object>();
            all.put("tag", tag.tag());
            all.put("top1", tag.top1());
            all.put("licence", tag.licence());
            all.put("preprocessing", tag.preprocessing().toString());
            all.put("address", tag.address());
            return all;
        }
    }

    @Override
    public Integer call() {
        names.forEach(NetworksCommand::require);
        var wanted = names.isEmpty() ? new ArrayList<>(Networks.names()) : names;
        var rows = wanted.parallelStream().map(Row::of).toList();
        var out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, rows.stream().map(Row::toJson).toList());
            return ExitCode.OK;
        }
        out.println(String.format(
                Locale.ROOT, "%-28s %12s %16s %9s  %s", "network", "parameters", "MACs", "images", "weights"));
        for (var row : rows) {
            out.println(String.format(
                            Locale.ROOT,
                            "%-28s %12s %16s %9s  %s",
                            row.name(),
                            Numbers.count(row.parameters()),
                            Numbers.count(row.macs()),
                            row.size(),
                            row.tags().stream().map(NetworksCommand::tag).collect(Collectors.joining(" ")))
                    .stripTrailing());
            if (!names.isEmpty()) {
                row.tags()
                        .forEach(t -> out.println("  " + t.name() + ": " + t.preprocessing() + "; " + t.licence() + "; "
                                + (t.top1() == null ? "" : "top-1 " + t.top1() + " %; ")
                                + (t.isBundled() ? "comes along" : t.address())));
            }
        }
        out.println(rows.size() + (rows.size() == 1 ? " network." : " networks."));
        out.flush();
        return ExitCode.OK;
    }

    private static String tag(Pretrained pretrained) {
        return pretrained.isBundled() ? pretrained.tag() + "*" : pretrained.tag();
    }

    /** Fails with the nearest name unless there is such a network. */
    public static void require(String name) {
        if (!Networks.contains(name)) {
            throw new UsageException("There is no network '" + name + "'" + Nearest.hint(name, Networks.names())
                    + "; 'attn networks' lists them.");
        }
    }
}
