package tornado.attention.bench.report;

import java.util.List;

/**
 * What a run was asked for; a resumed run goes on with it.
 *
 * @param effort {@code quick}, {@code standard} or {@code rigorous}
 * @param modules names of the modules; empty for all
 * @param shapes feature maps; empty for those of the list
 * @param devices ids of the devices; empty for all
 * @param threads threads of the embedded engine; 0 for all cores
 * @param peers {@code pytorch} or nothing
 * @param python the Python of the peer; empty for the first that has torch
 * @param seed of weights and inputs
 */
public record RunConfiguration(
        String effort,
        List<String> modules,
        List<String> shapes,
        List<String> devices,
        int threads,
        List<String> peers,
        String python,
        long seed) {
    /** Copies the lists. */
    public RunConfiguration {
        modules = List.copyOf(modules);
        shapes = List.copyOf(shapes);
        devices = List.copyOf(devices);
        peers = List.copyOf(peers);
    }
}
