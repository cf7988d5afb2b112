package tornado.attention.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.modules.WeightSpec;
import tornado.attention.report.Contender;
import tornado.attention.report.Phases;

/** PyTorch, eager or compiled, or ONNX Runtime through {@code reference/peer.py}: the same weights and inputs, passed as files. */
final class PeerRunner implements Runner {
    private static final String CASE = "case";

    private final LineProcess process;
    private final Path scratch;
    private final String key;
    private final Contender contender;
    private boolean loaded;

    /**
     * A runner without a case.
     *
     * @param process the server
     * @param hello what the server said of itself
     * @param key {@link Contender#PYTORCH}, {@link Contender#PYTORCH_COMPILE} or {@link Contender#ONNX_RUNTIME}
     */
    PeerRunner(LineProcess process, JsonNode hello, Path scratch, String key) {
        this.process = process;
        this.scratch = scratch;
        this.key = key;
        boolean onnx = key.equals(Contender.ONNX_RUNTIME);
        contender = new Contender(
                key,
                key,
                hello.path(onnx ? "onnxruntime" : "torch").asText(),
                onnx ? "MLAS" : "ATen",
                hello.path("device_type").asText(),
                hello.path("device").asText(),
                onnx
                        ? "exported by PyTorch " + hello.path("torch").asText()
                        : "oneDNN " + (hello.path("mkldnn").asBoolean() ? "yes" : "no") + ", BLAS "
                                + hello.path("blas").asText() + ", "
                                + hello.path("cpu_capability").asText(),
                hello.path("device_type").asText().equals("cpu")
                        ? hello.path("threads").asInt()
                        : 0,
                onnx ? "session" : key.equals(Contender.PYTORCH) ? "eager" : "torch.compile");
    }

    @Override
    public Contender contender() {
        return contender;
    }

    @Override
    public Prepared prepare(CaseData data) throws Unsupported {
        release();
        var name = data.info().type().name();
        if (key.equals(Contender.ONNX_RUNTIME) && Pass.of(name) != Pass.FORWARD) {
            throw new Unsupported("ONNX Runtime computes no gradients.");
        }
        var weights = scratch.resolve("weights.safetensors");
        var inputs = scratch.resolve("inputs.safetensors");
        var output = scratch.resolve("output.safetensors");
        try {
            data.module().weights().save(weights);
            data.saveInputs(inputs);
            long start = System.nanoTime();
            var loading = process.ask(Map.of(
                    "op", "load",
                    "id", id(),
                    "module", Pass.subject(name),
                    "config", config(data),
                    "weights", weights.toString(),
                    "inputs", inputs.toString(),
                    "runtime", runtime(),
                    "pass", Pass.of(name).name().toLowerCase(Locale.ROOT),
                    "parameters", parameters(data)));
            requireOk(loading);
            loaded = true;
            long ready = System.nanoTime();
            requireOk(process.ask(Map.of("op", "run", "id", id(), "output", output.toString())));
            long ran = System.nanoTime();
            return new Prepared(outputs(output), null, new Phases(ready - start, 0, ran - ready, 0, 0, 0, ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is not at its default: some of our settings are accepted without effect, and PyTorch's constructors lack
     * those.
     */
    private static Map<String, Object> config(CaseData data) {
        var config = data.info().settings().asMap();
        for (var option : data.info().type().options()) {
            if (Objects.equals(config.get(option.name()), option.defaultValue())) {
                config.remove(option.name());
            }
        }
        return config;
    }

    /** The names of the parameters in the order in which their gradients are wanted. */
    private static List<String> parameters(CaseData data) {
        return data.module().weights().specs().stream()
                .filter(spec -> spec.kind() == WeightSpec.Kind.PARAMETER)
                .map(WeightSpec::name)
                .toList();
    }

    private String runtime() {
        return switch (key) {
            case Contender.PYTORCH -> "eager";
            case Contender.PYTORCH_COMPILE -> "compile";
            default -> key;
        };
    }

    private String id() {
        return CASE + "-" + key;
    }

    private void requireOk(JsonNode answer) throws Unsupported {
        if (!answer.path("ok").asBoolean()) {
            throw new Unsupported(
                    Contender.nameOf(key) + ": " + answer.path("error").asText("it gave no reason"));
        }
    }

    private static List<float[]> outputs(Path file) throws IOException {
        try (var tensors = SafetensorsFile.open(file)) {
            var outputs = new ArrayList<float[]>();
            for (int i = 0; i < tensors.names().size(); i++) {
                outputs.add(tensors.floats(i == 0 ? "output" : "output." + i));
            }
            return outputs;
        }
    }

    @Override
    public long[] slice(long nanos, int most) {
        var answer = process.ask(Map.of("op", "time", "id", id(), "seconds", nanos / 1e9, "min_iterations", 1));
        if (!answer.path("ok").asBoolean()) {
            throw new IllegalStateException(
                    Contender.nameOf(key) + ": " + answer.path("error").asText());
        }
        var samples = answer.path("samples_ns");
        var times = new long[samples.size()];
        for (int i = 0; i < times.length; i++) {
            times[i] = samples.get(i).asLong();
        }
        return Samples.thinned(times, most);
    }

    @Override
    public long compiling() {
        return 0;
    }

    @Override
    public Profile profile() {
        return Profile.NONE;
    }

    @Override
    public void release() {
        if (loaded) {
            loaded = false;
            process.ask(Map.of("op", "unload", "id", id()));
        }
    }

    @Override
    public boolean alive() {
        return process.alive();
    }

    /** Ends the server, which all peers share. */
    @Override
    public void close() {
        process.close();
    }
}
