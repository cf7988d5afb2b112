package tornado.attention.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** The compiled networks of an executor: one a task slot, kept from task to task; those of another network go when the next one comes. */
final class Slots {
    private static final String THREADS = "tornado.embedded.threads";
    private static final String GPU = "gpu";

    private static final Slots OF_THIS_EXECUTOR = new Slots();

    private final Map<Key, Deque<Slot>> idle = new HashMap<>();
    private Wanted last;
    private Network network;

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
        if (!key.wanted().equals(last)) {
            idle.values().forEach(slots -> slots.forEach(Slot::close));
            idle.clear();
            network = load(key.wanted().network(), weights.get());
            last = key.wanted();
        }
        var free = idle.getOrDefault(key, new ArrayDeque<>()).pollFirst();
        return free != null ? free : compile(key);
    }

    private Slot compile(Key key) {
        var before = System.getProperty(THREADS);
        // The embedded engine reads it when a plan is made; of the rest of this JVM it is not the business.
        TornadoRuntimeProvider.setProperty(THREADS, Integer.toString(key.cores()));
        try {
            var wanted = key.wanted();
            return new Slot(
                    pretrained(wanted.network()), network, wanted.node(), wanted.batch(), Devices.choose(key.device()));
        } finally {
            if (before == null) {
                System.clearProperty(THREADS);
            } else {
                TornadoRuntimeProvider.setProperty(THREADS, before);
            }
        }
    }

    private synchronized void give(Key key, Slot slot) {
        if (key.wanted().equals(last)) {
            idle.computeIfAbsent(key, k -> new ArrayDeque<>()).addFirst(slot);
        } else {
            slot.close();
        }
    }

    static Pretrained pretrained(String name) {
        return Pretrained.named(name)
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
                    return Classifier.load(pretrained(name), tensors);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
