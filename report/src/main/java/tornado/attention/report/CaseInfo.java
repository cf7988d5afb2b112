package tornado.attention.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A case as results name it.
 *
 * @param id unique within a run, such as {@code SEAttention@8x256x56x56}
 * @param module name of the module
 * @param settings its settings by name
 * @param shape the feature map it was fitted to, {@code batch x channels x height x width}
 * @param inputs shapes of its inputs
 * @param elementType such as {@code f32}
 * @param layout such as {@code NCHW}
 * @param sources why it is in the list: {@code resnet50}, {@code sweep-pixels} ...
 * @param seed of weights and inputs
 */
public record CaseInfo(
        String id,
        String module,
        Map<String, Object> settings,
        String shape,
        List<String> inputs,
        String elementType,
        String layout,
        List<String> sources,
        long seed) {
    /** Copies the collections; settings may be null, so their map is not one of the unmodifiable ones. */
    public CaseInfo {
        settings = new LinkedHashMap<>(settings);
        inputs = List.copyOf(inputs);
        sources = List.copyOf(sources);
    }

    /** The shape, parsed. */
    public FeatureMap map() {
        return FeatureMap.parse(shape);
    }
}
