package tornado.attention.tasks.internal.lowering;

import java.util.List;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Emitter;

/**
 * How a match is made where its maps are rows of channels, {@link tornado.attention.tasks.PixelRows}.
 *
 * @param kind what it is
 * @param maps the values that it takes as rows
 * @param emitter appends the kernels; its tensor is rows, except that of {@link Kind#END}
 */
record RowForm(Kind kind, List<Value> maps, Emitter emitter) {
    enum Kind {
        /** From planes to rows. */
        BEGIN,
        /** A depthwise convolution: what rows are worth it for. */
        DEPTHWISE,
        /** From rows to rows. */
        OTHER,
        /** From rows to one value a channel, whose layout is that of planes. */
        END
    }

    /** Copies the list. */
    RowForm {
        maps = List.copyOf(maps);
    }

    /** Whether it makes rows. */
    boolean makesRows() {
        return kind != Kind.END;
    }
}
