package tornado.attention.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tornado.attention.report.statistics.StudentInterval;

/**
 * What {@code experiment.json} holds: networks trained from several seeds, with what they cost.
 *
 * @param title for people
 * @param started when, ISO 8601 with offset
 * @param projectVersion version of this project
 * @param commit our commit; {@code unknown} where there is no git
 * @param dirty whether files differed from that commit; null where that is unknown
 * @param engine what executed task graphs
 * @param machine where
 * @param data which images
 * @param training settings that all runs share
 * @param energy how energy is measured, or why it is not
 * @param planned runs that the experiment has when it is done
 * @param arms what is compared, in the order of the experiment's file
 */
public record ExperimentResult(
        String title,
        String started,
        String projectVersion,
        String commit,
        Boolean dirty,
        String engine,
        Machine machine,
        String data,
        Map<String, Object> training,
        String energy,
        int planned,
        List<Arm> arms) {
    /** What stands for a network without another module in its blocks. */
    public static final String PLAIN = "none";

    /** Copies the list. */
    public ExperimentResult {
        arms = List.copyOf(arms);
    }

    /**
     * A network with a module in its blocks.
     *
     * @param network its name
     * @param attention the module; {@link #PLAIN} for the network as it is
     * @param parameters trainable ones
     * @param macs multiply-adds of an image
     * @param runs one a seed, as far as they are done
     * @param costs of an image, one a device and size of batch; empty until they are measured
     */
    public record Arm(String network, String attention, long parameters, long macs, List<Run> runs, List<Cost> costs) {
        /** Copies the lists. */
        public Arm {
            runs = List.copyOf(runs);
            costs = List.copyOf(costs);
        }

        /** {@code resnet8_cifar with eca}. */
        public String title() {
            return ExperimentResult.title(network, attention);
        }

        /** Accuracy on the images to judge by, over seeds; empty before the first run is done. */
        public Optional<StudentInterval> accuracy() {
            return runs.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            StudentInterval.of(runs.stream().map(Run::accuracy).toList()));
        }

        /** How much better it is than another, seed by seed; empty without a common seed. */
        public Optional<StudentInterval> better(Arm other) {
            var differences = new ArrayList<Double>();
            for (var run : runs) {
                other.runs.stream()
                        .filter(r -> r.seed() == run.seed())
                        .findFirst()
                        .ifPresent(r -> differences.add(run.accuracy() - r.accuracy()));
            }
            return differences.isEmpty() ? Optional.empty() : Optional.of(StudentInterval.of(differences));
        }

        /** What an image costs on a device in batches of a size; empty until it is measured. */
        public Optional<Cost> cost(String device, int batch) {
            return costs.stream()
                    .filter(c -> c.device().equals(device) && c.batch() == batch)
                    .findFirst();
        }
    }

    /**
     * A network trained from a seed.
     *
     * @param epochs at least one
     */
    public record Run(long seed, List<Epoch> epochs) {
        /** Copies the list. */
        public Run {
            epochs = List.copyOf(epochs);
        }

        /** Share of the images to judge by that it has right after its last epoch. */
        public double accuracy() {
            return epochs.getLast().testAccuracy();
        }
    }

    /** A line of a run's {@code log.jsonl}. */
    public record Epoch(
            int epoch,
            double rate,
            double trainLoss,
            double trainAccuracy,
            double testLoss,
            double testAccuracy,
            double seconds,
            double imagesPerS) {}

    /**
     * What an image costs where it is judged.
     *
     * @param device for people
     * @param batch images at once
     * @param millis an image; median over rounds
     * @param low fastest round
     * @param high slowest round
     * @param joules an image; null where nothing reports energy
     */
    public record Cost(String device, int batch, double millis, double low, double high, Double joules) {}

    /** The same with other arms. */
    public ExperimentResult with(List<Arm> others) {
        return new ExperimentResult(
                title,
                started,
                projectVersion,
                commit,
                dirty,
                engine,
                machine,
                data,
                training,
                energy,
                planned,
                others);
    }

    /** The same, begun when an earlier part of it was. */
    public ExperimentResult since(ExperimentResult before) {
        return new ExperimentResult(
                title,
                before.started,
                projectVersion,
                commit,
                Boolean.TRUE.equals(before.dirty) ? before.dirty : dirty,
                engine,
                machine,
                data,
                training,
                energy,
                planned,
                arms);
    }

    /** A network with a module in its blocks, for people. */
    public static String title(String network, String attention) {
        return attention.equals(PLAIN) ? network : network + " with " + attention;
    }

    /** The network as it is that an arm is held against; empty for itself, or where the experiment has none. */
    public Optional<Arm> plain(Arm arm) {
        return arms.stream()
                .filter(a -> a.network().equals(arm.network()) && a.attention().equals(PLAIN) && !a.equals(arm))
                .findFirst();
    }

    /** Runs that are done. */
    public int done() {
        return arms.stream().mapToInt(a -> a.runs().size()).sum();
    }

    /** Where costs were measured: one entry a device and size of batch, in order. */
    public List<Cost> places() {
        return arms.stream()
                .map(Arm::costs)
                .filter(c -> !c.isEmpty())
                .findFirst()
                .orElse(List.of());
    }
}
