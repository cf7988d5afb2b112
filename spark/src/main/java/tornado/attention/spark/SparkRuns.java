package tornado.attention.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.experiment.RemoteRuns;
import tornado.attention.bench.train.TrainingPlan;
import tornado.attention.bench.train.TrainingRun;

/** {@code attn experiment --spark}: each run is a job of one task, which an executor does as a whole and again if it dies. */
public final class SparkRuns implements RemoteRuns {
    private record Trained(Wanted run, Map<String, byte[]> files) {}

    @Override
    public void train(String master, List<Wanted> runs, Taker taker) throws IOException {
        try (var context = Sessions.start("attn experiment", master, Map.of())) {
            Function<Wanted, HashMap<String, byte[]>> function = SparkRuns::train;
            // As many jobs at once as there are slots: an ended run is kept at once, not when all have ended.
            int slots = Math.max(1, context.defaultParallelism());
            try (var threads = Executors.newFixedThreadPool(Math.min(slots, runs.size()))) {
                var jobs = new ExecutorCompletionService<Trained>(threads);
                runs.forEach(run -> jobs.submit(() -> new Trained(
                        run, context.parallelize(List.of(run), 1).map(function).first())));
                try {
                    for (int i = 0; i < runs.size(); i++) {
                        var trained = jobs.take().get();
                        taker.accept(trained.run(), trained.files());
                    }
                } finally {
                    threads.shutdownNow();
                    context.sc().cancelAllJobs();
                }
            } catch (ExecutionException e) {
                throw new FailureException("A run failed: " + root(e).getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("The experiment was interrupted; start it again to go on.", e);
            }
        }
    }

    private static Throwable root(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** In an executor. */
    private static HashMap<String, byte[]> train(Wanted run) throws IOException {
        var folder = Files.createTempDirectory("attn-run");
        try {
            var plan = TrainingPlan.of(folder, run.plan());
            var training = TrainingRun.beginning(folder, plan, plan.images());
            Slots.withThreads(TaskContext.get().cpus(), () -> {
                try {
                    return training.run(Devices.choose(null), new TrainingRun.Watcher() {});
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return new HashMap<>(TrainingRun.files(folder));
        } finally {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
