package tornado.attention.bench.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.networks.image.Size;
import tornado.attention.report.ExperimentResult.Cost;
import tornado.attention.report.statistics.Quantiles;

/** What an image costs in each network: all of them in turns, several rounds, so that a slow minute meets them all. */
final class CostMeter {
    private final EnergyMeter energy = EnergyMeter.ofThisMachine();
    private final Size size;
    private final int rounds;
    private final double seconds;

    /**
     * A meter.
     *
     * @param size of the images
     * @param rounds in which all networks take their turn
     * @param seconds of a turn; half of that before it to get warm
     */
    CostMeter(Size size, int rounds, double seconds) {
        this.size = size;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /**
     * A network that takes part.
     *
     * @param name by which its cost is returned
     */
    record Subject(String name, Network network) {}

    /** Costs by name, in order of devices and sizes of batch. */
    Map<String, List<Cost>> of(
            List<Subject> subjects, List<Device> devices, List<Integer> batches, Consumer<String> told) {
        var costs = new LinkedHashMap<String, List<Cost>>();
        for (var device : devices) {
            for (int batch : batches) {
                told.accept("measuring on " + device.describe() + ", " + batch + (batch == 1 ? " image" : " images")
                        + " at once");
                var millis = new LinkedHashMap<String, List<Double>>();
                var joules = new LinkedHashMap<String, List<Double>>();
                for (int round = 0; round < rounds; round++) {
                    for (var subject : subjects) {
                        turn(subject, device, batch, millis, joules);
                    }
                }
                for (var subject : subjects) {
                    var all = millis.get(subject.name());
                    var used = joules.getOrDefault(subject.name(), List.of());
                    costs.computeIfAbsent(subject.name(), n -> new ArrayList<>())
                            .add(new Cost(
                                    device.describe(),
                                    batch,
                                    median(all),
                                    Collections.min(all),
                                    Collections.max(all),
                                    used.isEmpty() ? null : median(used)));
                }
            }
        }
        return costs;
    }

    private void turn(
            Subject subject,
            Device device,
            int batch,
            Map<String, List<Double>> millis,
            Map<String, List<Double>> joules) {
        var images = new ArrayList<float[]>();
        for (int i = 0; i < batch; i++) {
            images.add(new float[3 * size.height() * size.width()]);
        }
        var options = device.options();
        try (var runner = new NetworkRunner(subject.network(), size, batch, List.of(), device.device(), options)) {
            runs(runner, images, seconds / 2);
            var before = energy.read();
            var times = runs(runner, images, seconds);
            var after = energy.read();
            millis.computeIfAbsent(subject.name(), n -> new ArrayList<>()).add(median(times) / batch);
            if (energy.available()) {
                joules.computeIfAbsent(subject.name(), n -> new ArrayList<>())
                        .add(energy.joules(before, after) / times.size() / batch);
            }
        }
    }

    private static List<Double> runs(NetworkRunner runner, List<float[]> images, double seconds) {
        var times = new ArrayList<Double>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = System.nanoTime();
            runner.run(images);
            times.add((System.nanoTime() - start) / 1e6);
        } while (System.nanoTime() < end);
        return times;
    }

    private static double median(List<Double> values) {
        return Quantiles.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
