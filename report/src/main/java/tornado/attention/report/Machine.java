package tornado.attention.report;

import java.util.List;

/**
 * Where a run took place.
 *
 * @param cpu model of the processor
 * @param cores logical processors
 * @param memoryBytes main memory; 0 where it is not known
 * @param os name and version of the system
 * @param kernel its kernel
 * @param governor frequency governor of the processor, or {@code not reported}
 * @param jdk vendor, version and build
 * @param jvmArguments options of the JVM; of paths only the last name
 * @param maxHeapBytes largest heap
 */
public record Machine(
        String cpu,
        int cores,
        long memoryBytes,
        String os,
        String kernel,
        String governor,
        String jdk,
        List<String> jvmArguments,
        long maxHeapBytes) {
    /** Copies the list. */
    public Machine {
        jvmArguments = List.copyOf(jvmArguments);
    }
}
