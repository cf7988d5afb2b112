package tornado.attention.networks;

import tornado.attention.modules.Initializer;
import tornado.attention.modules.LinearLayer;
import tornado.attention.modules.Parameters;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution.Window;

/**
 * Makes the layers of one network: what all of them have in common is said once.
 *
 * @param parameters where layers take their parameters
 * @param eps of the batch norms
 * @param momentum of the batch norms
 * @param same whether strided convolutions are padded as TensorFlow does
 * @param initial how convolutions are initialised
 */
record Parts(Parameters parameters, double eps, double momentum, boolean same, ConvolutionInitializer initial) {
    /** How a network initialises its convolutions. */
    @FunctionalInterface
    interface ConvolutionInitializer {
        /** For weights {@code [outputs, inputs / groups, kernel, kernel]}. */
        Initializer of(int outputs, int kernel, int groups);

        /** Kaiming normal over the outputs; PyTorch's counts those of all groups. */
        ConvolutionInitializer FAN_OUT =
                (outputs, kernel, groups) -> Initializer.kaimingNormal(outputs * kernel * kernel);

        /** The same, counting those of one group. */
        ConvolutionInitializer FAN_OUT_OF_GROUP =
                (outputs, kernel, groups) -> Initializer.kaimingNormal(kernel * kernel * outputs / groups);
    }

    /** A layer's kernel and what it does with it. */
    record Kernel(int size, int stride, int dilation, int groups) {
        static final Kernel POINT = new Kernel(1, 1, 1, 1);

        static Kernel of(int size, int stride) {
            return new Kernel(size, stride, 1, 1);
        }

        Kernel grouped(int count) {
            return new Kernel(size, stride, dilation, count);
        }

        Kernel dilated(int distance) {
            return new Kernel(size, stride, distance, groups);
        }

        /** timm's padding: the map keeps its size for a stride of 1. */
        Window window() {
            return new Window(stride, 0, 0, dilation, groups).padded((stride - 1 + dilation * (size - 1)) / 2);
        }
    }

    /** The layers of a part. */
    Parts at(String name) {
        return new Parts(parameters.at(name), eps, momentum, same, initial);
    }

    /** A convolution without bias with the batch norm of another name, and an activation. */
    ConvNorm conv(String conv, String norm, int inputs, int outputs, Kernel kernel, Activation activation) {
        return conv(conv, norm, inputs, outputs, kernel, activation, Initializer.constant(1));
    }

    /** The last of a branch: its norm begins at 0, so that the branch adds nothing at first. */
    ConvNorm last(String conv, String norm, int inputs, int outputs, Kernel kernel) {
        return conv(conv, norm, inputs, outputs, kernel, Activation.IDENTITY, Initializer.constant(0));
    }

    private ConvNorm conv(
            String conv,
            String norm,
            int inputs,
            int outputs,
            Kernel kernel,
            Activation activation,
            Initializer gamma) {
        requireGroups(conv, inputs, outputs, kernel.groups());
        var convolution = parameters
                .with("weight", initial.of(outputs, kernel.size(), kernel.groups()))
                .convolution(conv, inputs, outputs, kernel.size(), kernel.window(), false);
        var normalised = parameters.with("weight", gamma).batchNorm(norm, outputs, eps, momentum);
        return new ConvNorm(parameters.path(conv), convolution, normalised, activation, same && kernel.stride() > 1);
    }

    private void requireGroups(String conv, int inputs, int outputs, int groups) {
        if (groups < 1 || inputs % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException("Convolution " + parameters.path(conv) + " has " + inputs
                    + " inputs and " + outputs + " outputs, which cannot be divided into " + groups + " groups.");
        }
    }

    /** timm's ConvNormAct: both layers below one name. */
    ConvNorm convNorm(String name, int inputs, int outputs, Kernel kernel, Activation activation) {
        return conv(name + ".conv", name + ".bn", inputs, outputs, kernel, activation);
    }

    /** The last ConvNormAct of a branch, without activation. */
    ConvNorm lastConvNorm(String name, int inputs, int outputs, Kernel kernel) {
        return last(name + ".conv", name + ".bn", inputs, outputs, kernel);
    }

    /** The same with another initialisation of weights and with biases that begin at 0. */
    Parts initialised(Initializer weights) {
        var p = parameters.with("weight", weights).with("bias", Initializer.constant(0));
        return new Parts(p, eps, momentum, same, initial);
    }

    /** A classifier with bias. */
    LinearLayer classifier(String name, int inputs, int classes) {
        var layer = parameters.linear(name, inputs, classes, true);
        return new LinearLayer(parameters.path(name), layer.weight(), layer.bias());
    }
}
