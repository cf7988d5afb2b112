package tornado.attention.networks.training;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.ParameterUpdate;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A network being trained on a device, one plan for a whole step: a batch goes up, the loss comes down; parameters, running statistics and
 * what the optimiser keeps stay on the device.
 *
 * <pre>
 *   images, targets ──▶ network ──▶ loss ──▶ gradients ──▶ [norm, clipped] ──▶ updates
 *                          ▲                                                     │
 *                          └───────────────── parameters ◀───────────────────────┘──▶ [averages]
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class Trainer implements AutoCloseable {
    /** What stands in front of the names of averages. */
    public static final String AVERAGE = "average.";

    private final Network initial;
    private final Size size;
    private final Recipe recipe;
    private final int batch;
    private final Tensor images;
    private final Tensor targets;
    private final Tensor rates;
    private final Tensor loss;
    private final Tensor hits;
    private final int classes;
    private final Plan plan;
    private long steps;

    /**
     * What a network is trained by.
     *
     * @param loss what is made small
     * @param optimizer how
     * @param decayOnAll whether norms and biases have weight decay as well; timm leaves them out
     * @param largestNorm of all gradients together, to which they are scaled down; 0 for no limit
     * @param averaging of what is learned; null for none
     * @param recompute whether little more than the blocks' inputs is kept for the backward pass, and the rest made again
     */
    public record Recipe(
            Loss loss,
            Optimizer optimizer,
            boolean decayOnAll,
            double largestNorm,
            Averaging averaging,
            boolean recompute) {
        /** Checks the range. */
        public Recipe {
            if (!(largestNorm >= 0)) {
                throw new IllegalArgumentException("Gradients are clipped to a norm above 0, not " + largestNorm + ".");
            }
        }

        /** Weight decay of matrices and kernels only, no clipping, no average. */
        public static Recipe of(Loss loss, Optimizer optimizer) {
            return new Recipe(loss, optimizer, false, 0, null, false);
        }

        /** The same with weight decay of norms and biases as well. */
        public Recipe decayingAll() {
            return new Recipe(loss, optimizer, true, largestNorm, averaging, recompute);
        }

        /** The same with gradients scaled down to a common norm. */
        public Recipe clipping(double norm) {
            return new Recipe(loss, optimizer, decayOnAll, norm, averaging, recompute);
        }

        /** The same with an average kept of what is learned. */
        public Recipe averaging(Averaging kept) {
            return new Recipe(loss, optimizer, decayOnAll, largestNorm, kept, recompute);
        }

        /** The same in less memory, at most a third slower. */
        public Recipe recomputing() {
            return new Recipe(loss, optimizer, decayOnAll, largestNorm, averaging, true);
        }

        /** The rates that updates take: with the factor that clips, where there is a limit. */
        Tensor rates(TaskChain chain, List<Tensor> gradients, Tensor rates) {
            return largestNorm > 0 ? ParameterUpdate.clipped(chain, "clip", gradients, rates, largestNorm) : rates;
        }

        /** What changes from step to step, with the share of averages. */
        float[] rates(long step, double rate) {
            var rates = optimizer.rates(step, rate);
            if (averaging != null) {
                rates[rates.length - 1] = (float) averaging.share(step);
            }
            return rates;
        }

        /** Appends the average of a parameter or running statistic. */
        static void average(TaskChain chain, Weight initial, Tensor now, Tensor rates) {
            var name = AVERAGE + initial.name();
            var average = chain.state(new Weight(name, initial.shape(), initial.values()));
            ParameterUpdate.average(chain, name, average, now, rates);
        }

        /** The weight decay of a parameter: as timm groups them, vectors have none. */
        double decayOf(Shape parameter) {
            return decayOnAll || parameter.rank() > 1 ? optimizer.decay() : 0;
        }
    }

    /**
     * What a step made.
     *
     * @param loss of the batch, before the update
     * @param hits images whose likeliest class was theirs; 0 where the loss is not of classes
     */
    public record Result(double loss, int hits) {}

    /**
     * Where a run before has ended.
     *
     * @param steps taken
     * @param weights everything that {@link Trainer#state} gave, by name
     */
    public record State(long steps, Map<String, Weight> weights) {
        /** Nothing was done yet. */
        public static State fresh() {
            return new State(0, Map.of());
        }

        /** The network it holds, averaged where that is wanted and an average was kept. */
        Network network(NetworkConfig config, Size size, boolean averaged) {
            var found = new LinkedHashMap<String, Weight>();
            for (var spec : Network.weights(config, size)) {
                var average = averaged ? weights.get(AVERAGE + spec.name()) : null;
                var weight = average == null
                        ? weights.get(spec.name())
                        : new Weight(spec.name(), average.shape(), average.values());
                if (weight != null) {
                    found.put(spec.name(), weight);
                }
            }
            return Network.create(config, size, found);
        }
    }

    /**
     * Compiles a training step.
     *
     * @param network with the weights to begin with
     * @param size of the images
     * @param batch images in a step
     * @param device where; null for the default one
     * @param options of the chain, such as the device's profile
     * @throws IllegalArgumentException if the network does not take such images, or the loss not its output
     */
    public Trainer(Network network, Size size, int batch, Recipe recipe, TornadoDevice device, ChainOptions options) {
        this(network, size, batch, recipe, State.fresh(), device, options);
    }

    /**
     * Compiles a training step that goes on where another run has ended; the network is the one that run began with or any other with its
     * config.
     */
    public Trainer(
            Network network,
            Size size,
            int batch,
            Recipe recipe,
            State state,
            TornadoDevice device,
            ChainOptions options) {
        if (batch < 1) {
            throw new IllegalArgumentException("A step takes at least 1 image, not " + batch + ".");
        }
        this.initial = network;
        this.steps = state.steps();
        this.size = size;
        this.recipe = recipe;
        this.batch = batch;
        var chain = TaskChain.named("training", options.inTraining()).beginningWith(state.weights());
        var gradient = LossGradient.append(chain, initial, size, batch, recipe.loss, false, recipe.recompute);
        this.images = gradient.images();
        this.targets = gradient.targets();
        this.classes = gradient.output().shape().dim(-1);
        this.loss = gradient.loss();
        chain.output(loss);
        this.hits = recipe.loss.isOfClasses() ? ParameterUpdate.hits(chain, "hits", gradient.output(), targets) : null;
        if (hits != null) {
            chain.output(hits);
        }
        this.rates = chain.input("rates", Shape.of(ParameterUpdate.RATES));
        var used = recipe.rates(chain, List.copyOf(gradient.gradients().values()), rates);
        gradient.gradients().forEach((name, g) -> {
            var parameter = gradient.parameters().get(name);
            recipe.optimizer.append(chain, name, parameter, g, used, recipe.decayOf(parameter.shape()));
        });
        if (recipe.averaging != null) {
            for (var spec : network.weights().specs()) {
                if (spec.kind() != WeightSpec.Kind.COUNTER) {
                    var weight = network.weights().get(spec.name());
                    chain.stateNamed(spec.name()).ifPresent(now -> Recipe.average(chain, weight, now, rates));
                }
            }
        }
        this.plan = chain.plan(device);
    }

    /** Number of parameters that are trained. */
    public long parameters() {
        return initial.parameters();
    }

    /** Images in a step. */
    public int batch() {
        return batch;
    }

    /** Steps taken. */
    public long steps() {
        return steps;
    }

    /** Kernels, MACs, bytes and memory of a step. */
    public ChainCost cost() {
        return plan.cost();
    }

    /**
     * A step: forward, backward, update.
     *
     * @param batchImages {@code [batch, 3, height, width]}, preprocessed
     * @param batchTargets what the loss holds the output against; of classes their numbers
     * @param rate learning rate
     */
    public Result step(float[] batchImages, float[] batchTargets, double rate) {
        fill(images.array(), batchImages, "images");
        if (recipe.loss.isOfClasses()) {
            requireClasses(batchTargets);
        }
        fill(targets.array(), batchTargets, "targets");
        var now = recipe.rates(steps + 1, rate);
        for (int i = 0; i < now.length; i++) {
            rates.array().set(i, now[i]);
        }
        plan.run();
        steps++;
        return new Result(plan.read(loss)[0], hits == null ? 0 : (int) plan.read(hits)[0]);
    }

    private void requireClasses(float[] labels) {
        for (float label : labels) {
            if (!(label >= 0 && label < classes && label == (int) label)) {
                throw new IllegalArgumentException(
                        "A label is " + label + ", but the network has the classes 0 to " + (classes - 1) + ".");
            }
        }
    }

    private static void fill(FloatArray array, float[] values, String what) {
        if (array.getSize() != values.length) {
            throw new IllegalArgumentException(
                    "A step takes " + array.getSize() + " numbers of " + what + ", not " + values.length + ".");
        }
        array.getSegment().copyFrom(MemorySegment.ofArray(values));
    }

    /** The network as it is now, read back from the device. */
    public Network network() {
        return state().network(initial.config(), size, false);
    }

    /** The average of what the network was after each step; the network as it is now where the recipe keeps none. */
    public Network averaged() {
        return state().network(initial.config(), size, true);
    }

    /** Everything that a run needs to go on to the same bits. */
    public State state() {
        var weights = new LinkedHashMap<String, Weight>();
        initial.weights().names().forEach(n -> weights.put(n, initial.weights().get(n)));
        weights.putAll(plan.weights());
        return new State(steps, weights);
    }

    @Override
    public void close() {
        plan.close();
    }
}
