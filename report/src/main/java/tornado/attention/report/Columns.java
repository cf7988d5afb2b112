package tornado.attention.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import tornado.attention.report.statistics.Summary;

/** The columns of a row, in order. Programs of other people read them: names are only ever added. */
public final class Columns {
    private static final List<Column> ALL = List.copyOf(columns());

    private Columns() {}

    /** All columns. */
    public static List<Column> all() {
        return ALL;
    }

    private static List<Column> columns() {
        var columns = new ArrayList<Column>();
        addCase(columns);
        addResult(columns);
        addTimes(columns);
        addRates(columns);
        addIdentity(columns);
        return columns;
    }

    private static void addCase(List<Column> columns) {
        columns.add(new Column("module", "name of the module", r -> r.info().module()));
        columns.add(new Column(
                "shape",
                "feature map, batch x channels x height x width",
                r -> r.info().shape()));
        columns.add(new Column("engine", "what executed it", r -> r.contender().engine()));
        columns.add(new Column(
                "device", "its id within the engine", r -> r.contender().device()));
        columns.add(new Column("device_name", "the hardware", r -> r.contender().deviceName()));
        columns.add(new Column(
                "threads", "threads of a CPU; 0 elsewhere", r -> r.contender().threads()));
        columns.add(new Column(
                "contender", "unique name within a run", r -> r.contender().key()));
        columns.add(new Column(
                "settings", "of the module", r -> JsonRecords.line(r.info().settings())));
        columns.add(new Column(
                "inputs", "shapes of all inputs", r -> String.join(" ", r.info().inputs())));
        columns.add(new Column(
                "sources",
                "why the case is in the list",
                r -> String.join(" ", r.info().sources())));
        columns.add(new Column("element_type", "of all tensors", r -> r.info().elementType()));
        columns.add(new Column("layout", "of feature maps", r -> r.info().layout()));
        columns.add(new Column("seed", "of weights and inputs", r -> r.info().seed()));
    }

    private static void addResult(List<Column> columns) {
        columns.add(new Column(
                "verdict", "pass, fail or unsupported", r -> r.verdict().word()));
        columns.add(new Column("reason", "why it is not a pass", Row::reason));
        columns.add(checked("max_abs_error", "largest difference from float64", Check::maxAbs));
        columns.add(checked("max_rel_error", "the same over the largest magnitude", Check::maxRel));
        columns.add(checked("tolerance", "what max_rel_error may be", Check::tolerance));
        columns.add(checked("images_checked", "images computed in float64", Check::images));
        columns.add(costed("parameters", "trainable parameters", Cost::parameters));
        columns.add(costed("macs", "multiply-accumulates a run as the paper counts them", Cost::macs));
        columns.add(costed("work_macs", "multiply-accumulates a run of the kernels launched", Cost::workMacs));
        columns.add(costed("bytes", "device memory traffic a run", Cost::bytes));
        columns.add(costed("kernels", "kernel launches a run", Cost::kernels));
        columns.add(costed("peak_device_bytes", "device memory of all arrays", Cost::peakDeviceBytes));
        columns.add(costed("bytes_up", "bytes to the device a run", Cost::bytesUp));
        columns.add(costed("bytes_down", "bytes to the host a run", Cost::bytesDown));
    }

    private static void addTimes(List<Column> columns) {
        columns.add(timed("median_ms", "end-to-end time, median", s -> millis(s.median())));
        columns.add(timed(
                "median_low_ms",
                "lower end of its 95 % interval",
                s -> millis(s.interval().low())));
        columns.add(
                timed("median_high_ms", "upper end", s -> millis(s.interval().high())));
        columns.add(timed("p95_ms", "95th percentile", s -> millis(s.p95())));
        columns.add(timed("p99_ms", "99th percentile", s -> millis(s.p99())));
        columns.add(timed("min_ms", "fastest run", s -> millis(s.min())));
        columns.add(timed("runs", "timed runs", Summary::runs));
        columns.add(timed("forks", "JVMs they come from; of PyTorch: that it took turns with", Summary::forks));
        columns.add(timed("spread", "interquartile range over the median", Summary::spread));
        columns.add(timed("stable", "whether the spread is at most 0.1", Summary::stable));
        columns.add(
                new Column("steady", "whether the warm-up reached a steady state", r -> r.timed() ? r.steady() : null));
        columns.add(phase("build_ms", "building the graph", Phases::build));
        columns.add(phase("compile_ms", "analysing and compiling the kernels", Phases::compile));
        columns.add(phase("first_run_ms", "first run", Phases::firstRun));
        columns.add(phase("host_to_device_ms", "transfer of inputs, profiled apart", Phases::up));
        columns.add(phase("kernels_ms", "kernels, profiled apart", Phases::kernels));
        columns.add(phase("device_to_host_ms", "transfer of outputs, profiled apart", Phases::down));
        columns.add(new Column(
                "program_cache",
                "cold, warm or driver",
                r -> r.phases() == null ? null : r.phases().cache()));
    }

    private static void addRates(List<Column> columns) {
        columns.add(rate("images_per_s", "throughput", Row::imagesPerSecond));
        columns.add(rate("gmacs_per_s", "10^9 multiply-accumulates (macs) a second", Row::gmacsPerSecond));
        columns.add(rate("gbytes_per_s", "10^9 bytes of traffic a second", Row::gbytesPerSecond));
        columns.add(
                ceiling("copy_gbytes_per_s", "measured copy bandwidth of the device", Ceiling::copyGbytesPerSecond));
        columns.add(ceiling("peak_gmacs_per_s", "measured multiply-adds of the device", Ceiling::peakGmacsPerSecond));
        for (var key : Contender.BASELINES) {
            var name = key.replace('-', '_');
            columns.add(ratio("ratio_to_" + name, key, "its median over ours: above 1 is faster", Ratio::value));
            columns.add(ratio(
                    "ratio_to_" + name + "_low",
                    key,
                    "lower end of the 95 % interval",
                    r -> r.interval().low()));
            columns.add(ratio(
                    "ratio_to_" + name + "_high",
                    key,
                    "upper end",
                    r -> r.interval().high()));
            columns.add(ratio("ratio_to_" + name + "_p", key, "p-value of the rank test", Ratio::pValue));
        }
        columns.add(new Column(
                "joules_per_run",
                "energy of a run",
                r -> r.energy() == null ? null : r.energy().joulesPerRun()));
        columns.add(new Column(
                "energy_method",
                "how it was measured",
                r -> r.energy() == null ? null : r.energy().method()));
    }

    private static void addIdentity(List<Column> columns) {
        columns.add(new Column("backend", "of the engine", r -> r.contender().backend()));
        columns.add(new Column(
                "driver", "as it describes itself", r -> r.contender().driver()));
        columns.add(
                new Column("engine_version", "of the engine", r -> r.contender().engineVersion()));
        columns.add(new Column(
                "tornadovm",
                "version of TornadoVM, or none",
                r -> r.environment().tornadovm()));
        columns.add(new Column("variant", "kernels chosen", r -> r.contender().variant()));
        columns.add(new Column(
                "cpu", "processor of the host", r -> r.environment().machine().cpu()));
        columns.add(new Column(
                "cores",
                "its logical processors",
                r -> r.environment().machine().cores()));
        columns.add(new Column(
                "governor",
                "its frequency governor",
                r -> r.environment().machine().governor()));
        columns.add(new Column(
                "os", "operating system", r -> r.environment().machine().os()));
        columns.add(new Column(
                "kernel",
                "of the operating system",
                r -> r.environment().machine().kernel()));
        columns.add(new Column(
                "jdk",
                "vendor, version and build",
                r -> r.environment().machine().jdk()));
        columns.add(new Column("commit", "of this project", r -> r.environment().commit()));
        columns.add(new Column(
                "dirty", "whether files differed from it", r -> r.environment().dirty()));
        columns.add(new Column("run", "id of the run", r -> r.environment().run()));
        columns.add(new Column("started", "when", r -> r.environment().started()));
    }

    private static double millis(double nanos) {
        return nanos / 1e6;
    }

    private static Column checked(String name, String meaning, Function<Check, Object> value) {
        return new Column(name, meaning, r -> r.check() == null ? null : value.apply(r.check()));
    }

    private static Column costed(String name, String meaning, Function<Cost, Object> value) {
        return new Column(name, meaning, r -> r.cost() == null ? null : value.apply(r.cost()));
    }

    private static Column timed(String name, String meaning, Function<Summary, Object> value) {
        return new Column(name, meaning, r -> r.timed() ? value.apply(r.summary()) : null);
    }

    private static Column phase(String name, String meaning, Function<Phases, Long> nanos) {
        return new Column(
                name, meaning + ", in milliseconds", r -> r.phases() == null ? null : nanos.apply(r.phases()) / 1e6);
    }

    private static Column rate(String name, String meaning, Function<Row, Object> value) {
        return new Column(name, meaning, r -> r.timed() && r.cost() != null ? value.apply(r) : null);
    }

    private static Column ceiling(String name, String meaning, Function<Ceiling, Object> value) {
        return new Column(name, meaning, r -> r.ceiling() == null ? null : value.apply(r.ceiling()));
    }

    private static Column ratio(String name, String baseline, String meaning, Function<Ratio, Object> value) {
        return new Column(
                name,
                meaning,
                r -> r.ratios().containsKey(baseline) ? value.apply(r.ratios().get(baseline)) : null);
    }

    /** The headers in order. */
    public static List<String> names() {
        return ALL.stream().map(Column::name).collect(Collectors.toList());
    }
}
