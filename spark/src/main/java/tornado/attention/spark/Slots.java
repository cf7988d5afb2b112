package tornado.attention.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.files.checkpoint.Selection;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Network;
import tornado.attention.networks.Pretrained;
import tornado.attention.tasks.DeviceProfile;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The compiled networks of an executor: one a task slot, kept from task to task; of several networks those that were wanted last. */
final class Slots {
    private static final String THREADS = "tornado.embedded.threads";
    private static final String GPU = "gpu";

    private static final Slots OF_THIS_EXECUTOR = new Slots();

    /** As many as the stages of a pipeline that one task goes through. */
    private static final int NETWORKS = 4;

    private final Map<Key, Deque<Slot>> idle = new HashMap<>();
    private final int[] threads = {0};
    private String before;
    private final SequencedMap<Wanted, Network> networks = new LinkedHashMap<>();

    /** What plans are told apart by: a task that has more cores is given one with more threads. */
    private record Key(Wanted wanted, String device, int cores) {}

    private Slots() {}

    /** A compiled network for the task that asks, which gives it back when it ends. */
    static Slot borrow(Wanted wanted, Supplier<byte[]> weights) {
        var task = TaskContext.get();
        var resource = task.resourcesJMap().get(GPU);
        var device = device(wanted.device(), resource == null ? null : resource.addresses()[0], Devices.all());
        var key = new Key(wanted, device, task.cpus());
        var slot = OF_THIS_EXECUTOR.take(key, weights);
        TaskCompletionListener givingBack = ended -> OF_THIS_EXECUTOR.give(key, slot);
        task.addTaskCompletionListener(givingBack);
        return slot;
    }

    /**
     * Compiles a network before a task asks for it, and lets it run once, so that the kernels are compiled as well.
     *
     * @param cores of the task that will ask
     */
    static void warm(Wanted wanted, Supplier<byte[]> weights, int cores) {
        var key = new Key(wanted, device(wanted.device(), null, Devices.all()), cores);
        var slot = OF_THIS_EXECUTOR.take(key, weights);
        slot.warm();
        OF_THIS_EXECUTOR.give(key, slot);
    }

    /**
     * The device of a task.
     *
     * @param asked by the user; empty where Spark decides
     * @param address of the executor's resource {@code gpu}: an id as {@code attn devices} shows it, or the number of a graphics processor
     *     among them; null where there is none
     * @param all that are there
     * @return its id; null for the engine's first
     */
    static String device(String asked, String address, List<Device> all) {
        if (!asked.isEmpty()) {
            return asked;
        }
        if (address == null) {
            return null;
        }
        if (address.contains(":")) {
            return address;
        }
        var graphics = all.stream()
                .filter(d -> d.profile().kind() == DeviceProfile.Kind.GPU)
                .toList();
        int number = address.matches("\\d{1,4}") ? Integer.parseInt(address) : graphics.size();
        if (number >= graphics.size()) {
            throw new IllegalStateException("Spark assigned the resource gpu " + address + ", but TornadoVM sees "
                    + graphics.size() + " graphics processors here; correct the discovery script of the executors.");
        }
        return graphics.get(number).id();
    }

    private synchronized Slot take(Key key, Supplier<byte[]> weights) {
        var known = networks.remove(key.wanted());
        networks.putLast(key.wanted(), known != null ? known : load(key.wanted().network(), weights.get()));
        if (networks.size() > NETWORKS) {
            var old = networks.pollFirstEntry().getKey();
            idle.entrySet().removeIf(e -> {
                boolean gone = e.getKey().wanted().equals(old);
                if (gone) {
                    e.getValue().forEach(Slot::close);
                }
                return gone;
            });
        }
        var free = idle.getOrDefault(key, new ArrayDeque<>()).pollFirst();
        return free != null ? free : compile(key);
    }

    private Slot compile(Key key) {
        var wanted = key.wanted();
        return withThreads(
                key.cores(),
                () -> new Slot(
                        pretrained(wanted.network(), true),
                        networks.get(wanted),
                        wanted.node(),
                        wanted.batch(),
                        Devices.choose(key.device())));
    }

    /** Makes something with plans of so many threads: the embedded engine reads the property when a plan is made. */
    static <T> T withThreads(int cores, Supplier<T> made) {
        OF_THIS_EXECUTOR.enter(cores);
        try {
            return made.get();
        } finally {
            OF_THIS_EXECUTOR.leave();
        }
    }

    /** All tasks of an executor have as many cores, so that those that overlap agree. */
    private void enter(int cores) {
        synchronized (threads) {
            if (threads[0]++ == 0) {
                before = System.getProperty(THREADS);
                TornadoRuntimeProvider.setProperty(THREADS, Integer.toString(cores));
            }
        }
    }

    /** Of the rest of this JVM it is not the business. */
    private void leave() {
        synchronized (threads) {
            if (--threads[0] == 0) {
                if (before == null) {
                    System.clearProperty(THREADS);
                } else {
                    TornadoRuntimeProvider.setProperty(THREADS, before);
                }
            }
        }
    }

    private synchronized void give(Key key, Slot slot) {
        if (networks.containsKey(key.wanted())) {
            idle.computeIfAbsent(key, k -> new ArrayDeque<>()).addFirst(slot);
        } else {
            slot.close();
        }
    }

    /** How a network's images are prepared; where weights are a file's, also of one without published weights. */
    static Pretrained pretrained(String name, boolean ofFile) {
        return (ofFile ? Pretrained.ofFile(name) : Pretrained.named(name))
                .orElseThrow(() -> new IllegalArgumentException("Network " + name
                        + " has no published weights, so it is not known how its images are prepared; choose one with"
                        + " weights ('attn networks')."));
    }

    /** The network of weights that were broadcast. */
    static Network load(String name, byte[] weights) {
        try {
            // A file is mapped, an array is not.
            var file = Files.createTempFile("attn-weights", ".safetensors");
            try {
                Files.write(file, weights);
                try (var tensors = WeightFiles.open(file, Selection.USUAL)) {
                    return Classifier.load(pretrained(name, true), tensors);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
