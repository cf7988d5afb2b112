package tornado.attention.tasks;

import java.util.Locale;

/** What an attention tensor says, hence how it is drawn. */
public enum AttentionKind {
    /** One weight a pixel, {@code [batch, maps, height, width]}. */
    PIXEL_MAP,
    /** One weight a channel, {@code [batch, channels]}. */
    CHANNEL_GATE,
    /** One weight a query and key, {@code [batch, maps, queries, keys]}. */
    QUERY_KEY_MAP,
    /** One weight a branch and channel, {@code [batch, branches, channels]}. */
    BRANCH_WEIGHTS;

    /** For people: {@code query key map}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
