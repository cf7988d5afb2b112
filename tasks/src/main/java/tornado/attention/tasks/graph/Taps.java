package tornado.attention.tasks.graph;

import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;

/** Which elements meet in a convolution: the same for its value and for both of its adjoints. */
final class Taps {
    /** Called for each product of a convolution. */
    interface Visitor {
        /** One product: indices of the result, of the map and of the weight. */
        void visit(int y, int x, int w);
    }

    private Taps() {}

    /** The extents that a convolution of {@code x} with {@code w} makes. */
    static Shape output(Shape x, Shape w, Window window) {
        if (x.rank() != 4 || w.rank() != 4 || w.elements() == 0) {
            throw new IllegalArgumentException(
                    "A convolution takes a feature map [batch, channels, height, width] and weights"
                            + " [outputs, inputs / groups, kernel height, kernel width], not " + x + " and " + w + ".");
        }
        if (w.dim(1) * window.groups() != x.channels() || w.dim(0) % window.groups() != 0) {
            throw new IllegalArgumentException("A convolution in " + window.groups() + " groups with weights " + w
                    + " does not fit the " + x.channels() + " channels of " + x + ".");
        }
        int height = extent(x.height() + window.top() + window.bottom(), w.dim(2), window);
        int width = extent(x.width() + window.left() + window.right(), w.dim(3), window);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("A kernel of " + w.dim(2) + "x" + w.dim(3) + " with dilation "
                    + window.dilation() + " is larger than the padded map of " + x + ".");
        }
        return Shape.of(x.batch(), w.dim(0), height, width);
    }

    private static int extent(int padded, int kernel, Window window) {
        int left = padded - (kernel - 1) * window.dilation() - 1;
        return left < 0 ? 0 : left / window.stride() + 1;
    }

    /** All products whose element of the map is not padding. */
    static void over(Shape x, Shape w, Shape y, Window window, Visitor visitor) {
        int inputs = w.dim(1);
        int perGroup = w.dim(0) / window.groups();
        int kernelRows = w.dim(2);
        int kernelColumns = w.dim(3);
        int height = x.height();
        int width = x.width();
        int columns = y.width();
        int pixels = y.height() * columns;
        int elements = y.elementsOf("convolution");
        for (int i = 0; i < elements; i++) {
            int o = i / pixels % w.dim(0);
            int top = i % pixels / columns * window.stride() - window.top();
            int left = i % columns * window.stride() - window.left();
            int plane = i / (pixels * w.dim(0)) * x.channels() + o / perGroup * inputs;
            int tap = o * inputs * kernelRows * kernelColumns;
            for (int input = 0; input < inputs; input++) {
                for (int u = 0; u < kernelRows; u++, tap += kernelColumns) {
                    int row = top + u * window.dilation();
                    if (row < 0 || row >= height) {
                        continue;
                    }
                    int from = ((plane + input) * height + row) * width;
                    for (int v = 0; v < kernelColumns; v++) {
                        int column = left + v * window.dilation();
                        if (column >= 0 && column < width) {
                            visitor.visit(i, from + column, tap + v);
                        }
                    }
                }
            }
        }
    }
}
