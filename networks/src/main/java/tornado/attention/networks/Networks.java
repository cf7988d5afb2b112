package tornado.attention.networks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import tornado.attention.networks.image.Size;

/** Networks by timm's names; their configs are data. */
public final class Networks {
    private static final String FILE = "configs.json";
    private static final int USUAL_SIDE = 224;
    private static final int SMALL_SIDE = 32;

    private static SequencedMap<String, Map<String, Object>> configs;

    private Networks() {}

    private static synchronized SequencedMap<String, Map<String, Object>> configs() {
        if (configs == null) {
            try (var stream = Networks.class.getResourceAsStream(FILE)) {
                configs = JsonMapper.builder()
                        .build()
                        .readValue(stream, new TypeReference<LinkedHashMap<String, Map<String, Object>>>() {});
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "The bundled configs of networks cannot be read; build the project again.", e);
            }
        }
        return configs;
    }

    /** All names. */
    public static SequencedSet<String> names() {
        return Collections.unmodifiableSequencedSet(configs().sequencedKeySet());
    }

    /** Whether there is a network of this name. */
    public static boolean contains(String name) {
        return configs().containsKey(name);
    }

    /**
     * The config of a network.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static NetworkConfig named(String name) {
        var config = configs().get(name);
        if (config == null) {
            throw new IllegalArgumentException("There is no network '" + name + "'; attn networks lists the "
                    + configs().size() + " there are.");
        }
        return NetworkConfig.of("network " + name, config);
    }

    /**
     * The size of images that a network is used with: that of its first published weights, else what its config says, else 32x32 for networks of CIFAR's
     * images and 224x224 for others.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    public static Size imageSize(String name) {
        var published = Pretrained.of(new NetworkName(name, null));
        if (!published.isEmpty()) {
            return published.getFirst().preprocessing().size();
        }
        var values = named(name).values();
        if (values.get("network") instanceof String family && family.endsWith("cifar_resnet")) {
            return Size.square(SMALL_SIDE);
        }
        return switch (values.get("img_size")) {
            case Integer side -> Size.square(side);
            case List<?> sides
            when sides.get(0) instanceof Integer height && sides.get(1) instanceof Integer width ->
                new Size(height, width);
            case null, default -> Size.square(USUAL_SIDE);
        };
    }
}
