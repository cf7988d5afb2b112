package tornado.attention.networks;

/**
 * A network's name as timm writes it: {@code seresnet50}, or with the tag of trained weights {@code seresnet50.ra2_in1k}.
 *
 * @param network the part in front of the first dot
 * @param tag the part behind it; null where there is none
 */
public record NetworkName(String network, String tag) {
    /**
     * The parts of a name.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public static NetworkName parse(String text) {
        int dot = text.indexOf('.');
        var name = dot < 0
                ? new NetworkName(text, null)
                : new NetworkName(text.substring(0, dot), text.substring(dot + 1));
        Networks.named(name.network());
        return name;
    }

    @Override
    public String toString() {
        return tag == null ? network : network + "." + tag;
    }
}
