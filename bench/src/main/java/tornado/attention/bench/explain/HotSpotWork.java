package tornado.attention.bench.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * What HotSpot's compilers did while something ran.
 *
 * @param methods what was compiled, the longest first
 */
record HotSpotWork(List<Method> methods) {
    private static final String COMPILATION = "jdk.Compilation";

    /** The address behind the name of a class that was made at run time. */
    private static final String ADDRESS = "[./]0x[0-9a-f]+";

    /**
     * A compilation.
     *
     * @param name class and method
     * @param compiler {@code c1} or {@code c2}
     * @param nanos from its begin to its end, in which others may have had the processor
     * @param onStack whether it replaced a method while that ran
     */
    record Method(String name, String compiler, long nanos, boolean onStack) {
        static Method of(RecordedEvent event) {
            RecordedMethod method = event.getValue("method");
            return new Method(
                    method == null ? "?" : method.getType().getName().replaceAll(ADDRESS, "") + "." + method.getName(),
                    event.getString("compiler"),
                    event.getDuration().toNanos(),
                    event.getBoolean("isOsr"));
        }
    }

    /** Runs something and looks on. */
    static HotSpotWork during(Runnable work) throws IOException {
        var file = Files.createTempFile("attn-explain", ".jfr");
        try (var recording = new Recording()) {
            recording.enable(COMPILATION).withThreshold(Duration.ZERO);
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
            var methods = new ArrayList<Method>();
            for (var event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().equals(COMPILATION)) {
                    methods.add(Method.of(event));
                }
            }
            methods.sort((a, b) -> Long.compare(b.nanos(), a.nanos()));
            return new HotSpotWork(List.copyOf(methods));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Compilations by a compiler. */
    long count(String compiler) {
        return methods.stream().filter(m -> m.compiler().equals(compiler)).count();
    }

    /** Their time. */
    long nanos(String compiler) {
        return methods.stream()
                .filter(m -> m.compiler().equals(compiler))
                .mapToLong(Method::nanos)
                .sum();
    }
}
