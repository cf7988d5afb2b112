package tornado.attention.bench.cli;

import picocli.CommandLine.Option;
import tornado.attention.tasks.ChainOptions;

/** {@code --fuse}: whether one kernel may do the work of several tasks. */
public final class FusionOption {
    /** What may be fused. */
    enum Fusion {
        /** Whatever a pattern takes. */
        ALL,
        /** Nothing: each task by kernels of its own. */
        NONE
    }

    @Option(
            names = "--fuse",
            paramLabel = "all|none",
            defaultValue = "ALL",
            description =
                    "none: a kernel or more for each task, to see what fusing gains and that it changes no result. Default:"
                            + " all.")
    private Fusion fusion = Fusion.ALL;

    /** The options with the wish in them. */
    public ChainOptions apply(ChainOptions options) {
        return fusion == Fusion.ALL ? options : options.withoutFusion();
    }
}
