package tornado.attention.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.report.Ceiling;
import tornado.attention.report.Contender;
import tornado.attention.report.RunConfiguration;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.VariantChoice;

/**
 * All contenders of a run: the devices of this JVM's engine, in this JVM or in forks of it; the embedded engine in a
 * JVM of its own where TornadoVM runs here; plain Java; PyTorch where it is asked for.
 *
 * <p>Forks that last share one PyTorch: nothing that is decided when it starts makes it faster or slower, as compilation
 * does with a JVM, and in each fork's turns its rounds stand beside those of that fork.
 */
final class Field implements AutoCloseable {
    private final RunConfiguration configuration;
    private final Effort effort;
    private final LocalRunners local;
    private final List<Team> lasting = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Peer peer;
    private final String peerState;
    private List<Runner> peers = List.of();
    private Worker embedded;

    /**
     * Contenders that take turns.
     *
     * @param here those of this JVM
     * @param workers JVMs with the others
     */
    private record Team(List<Runner> here, List<Worker> workers) implements AutoCloseable {
        List<Runner> runners() {
            return Stream.concat(here.stream(), workers.stream().flatMap(w -> w.runners().stream()))
                    .toList();
        }

        boolean alive() {
            return workers.stream().allMatch(Worker::alive);
        }

        @Override
        public void close() {
            here.forEach(Runner::close);
            workers.forEach(Worker::close);
        }
    }

    private Field(RunConfiguration configuration, Effort effort, LocalRunners local, Peer peer, String peerState) {
        this.configuration = configuration;
        this.effort = effort;
        this.local = local;
        this.peer = peer;
        this.peerState = peerState;
    }

    /**
     * Finds the contenders and starts those that last.
     *
     * @param search where PyTorch is
     * @throws UsageException if no device is left of those that were asked for
     */
    static Field of(RunConfiguration configuration, Effort effort, Peer.Search search) throws IOException {
        var local = LocalRunners.of(configuration.devices(), VariantChoice.named(configuration.variant()));
        var field = switch (search) {
            case Peer.Search.Found found -> new Field(configuration, effort, local, found.peer(), "");
            case Peer.Search.Missing missing -> new Field(configuration, effort, local, null, missing.reason());
        };
        if (!field.peerState.isEmpty()) {
            field.notes.add(field.peerState);
        }
        try {
            field.start();
        } catch (IOException | RuntimeException e) {
            field.close();
            throw e;
        }
        return field;
    }

    private void start() throws IOException {
        if (!Engine.current().name().equals(Engine.EMBEDDED)) {
            embedded = Worker.of(Engine.EMBEDDED, request(plainJava()));
            if (embedded == null) {
                notes.add("The embedded engine does not take part: this JVM was not started by the attn launcher.");
            }
        }
        if (who().allMatch(r -> r.contender().baseline())) {
            throw new UsageException("There is no device " + String.join(", ", configuration.devices()) + "; there are "
                    + Devices.all().stream().map(d -> d.describe()).collect(Collectors.joining("; ")) + ".");
        }
        if (effort.forks() == 0) {
            lasting.add(new Team(local.runners(plainJavaHere()), embedded == null ? List.of() : List.of(embedded)));
        } else if (effort.lasting()) {
            for (int fork = 0; fork < effort.forks(); fork++) {
                lasting.add(fork());
            }
            lasting.forEach(Team::runners); // all of them start at once; this waits for them
        }
        if (!lasting.isEmpty()) {
            peers = startPeers();
        }
    }

    /** Whole networks as plain Java on one thread would take most of the time and tell nobody anything. */
    private boolean plainJava() {
        return !configuration.ofNetworks();
    }

    private boolean plainJavaHere() {
        return plainJava() && embedded == null;
    }

    private Worker.Request request(boolean sequential) {
        int sharers = effort.lasting() ? effort.forks() * (embedded == null ? 1 : 2) : 1;
        return new Worker.Request(
                configuration.devices(), configuration.threads(), configuration.variant(), sequential, sharers);
    }

    /** A fork, with the embedded engine beside it where another engine runs here. */
    private Team fork() throws IOException {
        var workers = new ArrayList<Worker>();
        workers.add(Worker.fork(request(plainJavaHere())));
        if (embedded != null) {
            workers.add(Worker.of(Engine.EMBEDDED, request(plainJava())));
        }
        return new Team(List.of(), workers);
    }

    private List<Runner> startPeers() throws IOException {
        if (peer == null) {
            return List.of();
        }
        int threads = configuration.threads() > 0
                ? configuration.threads()
                : Runtime.getRuntime().availableProcessors();
        boolean gpu = local.devices().stream().anyMatch(d -> d.profile().kind() == DeviceProfile.Kind.GPU);
        try {
            return peer.start(configuration.peers(), threads, gpu, effort.compiledPeer());
        } catch (IllegalStateException e) {
            if (!gpu) {
                throw e;
            }
            notes.add("PyTorch runs on the CPU: " + e.getMessage());
            return peer.start(configuration.peers(), threads, false, effort.compiledPeer());
        }
    }

    /** Who takes part, whichever JVM they run in; without PyTorch. */
    private Stream<Runner> who() {
        return Stream.concat(
                local.runners(plainJavaHere()).stream(), embedded == null ? Stream.of() : embedded.runners().stream());
    }

    /** Who takes part; PyTorch only where it is there already. */
    List<Contender> contenders() {
        return Stream.concat(who(), peers.stream()).map(Runner::contender).toList();
    }

    /** What PyTorch says of itself, why there is none, or nothing where nobody asked. */
    String peerState() {
        if (peer == null) {
            return peerState;
        }
        return peers.stream()
                .map(Runner::contender)
                .findFirst()
                .map(c -> peer.versions() + ", " + c.driver() + ", "
                        + (c.threads() == 0 ? c.deviceName() : c.threads() + " threads"))
                .orElse(peer.versions());
    }

    /** Sentences about what does not take part. */
    List<String> notes() {
        return notes;
    }

    /** What each device reaches at best. */
    Map<String, Ceiling> ceilings() {
        long nanos = Math.clamp(15 * effort.sliceNanos(), 100_000_000L, 1_000_000_000L);
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

    /**
     * Runs something on the runners of a fork: on lasting ones, or on those of new JVMs that end afterwards. A lasting
     * JVM that has ended since is replaced.
     *
     * @param fork its number, from 0
     */
    <T> T use(int fork, Use<T> use) throws IOException {
        if (!lasting.isEmpty()) {
            replaceEnded(fork);
            return use.with(together(lasting.get(fork), peers));
        }
        List<Runner> others = List.of();
        try (var team = fork()) {
            others = startPeers();
            return use.with(together(team, others));
        } finally {
            others.forEach(Runner::close);
        }
    }

    private static List<Runner> together(Team team, List<Runner> peers) {
        return Stream.concat(team.runners().stream(), peers.stream()).toList();
    }

    private void replaceEnded(int fork) throws IOException {
        if (!lasting.get(fork).alive()) {
            lasting.get(fork).close();
            if (effort.forks() == 0) {
                embedded = Worker.of(Engine.EMBEDDED, request(plainJava()));
                lasting.set(fork, new Team(local.runners(false), List.of(embedded)));
            } else {
                lasting.set(fork, fork());
            }
        }
        if (!peers.stream().allMatch(Runner::alive)) {
            peers.forEach(Runner::close);
            peers = startPeers();
        }
    }

    @Override
    public void close() {
        lasting.forEach(Team::close);
        peers.forEach(Runner::close);
        if (embedded != null) {
            embedded.close();
        }
    }
}
