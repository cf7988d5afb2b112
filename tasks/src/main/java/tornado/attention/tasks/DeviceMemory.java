package tornado.attention.tasks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What a device has for the arrays of task graphs. TornadoVM 5.2 takes a fixed part of it ({@value #PROPERTY}), and where the driver
 * itself gives less it goes on with a buffer that is none: what is known to be too much must be refused before it runs.
 *
 * @param device name of the hardware
 * @param bytes all it has
 * @param largestBuffer a buffer is smaller than this
 * @param limit what the engine takes of it at most, over all plans; {@link Long#MAX_VALUE} where it sets itself no limit
 * @param heap whether it is the memory of this JVM, as for the embedded engine
 */
public record DeviceMemory(String device, long bytes, long largestBuffer, long limit, boolean heap) {
    /** {@value}: what TornadoVM takes at most, such as {@code 512MB}. */
    static final String PROPERTY = "tornado.device.memory";

    /** What TornadoVM 5.2 takes where the property is not set. */
    private static final String STANDARD_LIMIT = "4GB";

    private static final String UNITS = "KMGTPE";
    private static final long MEGABYTE = 1L << 20;
    private static final long PEOPLES_MEGABYTE = 1_000_000;
    private static final long GIGABYTE = 1L << 30;

    /** Checks for null. */
    public DeviceMemory {
        Objects.requireNonNull(device, "device");
    }

    /** What a device and its engine declare; what they do not know counts as unlimited. */
    public static DeviceMemory of(TornadoDevice device) {
        var physical = device.getPhysicalDevice();
        boolean embedded = device.getTornadoVMBackend().name().equals("JAVA");
        return new DeviceMemory(
                (physical == null ? device.getDeviceName() : physical.getDeviceName()).strip(),
                orUnlimited(device.getMaxGlobalMemory()),
                orUnlimited(device.getMaxAllocMemory()),
                embedded ? Long.MAX_VALUE : parse(System.getProperty(PROPERTY, STANDARD_LIMIT)),
                embedded);
    }

    private static long orUnlimited(long bytes) {
        return bytes > 0 ? bytes : Long.MAX_VALUE;
    }

    /** As TornadoVM reads it: whole numbers with B, KB, MB, GB or nothing; it does not start with anything else. */
    static long parse(String size) {
        var number = size.endsWith("B") ? size.substring(0, size.length() - 1) : size;
        int unit = number.isEmpty() || number.equals(size) ? -1 : UNITS.indexOf(number.charAt(number.length() - 1));
        try {
            return unit < 0
                    ? Long.parseLong(number)
                    : Math.multiplyExact(
                            Long.parseLong(number.substring(0, number.length() - 1)), 1L << 10 * (unit + 1));
        } catch (ArithmeticException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** What arrays of these sizes take with their headers. */
    static long needed(Collection<Long> arrays) {
        return arrays.stream()
                .mapToLong(bytes -> bytes + FloatArray.ARRAY_HEADER)
                .sum();
    }

    /**
     * Refuses a chain that has no room even on an idle device.
     *
     * @param name of the chain
     * @param arrays bytes of each of its arrays
     * @throws IllegalArgumentException if they do not fit; the sentence says what is needed, what there is and what to do
     */
    public void require(String name, Collection<Long> arrays) {
        long needed = needed(arrays);
        requireOnDevice(name, needed);
        long largest = arrays.stream().mapToLong(Long::longValue).max().orElse(0) + FloatArray.ARRAY_HEADER;
        if (largest >= largestBuffer) {
            throw new IllegalArgumentException("Chain '" + name + "' has an array of " + people(largest) + " but "
                    + device + " gives less than " + people(largestBuffer)
                    + " at a time; use a smaller batch or another device.");
        }
        requireOfEngine(name, needed);
    }

    /**
     * The same where only the sum is known: one array that is too large is not noticed.
     *
     * @param name of the chain
     * @param needed bytes of all its arrays
     * @throws IllegalArgumentException if they do not fit
     */
    public void require(String name, long needed) {
        requireOnDevice(name, needed);
        requireOfEngine(name, needed);
    }

    private void requireOnDevice(String name, long needed) {
        if (needed > bytes) {
            throw new IllegalArgumentException(needs(name, needed) + " but " + device + " has " + people(bytes)
                    + "; use a smaller batch, image or map" + (heap ? moreHeap(needed) : " or another device") + ".");
        }
    }

    private void requireOfEngine(String name, long needed) {
        if (needed > limit) {
            throw new IllegalArgumentException(needs(name, needed) + " but TornadoVM takes only " + people(limit) + of()
                    + "; use a smaller batch, or start Java with -D" + PROPERTY + "=" + size(needed) + ".");
        }
    }

    /**
     * The sentence for a chain that would fit but got no memory, because of other plans or other programs.
     *
     * @param name of the chain
     * @param arrays bytes of each of its arrays
     * @param cause what the engine said
     */
    IllegalStateException refused(String name, Collection<Long> arrays, RuntimeException cause) {
        long needed = needed(arrays);
        var text = heap
                ? needs(name, needed) + " and did not get them. " + cause.getMessage()
                : needs(name, needed) + " and did not get them: TornadoVM takes at most " + people(limit) + of()
                        + " for all plans together; close other plans, use a smaller batch, or start Java with -D"
                        + PROPERTY + "=" + size(limit + needed) + ".";
        return new IllegalStateException(text, cause);
    }

    private static String needs(String name, long needed) {
        return "Chain '" + name + "' needs " + people(needed) + " of device memory";
    }

    private String of() {
        return bytes == Long.MAX_VALUE ? " on " + device : " of the " + people(bytes) + " on " + device;
    }

    /** More memory for the JVM, where the machine has it. */
    private static String moreHeap(long needed) {
        long wanted = needed + needed / 4;
        var option = "-Xmx" + size(wanted).replace("B", "");
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                        && machine.getTotalMemorySize() > wanted
                ? ", or start Java with " + option + " (attn: ATTN_JAVA_OPTS=" + option + ")"
                : "";
    }

    /** {@code 4,295.0 MB}, decimal units; what is less than a megabyte in bytes. */
    private static String people(long bytes) {
        return bytes < PEOPLES_MEGABYTE
                ? String.format(Locale.ROOT, "%,d bytes", bytes)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / (double) PEOPLES_MEGABYTE);
    }

    /** Rounded up, such as {@code 5MB} or {@code 6GB}. */
    private static String size(long bytes) {
        return bytes <= GIGABYTE ? Math.ceilDiv(bytes, MEGABYTE) + "MB" : Math.ceilDiv(bytes, GIGABYTE) + "GB";
    }
}
