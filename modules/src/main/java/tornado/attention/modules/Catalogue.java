package tornado.attention.modules;

import java.util.List;
import java.util.stream.Collectors;

/** The attention modules by name. */
public final class Catalogue {
    private static final List<ModuleType> TYPES = List.of(
            GlobalContext.TYPE,
            ContextBlock2d.TYPE,
            SEAttention.TYPE,
            SEWeightModule.TYPE,
            ECA.TYPE,
            CALayer.TYPE,
            SKAttention.TYPE,
            PSAModule.TYPE,
            RCAB.TYPE,
            MultiSpectralAttentionLayer.TYPE,
            BiAttention.TYPE,
            SRM.TYPE,
            GCT.TYPE,
            CbamModule.TYPE,
            CoordAttn.TYPE,
            SimAM.TYPE,
            SubSpace.TYPE,
            ULSAM.TYPE,
            NonLocal.TYPE,
            SimplifiedNonLocal.TYPE,
            ExternalAttention.TYPE,
            ScaledDotProductAttention.TYPE,
            SimplifiedScaledDotProductAttention.TYPE,
            PositionAttentionModule.TYPE,
            ChannelAttentionModule.TYPE,
            DAModule.TYPE,
            Encoding.TYPE,
            EncModule.TYPE,
            CovpoolLayer.TYPE,
            SqrtmLayer.TYPE,
            TriuvecLayer.TYPE,
            MPNCOVHead.TYPE,
            GSoPBlock.TYPE,
            SOCA.TYPE,
            LSTMCell.TYPE,
            DIAUnit.TYPE,
            DIANet.TYPE);

    private Catalogue() {}

    /** All module types. */
    public static List<ModuleType> types() {
        return TYPES;
    }

    /**
     * The module type of this name; capitals do not matter.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ModuleType named(String name) {
        return TYPES.stream()
                .filter(t -> t.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no module '" + name + "'; there are "
                        + TYPES.stream().map(ModuleType::name).collect(Collectors.joining(", ")) + "."));
    }

    /** Whether there is a module type of this name. */
    public static boolean contains(String name) {
        return TYPES.stream().anyMatch(t -> t.name().equalsIgnoreCase(name));
    }
}
