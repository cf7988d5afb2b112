package tornado.attention.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a run was asked for; a resumed run goes on with it.
 *
 * @param effort {@code quick}, {@code standard} or {@code rigorous}
 * @param modules names of the modules; empty for all; {@code operations}; or {@link #NETWORKS} and names of networks
 * @param shapes feature maps; empty for those of the list
 * @param devices ids of the devices; empty for all
 * @param threads threads of the embedded engine; 0 for all cores
 * @param peers {@code pytorch}, {@code onnxruntime}, both or nothing
 * @param python the Python of the peer as it was typed, of an absolute path the file name; empty for the first that
 *     has torch
 * @param variant which kernels: {@code auto}, {@code portable} or {@code workgroup}
 * @param seed of weights and inputs
 */
public record RunConfiguration(
        String effort,
        List<String> modules,
        List<String> shapes,
        List<String> devices,
        int threads,
        List<String> peers,
        String python,
        String variant,
        long seed) {
    /** The first of the modules where the others are names of networks. */
    public static final String NETWORKS = "networks";

    /** Whether whole networks are measured. */
    public boolean ofNetworks() {
        return !modules.isEmpty() && modules.getFirst().equals(NETWORKS);
    }

    /** Copies the lists. */
    public RunConfiguration {
        modules = List.copyOf(modules);
        shapes = List.copyOf(shapes);
        devices = List.copyOf(devices);
        peers = List.copyOf(peers);
        variant = Objects.requireNonNullElse(variant, "auto"); // results of earlier versions do not say
    }

    /** The command that asks for it. */
    public String commandLine() {
        var words = new ArrayList<>(List.of("attn compare"));
        if (!effort.equals("standard")) {
            words.add("--" + effort);
        }
        if (modules.equals(List.of("operations"))) {
            words.add("--operations");
        } else if (ofNetworks()) {
            words.add("--networks"
                    + (modules.size() == 1 ? "" : " " + String.join(",", modules.subList(1, modules.size()))));
        } else {
            add(words, "--modules", modules);
        }
        add(words, "--shapes", shapes);
        add(words, "--devices", devices);
        add(words, "--threads", threads == 0 ? List.of() : List.of(Integer.toString(threads)));
        add(words, "--peer", peers);
        add(words, "--python", python.isEmpty() ? List.of() : List.of(python));
        add(words, "--variant", variant.equals("auto") ? List.of() : List.of(variant));
        add(words, "--seed", List.of(Long.toString(seed)));
        return String.join(" ", words);
    }

    private static void add(List<String> words, String option, List<String> values) {
        if (!values.isEmpty()) {
            words.add(option + " " + String.join(",", values));
        }
    }
}
