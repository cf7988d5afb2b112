package tornado.attention.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A run that never was: two modules, three shapes, three contenders, one case that is not supported. */
public final class Fixture {
    /** Who takes part. */
    public static final List<Contender> CONTENDERS = List.of(
            contender("embedded:0:0", "embedded", "0:0", 2),
            contender("embedded:0:1", "embedded", "0:1", 1),
            contender(Contender.SEQUENTIAL, "java", "", 1),
            contender(Contender.PYTORCH, "pytorch", "cpu", 2));

    private static final List<String> SHAPES = List.of("1x64x14x14", "1x64x28x28", "1x64x56x56");

    private Fixture() {}

    private static Contender contender(String key, String engine, String device, int threads) {
        return new Contender(key, engine, "1.0", "JAVA", device, "A <fast> CPU", "driver & co", threads, "portable");
    }

    /** Identity of such a run. */
    public static Environment environment(String run) {
        return new Environment(
                run,
                "2026-04-01T12:00:00+02:00",
                new RunConfiguration("quick", List.of(), List.of(), List.of(), 0, List.of("pytorch"), "", "auto", 7),
                "0.1.0",
                "0123456789abcdef",
                true,
                "embedded",
                "none (embedded engine)",
                new Machine(
                        "A <fast> CPU",
                        2,
                        8L << 30,
                        "An OS",
                        "Linux 6",
                        "performance",
                        "Vendor JVM 25",
                        List.of("-ea"),
                        1L << 30),
                "f32",
                "NCHW",
                CONTENDERS,
                Map.of(
                        "embedded:0:0", new Ceiling(20, 100, "copied & multiplied"),
                        "embedded:0:1", new Ceiling(12, 50, "copied & multiplied")),
                "PyTorch 2",
                "not measured",
                "Others kept 0.40 of 2 processors busy during the run.");
    }

    /** The lines of a case; one of SKAttention at the largest shape is not supported. */
    public static List<SampleSet> lines(String run, String module, String shape) {
        var lines = new ArrayList<SampleSet>();
        var info = new CaseInfo(
                module + "@" + shape,
                module,
                Map.of("channel", 64),
                shape,
                List.of(shape),
                "f32",
                "NCHW",
                List.of("test"),
                7);
        for (var contender : CONTENDERS) {
            boolean unsupported = module.equals("SKAttention")
                    && shape.endsWith("56x56")
                    && contender.key().startsWith("embedded");
            lines.add(unsupported ? unsupported(run, info, contender) : timed(run, info, contender));
        }
        return lines;
    }

    private static SampleSet unsupported(String run, CaseInfo info, Contender contender) {
        return new SampleSet(
                run,
                0,
                0,
                info,
                contender,
                0,
                Verdict.UNSUPPORTED,
                "It needs <more> memory.",
                null,
                null,
                null,
                null,
                null);
    }

    private static SampleSet timed(String run, CaseInfo info, Contender contender) {
        long pixels = info.map().pixels();
        long scale = switch (contender.key()) {
            case "embedded:0:0" -> 1;
            case "embedded:0:1" -> 2;
            case Contender.SEQUENTIAL -> 8;
            default -> 3;
        };
        var random = new SplittableRandom(info.id().hashCode() * 31L + scale);
        var rounds = new ArrayList<long[]>();
        for (int r = 0; r < 5; r++) {
            rounds.add(random.longs(20, 98, 103).map(v -> v * pixels * scale).toArray());
        }
        return new SampleSet(
                run,
                0,
                0,
                info,
                contender,
                0,
                Verdict.PASS,
                "",
                new Check(1e-6, 2e-7, 1e-5, "", 1),
                new Cost(512, 64 * pixels, 64 * pixels, 512 * pixels, 4, 1 << 20, 256 * pixels, 256 * pixels),
                new Phases(1_000_000, 2_000_000, 3_000_000, 0, 90 * pixels * scale, 0, "cold"),
                new Series(new long[] {900 * pixels * scale, 100 * pixels * scale}, 30, true, rounds),
                null);
    }

    /** The same of another JVM. */
    static List<SampleSet> lines(String run, String module, String shape, int fork) {
        return lines(run, module, shape).stream()
                .map(l -> new SampleSet(
                        l.run(),
                        l.index(),
                        l.count(),
                        l.info(),
                        l.contender(),
                        fork,
                        l.verdict(),
                        l.reason(),
                        l.check(),
                        l.cost(),
                        l.phases(),
                        l.series(),
                        l.energy()))
                .toList();
    }

    /** Writes a whole run into a folder. */
    public static ResultsFolder write(Path folder, String run) throws IOException {
        var results = ResultsFolder.create(folder, environment(run));
        for (var module : List.of("SEAttention", "SKAttention")) {
            for (var shape : SHAPES) {
                results.append(lines(run, module, shape));
            }
        }
        return results;
    }
}
