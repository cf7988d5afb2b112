package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Each rule of kernels is refused with one sentence: kernel, line, rule. */
class RefusalTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    descending   | i += constant
                    notEqual     | the test must be i < end or i <= end
                    changedIndex | must not be changed in its body
                    scaledIndex  | compare the index itself with one value
                    shiftedIndex | compare the index itself with one value
                    endFirst     | must begin with the index itself
                    chosenEnd    | compute that before the loop
                    twoConditions| a second condition in its test
                    bitwiseTest  | its test must be that one comparison (without & or
                    longIndex    | the index must be an int
                    fourLevels   | at most three @Parallel loops
                    leaves       | break out of a @Parallel loop
                    returns      | return inside a @Parallel loop
                    throwing     | throw is not allowed
                    trying       | try is not allowed
                    strings      | strings are not allowed
                    objects      | new Object is not allowed
                    matrices     | arrays of arrays
                    staticArray  | Refused.table is not a number
                    staticWrite  | Refused.counter must not be written
                    systemCall   | the call of System.nanoTime is not allowed
                    mathFloor    | use TornadoMath.floor
                    remainder    | % on floating-point numbers
                    recursion    | recursion through Refused.recursive
                    """)
    void everyRule(String kernel, String rule) {
        var method = new KernelMethod(Refused.class, kernel, MethodType.methodType(void.class, FloatArray.class));
        assertThatThrownBy(() -> KernelCompiler.compile("t", method, new Object[] {new FloatArray(16)}))
                .isInstanceOf(TornadoBailoutRuntimeException.class)
                .hasMessageContaining(kernel.equals("recursion") ? "Refused.recursive" : "Refused." + kernel)
                .hasMessageMatching(".*, line \\d+: .*")
                .hasMessageContaining(rule)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").endsWith("."));
    }

    @Test
    void stepAndEndMustBeFixed() {
        var type = MethodType.methodType(void.class, FloatArray.class, int.class);
        Object[] args = {new FloatArray(16), 2};
        assertThatThrownBy(
                        () -> KernelCompiler.compile("t", new KernelMethod(Refused.class, "variableStep", type), args))
                .hasMessageContaining("the step must be a literal");
        assertThatThrownBy(() -> KernelCompiler.compile("t", new KernelMethod(Refused.class, "changedEnd", type), args))
                .hasMessageContaining("must not change while the loop runs");
    }

    @Test
    void aBodyTooLongForJumpsIsCalledThat() {
        var source = new StringBuilder("""
                import uk.ac.manchester.tornado.api.annotations.Parallel;
                import uk.ac.manchester.tornado.api.types.arrays.*;

                public class Long {
                    public static void body(FloatArray y) {
                        for (@Parallel int i = 0; i < 9; i++) {
                """);
        for (int k = 0; k < 1600; k++) {
            source.append("y.set(i, y.get(i) * ").append(k).append(".5f + 0.25f * y.get(i));\n");
        }
        var type = SourceCompiler.compile("Long", source + "}}}").orElseThrow();
        var method = new KernelMethod(type, "body", MethodType.methodType(void.class, FloatArray.class));
        assertThatThrownBy(() -> KernelCompiler.compile("t", method, new Object[] {new FloatArray(16)}))
                .hasMessageMatching("Kernel Long.body, line \\d+: the body of this @Parallel loop is longer than .*");
    }

    @Test
    void aKernelReturnsNothing() {
        var method = new KernelMethod(Refused.class, "returning", MethodType.methodType(int.class, FloatArray.class));
        assertThatThrownBy(() -> KernelCompiler.compile("t", method, new Object[] {new FloatArray(1)}))
                .hasMessageContaining("returns a value");
    }

    @Test
    void functionsWithStateAreRefused() {
        int n = 3;
        Task1<FloatArray> capturing = y -> y.set(0, n + hashCode());
        assertThatThrownBy(() -> KernelMethod.resolve("g.task", capturing))
                .isInstanceOf(TornadoBailoutRuntimeException.class)
                .hasMessageContaining("g.task")
                .hasMessageContaining("captures");
        int k = n + 1;
        Task1<FloatArray> capturingNumber = y -> y.set(0, k * n);
        assertThatThrownBy(() -> KernelMethod.resolve("g.task", capturingNumber))
                .hasMessageContaining("captures");
        Task1<FloatArray> ofObject = FloatArray::clear;
        assertThatThrownBy(() -> KernelMethod.resolve("g.task", ofObject)).hasMessageContaining("not a static method");
        Serializable noFunction = "text";
        assertThatThrownBy(() -> KernelMethod.resolve("g.task", noFunction))
                .hasMessageContaining("not a method reference");
        Consumer<FloatArray> notSerializable = y -> {};
        assertThatThrownBy(() -> KernelMethod.resolve("g.task", notSerializable))
                .hasMessageContaining("not a serializable");
    }

    @Test
    void aLambdaThatHandsOnItsParametersIsTheMethodItCalls() {
        Task3<FloatArray, FloatArray, Integer> forwarding = (x, y, n) -> JavaSubset.helpers(x, y, n);
        assertThat(KernelMethod.resolve("g.task", forwarding).display()).isEqualTo("JavaSubset.helpers");
        Task3<FloatArray, FloatArray, Integer> swapping = (x, y, n) -> JavaSubset.helpers(y, x, n);
        assertThat(KernelMethod.resolve("g.task", swapping).name()).startsWith("lambda$");
        Task3<FloatArray, FloatArray, Integer> reference = JavaSubset::helpers;
        assertThat(KernelMethod.resolve("g.task", reference).display()).isEqualTo("JavaSubset.helpers");
    }

    @Test
    void argumentsMustFit() {
        Task3<FloatArray, FloatArray, Integer> f = JavaSubset::helpers;
        var method = KernelMethod.resolve("g.task", f);
        var x = new FloatArray(1);
        assertThatThrownBy(() -> KernelCompiler.compile("g.task", method, new Object[] {x, x}))
                .hasMessage("Task g.task: JavaSubset.helpers has 3 parameters but was given 2 arguments.");
        assertThatThrownBy(() -> KernelCompiler.compile("g.task", method, new Object[] {x, null, 1}))
                .hasMessage("Task g.task: JavaSubset.helpers needs FloatArray as argument 2 but was given null.");
        assertThatThrownBy(() -> KernelCompiler.compile("g.task", method, new Object[] {x, x, 1L}))
                .hasMessage("Task g.task: JavaSubset.helpers needs int as argument 3 but was given Long.");
    }

    @Test
    void laneOptionsAreNamed() {
        assertThat(LaneOptions.parse("auto")).isEqualTo(LaneOptions.AUTO);
        assertThat(LaneOptions.parse("OFF")).isEqualTo(LaneOptions.OFF);
        assertThat(LaneOptions.parse("256").bits()).isEqualTo(256);
        assertThatThrownBy(() -> LaneOptions.parse("wide")).hasMessageContaining("wide");
        assertThatThrownBy(() -> new LaneOptions(64)).hasMessageContaining("64");
    }
}
