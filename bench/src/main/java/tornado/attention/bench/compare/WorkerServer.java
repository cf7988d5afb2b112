package tornado.attention.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.text.Sentences;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.report.Ceiling;
import tornado.attention.report.Contender;
import tornado.attention.report.Cost;
import tornado.attention.report.JsonRecords;
import tornado.attention.report.Phases;
import tornado.attention.tasks.Shape;

/**
 * The contenders of a JVM of their own, asked by lines of JSON: a fork, or another engine than the asking JVM's.
 * Weights and inputs follow from the case; only outputs go through a file.
 */
final class WorkerServer {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * An answer; what does not apply is null.
     *
     * @param ok whether it was done
     * @param error why not
     * @param unsupported whether that is an outcome of its own and not a failure
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(
            boolean ok,
            String error,
            boolean unsupported,
            List<Contender> contenders,
            Map<String, Ceiling> ceilings,
            Cost cost,
            Phases phases,
            Integer outputs,
            long[] samples,
            Long compiling,
            Runner.Profile profile) {
        static Answer done() {
            return new Answer(true, null, false, null, null, null, null, null, null, null, null);
        }

        static Answer failed(String error, boolean unsupported) {
            return new Answer(false, error, unsupported, null, null, null, null, null, null, null, null);
        }

        static Answer prepared(Contender contender, Runner.Prepared prepared) {
            return new Answer(
                    true,
                    null,
                    false,
                    List.of(contender),
                    null,
                    prepared.cost(),
                    prepared.phases(),
                    prepared.outputs().size(),
                    null,
                    null,
                    null);
        }
    }

    private final LocalRunners local;
    private final Map<String, Runner> runners = new LinkedHashMap<>();

    /** Of the case that was prepared last, for all contenders; null before the first. */
    private CaseData data;

    WorkerServer(LocalRunners local, boolean sequential) {
        this.local = local;
        local.runners(sequential).forEach(r -> runners.put(r.contender().key(), r));
    }

    /** Answers until it is told to quit or the input ends. */
    void serve(BufferedReader in, PrintStream out) throws IOException {
        for (String line; (line = in.readLine()) != null; ) {
            var request = JSON.readTree(line);
            if (request.path("op").asText().equals("quit")) {
                break;
            }
            out.println(JsonRecords.line(answer(request)));
            out.flush();
        }
        runners.values().forEach(Runner::close);
    }

    private Answer answer(JsonNode request) {
        try {
            return switch (request.path("op").asText()) {
                case "hello" -> contenders();
                case "ceilings" ->
                    new Answer(
                            true,
                            null,
                            false,
                            null,
                            local.ceilings(request.path("nanos").asLong()),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null);
                case "prepare" -> prepare(request);
                case "slice" -> slice(request);
                case "compiling" ->
                    new Answer(true, null, false, null, null, null, null, null, null, Compilation.nanos(), null);
                case "profile" ->
                    new Answer(
                            true,
                            null,
                            false,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            runner(request).profile());
                case "release" -> {
                    runner(request).release();
                    yield Answer.done();
                }
                default -> Answer.failed("There is no operation " + request.path("op") + ".", false);
            };
        } catch (Unsupported e) {
            return Answer.failed(e.getMessage(), true);
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            return Answer.failed(Sentences.of(e), true);
        } catch (IOException | RuntimeException e) {
            return Answer.failed(Sentences.of(e), e.getClass().getName().contains("Bailout"));
        }
    }

    private Answer contenders() {
        var all = runners.values().stream().map(Runner::contender).toList();
        return new Answer(true, null, false, all, null, null, null, null, null, null, null);
    }

    private Runner runner(JsonNode request) {
        return runners.get(request.path("key").asText());
    }

    private Answer prepare(JsonNode request) throws Unsupported, IOException {
        var runner = runner(request);
        var given = new LinkedHashMap<String, Object>();
        request.path("given")
                .properties()
                .forEach(e -> given.put(e.getKey(), JSON.convertValue(e.getValue(), Object.class)));
        var subject = new Case(
                CaseList.type(request.path("module").asText()),
                given,
                Shape.parse(request.path("shape").asText()),
                List.of(),
                request.path("seed").asLong());
        if (data == null || !data.info().equals(subject)) {
            data = CaseData.of(subject);
        }
        var prepared = runner.prepare(data);
        var writer = new SafetensorsWriter();
        for (int i = 0; i < prepared.outputs().size(); i++) {
            var values = prepared.outputs().get(i);
            writer.add("output." + i, new long[] {values.length}, values);
        }
        writer.write(Path.of(request.path("output").asText()));
        return Answer.prepared(runner.contender(), prepared);
    }

    private Answer slice(JsonNode request) {
        var samples = runner(request)
                .slice(request.path("nanos").asLong(), request.path("most").asInt());
        return new Answer(true, null, false, null, null, null, null, null, samples, null, null);
    }
}
