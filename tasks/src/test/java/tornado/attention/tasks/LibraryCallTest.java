package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.DeviceProfile.Kind;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What vendors' functions are asked for is what the kernels in their place do, and they are asked for where they are. */
class LibraryCallTest {
    private static final double TOLERANCE = 1e-4;

    private static final DeviceProfile CARD =
            new DeviceProfile(Kind.GPU, "CUDA", "a card", 48 * 1024, 1024, 8L << 30, 16);

    private static final ChainOptions CALLING =
            ChainOptions.evaluation().on(CARD).with(VariantChoice.LIBRARY);

    private static float[] values(Random random, Shape shape) {
        var values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static Tensor input(TaskChain chain, Random random, String name, int... extents) {
        var shape = Shape.of(extents);
        return chain.input(name, shape, FloatArray.fromArray(values(random, shape)));
    }

    private static Weight weight(Random random, String name, int... extents) {
        var shape = Shape.of(extents);
        return Weight.of(name, shape, values(random, shape));
    }

    /** A chain that has every form: strided and padded convolutions, pointwise ones, linear layers, products of both kinds. */
    private static TaskChain everything(ChainOptions options) {
        var random = new Random(7);
        var chain = TaskChain.named("library", options);
        var x = input(chain, random, "x", 2, 3, 9, 8);
        var three = new Layer(weight(random, "w3", 5, 3, 3, 3), weight(random, "b3", 5), null, Window.same(3));
        var y = Convolution.apply(chain, "three", x, three, Activation.RELU);
        var strided = new Layer(
                weight(random, "w5", 4, 5, 5, 5), null, null, Window.same(5).strided(2));
        var z = Convolution.apply(chain, "strided", y, strided, Activation.IDENTITY);
        var one = Convolution.pointwise(
                chain, "one", z, weight(random, "w1", 4, 4, 1, 1), weight(random, "b1", 4), null, Activation.IDENTITY);
        var residual = Convolution.pointwiseResidual(
                chain, "residual", one, weight(random, "wr", 4, 4, 1, 1), null, null, z, Activation.RELU);
        var rows = chain.view(residual, Shape.of(40, 4));
        var linear = Projection.linear(
                chain, "linear", rows, weight(random, "wl", 6, 4), weight(random, "bl", 6), Activation.SIGMOID);
        chain.output(linear);
        var a = input(chain, random, "a", 3, 5, 7);
        var b = input(chain, random, "b", 3, 7, 4);
        var plain = chain.tensor("plain", Shape.of(3, 5, 4));
        new Products(3, 5, 7, 4, 0.5f, 0, 35, 0, 28).plain(chain, chain.step("plain"), a, b, plain);
        var transposed = chain.tensor("transposed", Shape.of(3, 7, 4));
        new Products(3, 7, 5, 4, 2f, 0, 35, 0, 20)
                .transposed(chain, chain.step("transposed"), a, chain.view(plain, Shape.of(3, 5, 4)), transposed);
        return chain.output(transposed);
    }

    @Test
    void callsDoWhatTheKernelsDo() {
        var chain = everything(CALLING);
        assertThat(compare(chain)).isEqualTo(7);
    }

    @Test
    void linearLayersAreOneCallWhereCublasLtHasIt() {
        for (var activation : List.of(Activation.IDENTITY, Activation.RELU)) {
            var random = new Random(11);
            var chain = TaskChain.named("library", CALLING);
            var x = input(chain, random, "x", 5, 3);
            var w = chain.transposedWeight(weight(random, "w", 4, 3));
            var b = chain.weight(weight(random, "b", 4));
            var y = chain.tensor("y", Shape.of(5, 4));
            var whole = LibraryCall.linear(x, w, b, y, 5, 3, 4, activation == Activation.RELU);
            assertThat(whole.isThere()).as("there is no cuBLAS here").isFalse();
            LibraryForms.linear(chain, "linear", x, w, b, y, 5, 3, activation, whole);
            chain.output(y);
            assertThat(compare(chain)).isEqualTo(1);
        }
    }

    /** Runs kernels and calls beside each other and returns how many calls there were. */
    private static int compare(TaskChain chain) {
        chain.sequential(); // gives tensors their arrays
        int calls = 0;
        for (var launch : chain.launches()) {
            launch.plain().run();
            if (launch.library().isPresent()) {
                calls++;
                var out = launch.writes().getFirst();
                var expected = new double[out.elements()];
                compute(launch.library().get(), expected);
                for (int i = 0; i < expected.length; i++) {
                    assertThat((double) out.array().get(i))
                            .as("%s, element %d", launch.library().get().function(), i)
                            .isCloseTo(expected[i], within(TOLERANCE));
                }
            }
        }
        return calls;
    }

    /** The libraries' functions by their documentation, in double precision. */
    private static void compute(LibraryCall call, double[] out) {
        var a = call.arguments();
        if (call.function().equals("cudnnConv2d")) {
            // input, filter, output, n, c, h, w, k, r, s, pad, stride: NCHW and KCRS, cross-correlation
            convolve(a, out);
        } else if (call.factory().endsWith("CuBlasLt")) {
            // transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc, bias of each row: columns first
            var batched = new ArrayList<>(a.subList(0, 13));
            batched.addAll(8, List.of(0L));
            batched.addAll(11, List.of(0L));
            batched.addAll(List.of(0L, 1));
            multiply(batched, out);
            for (int i = 0; i < out.length; i++) {
                out[i] += array(a, 13).get(i % number(a, 2));
                out[i] = call.function().equals("ltMatmulReluBiasFP32") ? Math.max(out[i], 0) : out[i];
            }
        } else {
            // transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C, ldc, strideC, batch: columns
            // first
            multiply(a, out);
        }
    }

    private static int number(List<Object> arguments, int index) {
        return ((Number) arguments.get(index)).intValue();
    }

    private static FloatArray array(List<Object> arguments, int index) {
        return ((Tensor) arguments.get(index)).array();
    }

    private static void convolve(List<Object> a, double[] out) {
        int channels = number(a, 4);
        int height = number(a, 5);
        int width = number(a, 6);
        int filters = number(a, 7);
        int rows = number(a, 8);
        int columns = number(a, 9);
        int padding = number(a, 10);
        int stride = number(a, 11);
        int outHeight = (height + 2 * padding - rows) / stride + 1;
        int outWidth = (width + 2 * padding - columns) / stride + 1;
        for (int at = 0; at < out.length; at++) {
            int image = at / (outWidth * outHeight * filters);
            int filter = at / (outWidth * outHeight) % filters;
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        int y = at / outWidth % outHeight * stride + i - padding;
                        int x = at % outWidth * stride + j - padding;
                        if (y >= 0 && y < height && x >= 0 && x < width) {
                            out[at] += (double) array(a, 1).get(((filter * channels + c) * rows + i) * columns + j)
                                    * array(a, 0).get(((image * channels + c) * height + y) * width + x);
                        }
                    }
                }
            }
        }
    }

    private static void multiply(List<Object> a, double[] out) {
        int m = number(a, 2);
        int n = number(a, 3);
        float alpha = (float) a.get(5);
        assertThat(a.get(12)).as("beta").isEqualTo(0f);
        for (int batch = 0; batch < number(a, 16); batch++) {
            for (int column = 0; column < n; column++) {
                for (int row = 0; row < m; row++) {
                    double sum = 0;
                    for (int k = 0; k < number(a, 4); k++) {
                        int left = number(a, 0) == 0 ? row + k * number(a, 7) : k + row * number(a, 7);
                        int right = number(a, 1) == 0 ? k + column * number(a, 10) : column + k * number(a, 10);
                        sum += (double) array(a, 6).get(batch * number(a, 8) + left)
                                * array(a, 9).get(batch * number(a, 11) + right);
                    }
                    out[batch * number(a, 15) + column * number(a, 14) + row] = alpha * sum;
                }
            }
        }
    }

    @Test
    void formsGiveWhatOtherKernelsGive() {
        var portable = results(ChainOptions.evaluation().with(VariantChoice.PORTABLE));
        var forms = ChainOptions.evaluation().with(VariantChoice.LIBRARY);

        assertThat(everything(forms).launches())
                .allMatch(launch -> launch.library().isEmpty());
        // A TornadoVM that says CUDA and has no libraries, as the embedded engine does here, takes the kernels.
        for (var options : List.of(forms, CALLING)) {
            var found = results(options);
            for (int i = 0; i < portable.length; i++) {
                assertThat(found[i]).as("element %d", i).isCloseTo(portable[i], within(1e-4f));
            }
        }
    }

    private static float[] results(ChainOptions options) {
        try (var plan = everything(options).plan()) {
            plan.run();
            var values = new ArrayList<Float>();
            plan.outputs().forEach(t -> {
                for (float value : plan.read(t)) {
                    values.add(value);
                }
            });
            var all = new float[values.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = values.get(i);
            }
            assertThat(all).hasSize(240 + 84);
            return all;
        }
    }

    @Test
    void aSliceOfALongerArrayStaysWithTheKernel() {
        var random = new Random(3);
        var chain = TaskChain.named("library", CALLING);
        var a = input(chain, random, "a", 2, 4, 4);
        var y = chain.tensor("y", Shape.of(1, 4, 4));
        new Products(1, 4, 4, 4, 1f, 16, 16, 0, 16).plain(chain, chain.step("slice"), a, a, y);
        chain.output(y);
        assertThat(chain.launches().getFirst().library()).isEqualTo(Optional.empty());
    }

    @Test
    void functionsAreCalledByName(@TempDir Path folder) throws Exception {
        var loader = compile(
                folder,
                "uk/ac/manchester/tornado/api/common/TornadoFunctions.java",
                """
                package uk.ac.manchester.tornado.api.common;
                public interface TornadoFunctions {
                    interface LibraryTask1<T> { Object apply(T argument); }
                }
                """,
                "uk/ac/manchester/tornado/cudnn/CuDnn.java",
                """
                package uk.ac.manchester.tornado.cudnn;
                public class CuDnn {
                    public static Object cudnnConv2d(Object x, Object w, Object y, int n, int c, int h, int width, int k, int r, int s, int p, int d) {
                        if (n == 13) throw new IllegalArgumentException("an unlucky batch");
                        return "convolution " + n + " " + c + " " + h + " " + width + " " + k + " " + r + " " + s + " " + p + " " + d;
                    }
                }
                """,
                "graph/Graph.java",
                """
                package graph;
                public class Graph {
                    public String said = "";
                    public <T> Graph libraryTask(String id, uk.ac.manchester.tornado.api.common.TornadoFunctions.LibraryTask1<T> code, T argument) {
                        said += id + ": " + code.apply(argument) + "\\n";
                        return this;
                    }
                }
                """);
        var graph = loader.loadClass("graph.Graph").getConstructor().newInstance();
        var chain = everything(CALLING);
        chain.sequential();
        var calls = chain.launches().stream()
                .flatMap(launch -> launch.library().stream())
                .toList();

        assertThat(calls.getFirst().isThere(loader)).isTrue();
        assertThat(calls.getLast().isThere(loader)).isFalse();
        assertThat(calls.getFirst().appendTo(graph, "t", loader)).isTrue();
        assertThat(graph.getClass().getField("said").get(graph)).isEqualTo("t: convolution 2 3 9 8 5 3 3 1 1\n");
        assertThat(calls.getLast().appendTo(graph, "t", loader))
                .as("this one has no cuBLAS")
                .isFalse();
        assertThat(calls.getFirst().appendTo(new Object(), "t", loader))
                .as("a graph without library tasks")
                .isFalse();
        var arguments = new ArrayList<>(calls.getFirst().arguments());
        arguments.set(3, 13);
        var refused = new LibraryCall(calls.getFirst().factory(), "cudnnConv2d", arguments);
        assertThatThrownBy(() -> refused.appendTo(graph, "t", loader))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Task 't' cannot call cudnnConv2d")
                .hasMessageContaining("an unlucky batch");
        loader.close();
    }

    private static URLClassLoader compile(Path folder, String... sources) throws IOException {
        var files =
                new ArrayList<String>(List.of("-d", folder.resolve("classes").toString()));
        for (int i = 0; i < sources.length; i += 2) {
            var file = folder.resolve(sources[i]);
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, sources[i + 1]).toString());
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, files.toArray(String[]::new)))
                .isZero();
        return new URLClassLoader(
                new URL[] {folder.resolve("classes").toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }
}
