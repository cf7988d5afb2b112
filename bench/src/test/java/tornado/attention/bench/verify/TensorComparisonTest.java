package tornado.attention.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tornado.attention.bench.verify.ReferenceCase.Expected;
import tornado.attention.tasks.Shape;

class TensorComparisonTest {
    private static TensorComparison compare(double tolerance, double[] expected, float... actual) {
        var comparison = new TensorComparison(tolerance);
        comparison.add(new Expected("output64", Shape.of(expected.length), expected), Shape.of(actual.length), actual);
        return comparison;
    }

    @Test
    void errorsAreRelativeToTheLargestValue() {
        var comparison = compare(1e-2, new double[] {100, 0, -1}, 100, 0.5f, -1);
        assertThat(comparison.maxAbs()).isEqualTo(0.5);
        assertThat(comparison.maxRel()).isEqualTo(0.005, within(1e-12));
        assertThat(comparison.reason()).isNull();
    }

    @Test
    void aValueTooFarOffIsNamed() {
        var comparison = compare(1e-5, new double[] {1, 2}, 1, 2.1f);
        assertThat(comparison.reason()).contains("output64: element 1 is 2.1 instead of 2.0");
    }

    @Test
    void nanMustStandWhereItIsExpected() {
        assertThat(compare(1e-5, new double[] {Double.NaN, 1}, Float.NaN, 1).reason())
                .isNull();
        assertThat(compare(1e-5, new double[] {Double.NaN, 1}, 0, 1).reason()).contains("element 0");
        var surprise = compare(1e-5, new double[] {1, 1}, 1, Float.NaN);
        assertThat(surprise.reason()).contains("element 1 is NaN");
        assertThat(surprise.maxRel()).isInfinite();
        assertThat(compare(1e-5, new double[] {Double.POSITIVE_INFINITY}, Float.POSITIVE_INFINITY)
                        .reason())
                .isNull();
        assertThat(compare(1e-5, new double[] {Double.POSITIVE_INFINITY}, Float.NEGATIVE_INFINITY)
                        .reason())
                .isNotNull();
    }

    @Test
    void zerosAreComparedAsTheyAre() {
        assertThat(compare(1e-5, new double[] {0, 0}, 0, 1e-6f).reason()).isNull();
        assertThat(compare(1e-5, new double[] {0, 0}, 0, 1e-4f).reason()).isNotNull();
    }

    @Test
    void shapesMustAgreeAndTheFirstReasonStays() {
        var comparison = compare(1e-5, new double[] {1, 2}, 1);
        assertThat(comparison.reason()).contains("shape 1 instead of 2");
        comparison.fail("later");
        assertThat(comparison.reason()).doesNotContain("later");
    }
}
