package tornado.attention.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.report.Ceiling;
import tornado.attention.bench.report.Contender;
import tornado.attention.bench.report.RunConfiguration;
import tornado.attention.tasks.DeviceProfile;

/**
 * All contenders of a run: the devices of this JVM's engine; the embedded engine in a JVM of its own where TornadoVM
 * runs here; plain Java; PyTorch where it is asked for.
 */
final class Field implements AutoCloseable {
    private final RunConfiguration configuration;
    private final Effort effort;
    private final LocalRunners local;
    private final List<Runner> lasting = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Peer peer;
    private final String peerState;
    private Worker embedded;

    private Field(RunConfiguration configuration, Effort effort, LocalRunners local, Peer peer, String peerState) {
        this.configuration = configuration;
        this.effort = effort;
        this.local = local;
        this.peer = peer;
        this.peerState = peerState;
    }

    /**
     * Finds the contenders.
     *
     * @throws UsageException if no device is left of those that were asked for
     */
    static Field of(RunConfiguration configuration, Effort effort) throws IOException {
        var local = LocalRunners.of(configuration.devices());
        var search = configuration.peers().isEmpty() ? new Peer.Search.Missing("") : Peer.find(configuration.python());
        var field = switch (search) {
            case Peer.Search.Found found -> new Field(configuration, effort, local, found.peer(), "");
            case Peer.Search.Missing missing -> new Field(configuration, effort, local, null, missing.reason());
        };
        if (!field.peerState.isEmpty()) {
            field.notes.add(field.peerState);
        }
        try {
            field.startLasting();
        } catch (IOException | RuntimeException e) {
            field.close();
            throw e;
        }
        if (field.open().stream().allMatch(r -> r.contender().baseline())) {
            field.close();
            throw new UsageException("There is no device " + String.join(", ", configuration.devices()) + "; there are "
                    + Devices.all().stream().map(d -> d.describe()).collect(Collectors.joining("; ")) + ".");
        }
        return field;
    }

    private void startLasting() throws IOException {
        boolean tornado = !Engine.current().name().equals(Engine.EMBEDDED);
        if (tornado) {
            embedded = Worker.of(
                    Engine.EMBEDDED, new Worker.Request(configuration.devices(), configuration.threads(), true));
            if (embedded == null) {
                notes.add("The embedded engine does not take part: this JVM was not started by the attn launcher.");
            }
        }
        if (effort.forks() == 0) {
            lasting.addAll(local.runners(embedded == null));
            if (embedded != null) {
                lasting.addAll(embedded.runners());
            }
            lasting.addAll(peers());
        }
    }

    private List<Runner> peers() throws IOException {
        if (peer == null) {
            return List.of();
        }
        int threads = configuration.threads() > 0
                ? configuration.threads()
                : Runtime.getRuntime().availableProcessors();
        boolean gpu = local.devices().stream().anyMatch(d -> d.profile().kind() == DeviceProfile.Kind.GPU);
        try {
            return peer.start(threads, gpu, effort.compiledPeer());
        } catch (IllegalStateException e) {
            if (!gpu) {
                throw e;
            }
            notes.add("PyTorch runs on the CPU: " + e.getMessage());
            return peer.start(threads, false, effort.compiledPeer());
        }
    }

    /**
     * The runners that last for the whole run, or those that only say who takes part, where each fork starts its own.
     */
    private List<Runner> open() {
        if (effort.forks() == 0) {
            return List.copyOf(lasting);
        }
        var all = new ArrayList<>(local.runners(embedded == null));
        if (embedded != null) {
            all.addAll(embedded.runners());
        }
        return all;
    }

    /** Who takes part. */
    List<Contender> contenders() {
        return open().stream().map(Runner::contender).toList();
    }

    /** What PyTorch says of itself, why there is none, or nothing where nobody asked. */
    String peerState() {
        var torch = lasting.stream()
                .map(Runner::contender)
                .filter(c -> c.key().equals(Contender.PYTORCH))
                .map(c -> "PyTorch " + c.engineVersion() + ", " + c.driver() + ", " + c.label())
                .findFirst();
        return torch.orElse(peer != null ? "PyTorch of " + peer.python() : peerState);
    }

    /** Sentences about what does not take part. */
    List<String> notes() {
        return notes;
    }

    /** What each device reaches at best. */
    Map<String, Ceiling> ceilings() {
        long nanos = Math.clamp(effort.warmupNanos() / 2, 100_000_000L, 1_000_000_000L);
        var ceilings = new LinkedHashMap<>(local.ceilings(nanos));
        if (embedded != null) {
            ceilings.putAll(embedded.ceilings(nanos));
        }
        return ceilings;
    }

    /** Something done with the runners of a fork. */
    interface Use<T> {
        T with(List<Runner> runners);
    }

    /** Runs something on the lasting runners, or on those of new JVMs that end afterwards. */
    <T> T use(Use<T> use) throws IOException {
        if (effort.forks() == 0) {
            return use.with(lasting);
        }
        var fresh = new ArrayList<Runner>();
        try {
            fresh.addAll(
                    Worker.fork(new Worker.Request(configuration.devices(), configuration.threads(), embedded == null))
                            .runners());
            if (embedded != null) {
                fresh.addAll(Worker.of(
                                Engine.EMBEDDED,
                                new Worker.Request(configuration.devices(), configuration.threads(), true))
                        .runners());
            }
            fresh.addAll(peers());
            return use.with(fresh);
        } finally {
            fresh.forEach(Runner::close);
        }
    }

    @Override
    public void close() {
        lasting.forEach(Runner::close);
        if (embedded != null) {
            embedded.close();
        }
    }
}
