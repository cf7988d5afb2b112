package tornado.attention.modules.float64;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Every module computed in float64 from its formula: the truth that devices are compared with.
 *
 * <p>Settings carry PyTorch's (timm's) names and parameters the names of the {@code state_dict}, exactly as in the
 * reference cases. Missing settings take the defaults of the published constructor. Results do not depend on the number
 * of threads.
 */
public final class Reference64 {

    /** A module: the names of its inputs in call order (the last ones may be optional), and its formula. */
    private record Entry(List<String> inputs, Function<Call64, List<Array64>> formula) {
        static Entry image(Function<Call64, Array64> formula) {
            return of(formula, "input");
        }

        static Entry of(Function<Call64, Array64> formula, String... inputs) {
            return new Entry(List.of(inputs), formula.andThen(List::of));
        }

        static Entry attention(Function<Call64, Array64> formula) {
            return of(formula, "queries", "keys", "values", "mask", "weights", "bias");
        }
    }

    private static final Map<String, Entry> ENTRIES = Collections.unmodifiableMap(entries());

    private static final Map<String, Entry> OPERATIONS = Map.of(
            "GlobalAveragePool",
            Entry.image(call -> Pooling64.globalAverage(call.input())),
            "ChannelScale",
            Entry.of(call -> Channels64.scale(call.input(), call.input("gate")), "input", "gate"),
            "Softmax",
            Entry.image(OperationReference::softmax),
            "AttentionPool",
            Entry.of(OperationReference::attentionPool, "input", "attention"),
            "Conv2d",
            Entry.image(OperationReference::convolution),
            "Mlp",
            Entry.image(OperationReference::mlp),
            "LayerNorm",
            Entry.image(OperationReference::layerNorm),
            "QueryKeyProduct",
            Entry.of(OperationReference::queryKey, "q", "k"),
            "AttentionValueProduct",
            Entry.of(OperationReference::attentionValue, "attention", "v"));

    private Reference64() {}

    private static TreeMap<String, Entry> entries() {
        var entries = new TreeMap<String, Entry>();
        entries.put("GlobalContext", Entry.image(GlobalContextReference::globalContext));
        entries.put("ContextBlock2d", Entry.image(GlobalContextReference::contextBlock));
        entries.put("SimplifiedNonLocal", Entry.image(GlobalContextReference::simplifiedNonLocal));
        entries.put("NonLocal", Entry.image(NonLocalReference::forward));
        entries.put("ExternalAttention", Entry.image(ExternalAttentionReference::forward));
        entries.put("ScaledDotProductAttention", Entry.attention(DotProductReference::scaled));
        entries.put("SimplifiedScaledDotProductAttention", Entry.attention(DotProductReference::simplified));
        entries.put("PositionAttentionModule", Entry.image(DotProductReference::position));
        entries.put("ChannelAttentionModule", Entry.image(DotProductReference::channel));
        entries.put("DAModule", Entry.image(DotProductReference::dual));
        entries.put("SKAttention", Entry.image(SelectiveReference::selectiveKernel));
        entries.put("SEWeightModule", Entry.image(SelectiveReference::squeezeWeight));
        entries.put("PSAModule", Entry.image(SelectiveReference::pyramid));
        entries.put("SEAttention", Entry.image(ChannelGateReference::squeezeExcite));
        entries.put("ECA", Entry.image(ChannelGateReference::efficient));
        entries.put("CALayer", Entry.image(ChannelGateReference::channelAttention));
        entries.put("RCAB", Entry.image(ChannelGateReference::residualBlock));
        entries.put("SRM", Entry.image(ChannelGateReference::style));
        entries.put("GCT", Entry.image(ChannelGateReference::gatedTransformation));
        entries.put("CbamModule", Entry.image(SpatialGateReference::convolutionalBlock));
        entries.put("CoordAttn", Entry.image(SpatialGateReference::coordinate));
        entries.put("SimAM", Entry.image(SpatialGateReference::simple));
        entries.put("Encoding", Entry.image(EncodingReference::encoding));
        entries.put("EncModule", new Entry(List.of("input"), EncodingReference::module));
        entries.put("CovpoolLayer", Entry.image(CovarianceReference::covpool));
        entries.put("SqrtmLayer", Entry.image(CovarianceReference::sqrtm));
        entries.put("TriuvecLayer", Entry.image(CovarianceReference::triuvec));
        entries.put("MPNCOVHead", new Entry(List.of("input"), CovarianceReference::head));
        entries.put("GSoPBlock", Entry.image(CovarianceReference::globalSecondOrder));
        entries.put("SOCA", Entry.image(CovarianceReference::secondOrderChannel));
        entries.put("MultiSpectralAttentionLayer", Entry.image(FrequencyReference::multiSpectral));
        entries.put("BiAttention", Entry.image(BilinearReference::forward));
        entries.put("LSTMCell", new Entry(List.of("input", "ht", "ct"), DianetReference::cell));
        entries.put("DIAUnit", new Entry(List.of("input", "org", "ht", "ct"), DianetReference::unit));
        entries.put("DIANet", Entry.image(DianetReference::stack));
        entries.put("SubSpace", Entry.image(SubspaceReference::subspace));
        entries.put("ULSAM", Entry.image(SubspaceReference::forward));
        return entries;
    }

    /** The names of all modules, in alphabetical order. */
    public static Set<String> modules() {
        return ENTRIES.keySet();
    }

    /** The names of the single operations that can be computed as well, called as modules are. */
    public static Set<String> operations() {
        return OPERATIONS.keySet();
    }

    /**
     * The names of a module's inputs in call order; {@code mask}, {@code weights} and {@code bias} may be left out of a call.
     *
     * @throws IllegalArgumentException where there is no such module
     */
    public static List<String> inputNames(String module) {
        return entry(module).inputs;
    }

    /**
     * One forward pass with inputs by position.
     *
     * @param module one of {@link #modules()} or {@link #operations()}
     * @param config the constructor's arguments (String, Number, Boolean, List, or null)
     * @param parameters parameters and buffers by their name in the {@code state_dict}
     * @param inputs in the order of {@link #inputNames}; later optional ones may be missing, earlier ones null
     * @param train whether batch norms use the statistics of this batch and leave new running ones
     * @return the outputs, and in train mode the new running statistics
     * @throws IllegalArgumentException where module, settings, parameters and inputs do not fit together
     */
    public static Result64 forward(
            String module,
            Map<String, Object> config,
            Map<String, Array64> parameters,
            List<Array64> inputs,
            boolean train) {
        var names = entry(module).inputs;
        if (inputs.size() > names.size()) {
            throw new IllegalArgumentException(module + " takes at most the " + names.size() + " input(s) " + names
                    + " but was given " + inputs.size() + "; leave the others out.");
        }
        var named = new LinkedHashMap<String, Array64>();
        for (var i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) != null) {
                named.put(names.get(i), inputs.get(i));
            }
        }
        return forward(module, config, parameters, named, train);
    }

    /**
     * One forward pass with inputs by name, as reference cases have them.
     *
     * @param module one of {@link #modules()} or {@link #operations()}
     * @param config the constructor's arguments
     * @param parameters parameters and buffers by their name in the {@code state_dict}
     * @param inputs by the names of {@link #inputNames}
     * @param train whether batch norms use the statistics of this batch
     * @return the outputs, and in train mode the new running statistics
     * @throws IllegalArgumentException where module, settings, parameters and inputs do not fit together
     */
    public static Result64 forward(
            String module,
            Map<String, Object> config,
            Map<String, Array64> parameters,
            Map<String, Array64> inputs,
            boolean train) {
        var entry = entry(module);
        if (!entry.inputs.containsAll(inputs.keySet())) {
            throw new IllegalArgumentException(module + " takes the inputs " + entry.inputs + " but was given "
                    + inputs.keySet() + "; use these names.");
        }
        var call = new Call64(module, config, parameters, inputs, train);
        var outputs = entry.formula.apply(call);
        return new Result64(outputs, call.after());
    }

    private static Entry entry(String module) {
        var entry = ENTRIES.getOrDefault(module, OPERATIONS.get(module));
        if (entry == null) {
            throw new IllegalArgumentException(
                    "There is no float64 reference for \"" + module + "\"; use one of " + ENTRIES.keySet() + ".");
        }
        return entry;
    }
}
