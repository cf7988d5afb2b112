package tornado.attention.networks.training;

import tornado.attention.tasks.ParameterUpdate;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** How a parameter changes with its gradient: PyTorch's optimisers, in place on the device. */
public sealed interface Optimizer {
    /** What stands in front of the names of states. */
    String STATE = "optimizer.";

    /** Weight decay of those parameters that have it. */
    double decay();

    /**
     * What changes from step to step: the rate, the factor of gradients, what else the kernel takes, and the share of averages, 0.
     *
     * @param step from 1
     * @param rate the learning rate
     */
    float[] rates(long step, double rate);

    /**
     * Appends the update of a parameter.
     *
     * @param name of the parameter
     * @param rates {@link #rates} on the device
     * @param decay weight decay of this parameter
     */
    void append(TaskChain chain, String name, Tensor parameter, Tensor gradient, Tensor rates, double decay);

    /**
     * Stochastic gradient descent: PyTorch's {@code SGD}.
     *
     * @param momentum of the velocity; 0 for none
     * @param decay weight decay, added to the gradient
     * @param nesterov whether the step looks ahead
     */
    record Sgd(double momentum, double decay, boolean nesterov) implements Optimizer {
        /** Checks the ranges. */
        public Sgd {
            requireFraction("momentum", momentum);
            requireDecay(decay);
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("Nesterov's momentum needs a momentum above 0.");
            }
        }

        @Override
        public float[] rates(long step, double rate) {
            return new float[] {(float) rate, 1f, 0f, 0f, 0f};
        }

        @Override
        public void append(
                TaskChain chain, String name, Tensor parameter, Tensor gradient, Tensor rates, double decayed) {
            var velocity = zeros(chain, name + ".momentum_buffer", parameter.shape());
            ParameterUpdate.sgd(chain, STATE + name, parameter, gradient, velocity, rates, momentum, decayed, nesterov);
        }
    }

    /**
     * Adam with decoupled weight decay (Loshchilov and Hutter, 2019, arXiv 1711.05101): PyTorch's {@code AdamW}.
     *
     * @param beta1 of the mean of gradients
     * @param beta2 of the mean of their squares
     * @param eps added to the root
     * @param decay weight decay, times the rate
     */
    record AdamW(double beta1, double beta2, double eps, double decay) implements Optimizer {
        /** Checks the ranges. */
        public AdamW {
            requireFraction("beta1", beta1);
            requireFraction("beta2", beta2);
            requireDecay(decay);
            if (!(eps > 0)) {
                throw new IllegalArgumentException("AdamW's eps is above 0, not " + eps + ".");
            }
        }

        /** PyTorch's defaults with this weight decay. */
        public static AdamW decaying(double decay) {
            return new AdamW(0.9, 0.999, 1e-8, decay);
        }

        @Override
        public float[] rates(long step, double rate) {
            return new float[] {
                (float) rate, 1f, (float) (1 - Math.pow(beta1, step)), (float) (1 - Math.pow(beta2, step)), 0f
            };
        }

        @Override
        public void append(
                TaskChain chain, String name, Tensor parameter, Tensor gradient, Tensor rates, double decayed) {
            var mean = zeros(chain, name + ".exp_avg", parameter.shape());
            var square = zeros(chain, name + ".exp_avg_sq", parameter.shape());
            ParameterUpdate.adamW(
                    chain, STATE + name, parameter, gradient, mean, square, rates, beta1, beta2, eps, decayed);
        }
    }

    private static Tensor zeros(TaskChain chain, String name, Shape shape) {
        return chain.state(new Weight(STATE + name, shape, new FloatArray(shape.elementsOf(name))));
    }

    private static void requireFraction(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("The " + what + " is at least 0 and below 1, not " + value + ".");
        }
    }

    private static void requireDecay(double decay) {
        if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Weight decay is a number of at least 0, not " + decay + ".");
        }
    }
}
