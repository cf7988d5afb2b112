package tornado.attention.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.compare.WorkerServer.Answer;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.report.Contender;

/** A contender in a JVM of its own. */
final class WorkerRunner implements Runner {
    private final Worker worker;
    private final Path scratch;
    private Contender contender;
    private boolean loaded;

    WorkerRunner(Worker worker, Path scratch, Contender contender) {
        this.worker = worker;
        this.scratch = scratch;
        this.contender = contender;
    }

    @Override
    public Contender contender() {
        return contender;
    }

    @Override
    public Prepared prepare(CaseData data) throws Unsupported {
        release();
        var output = scratch.resolve("worker-output.safetensors");
        var answer = worker.answer(Map.of(
                "op", "prepare",
                "key", contender.key(),
                "module", data.info().type().name(),
                "given", data.info().given(),
                "shape", data.info().map().toString(),
                "seed", data.info().seed(),
                "output", output.toString()));
        if (answer.unsupported()) {
            throw new Unsupported(answer.error());
        }
        requireOk(answer);
        loaded = true;
        contender = answer.contenders().getFirst();
        return new Prepared(read(output, answer.outputs()), answer.cost(), answer.phases());
    }

    private static List<float[]> read(Path file, int count) {
        try (var tensors = SafetensorsFile.open(file)) {
            var outputs = new ArrayList<float[]>();
            for (int i = 0; i < count; i++) {
                outputs.add(tensors.floats("output." + i));
            }
            return outputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer requireOk(Answer answer) {
        if (!answer.ok()) {
            throw new IllegalStateException(answer.error());
        }
        return answer;
    }

    @Override
    public long[] slice(long nanos, int most) {
        return requireOk(worker.answer(Map.of("op", "slice", "key", contender.key(), "nanos", nanos, "most", most)))
                .samples();
    }

    @Override
    public long compiling() {
        return requireOk(worker.answer(Map.of("op", "compiling"))).compiling();
    }

    @Override
    public Profile profile() {
        return requireOk(worker.answer(Map.of("op", "profile", "key", contender.key())))
                .profile();
    }

    @Override
    public void release() {
        if (loaded) {
            loaded = false;
            requireOk(worker.answer(Map.of("op", "release", "key", contender.key())));
        }
    }

    @Override
    public boolean alive() {
        return worker.alive();
    }

    @Override
    public void close() {
        worker.close();
    }
}
