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
    WORKGROUP;

    /** {@value}: what a chain takes whose options leave it open; {@code auto}, {@code portable} or {@code workgroup}. */
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
