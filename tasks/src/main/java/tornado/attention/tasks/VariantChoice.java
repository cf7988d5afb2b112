package tornado.attention.tasks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which variants of kernels a chain uses. */
public enum VariantChoice {
    /** Work-group variants where the device's profile prefers them, portable kernels elsewhere. */
    AUTO,
    /** Only portable kernels. */
    PORTABLE,
    /** Work-group variants wherever there is one. */
    WORKGROUP,
    /**
     * As {@link #AUTO}, products and dense convolutions as NVIDIA's cuBLAS and cuDNN do them where TornadoVM can call these (CUDA), and
     * in kernels of the same form elsewhere. Convolutions of cuDNN may round products to TF32.
     */
    LIBRARY;

    /** {@value}: what a chain takes whose options leave it open; {@code auto}, {@code portable}, {@code workgroup} or {@code library}. */
    public static final String PROPERTY = "tornado.attention.variant";

    /**
     * The choice of a name.
     *
     * @param name in any case
     * @throws IllegalArgumentException if there is none
     */
    public static VariantChoice named(String name) {
        return Arrays.stream(values())
                .filter(v -> v.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no kernel variant '" + name + "'; there are "
                        + Arrays.stream(values())
                                .map(v -> v.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    /** What the system property {@value #PROPERTY} says, {@link #AUTO} where it says nothing. */
    public static VariantChoice standard() {
        return named(System.getProperty(PROPERTY, AUTO.name()));
    }
}
