package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.ChainOptions;

class OracleTest {
    private static List<float[]> sequential(CaseData data) {
        var attachment = Attachment.of(data, ChainOptions.evaluation());
        attachment.chain().sequential().run();
        return attachment.read();
    }

    @Test
    void sameSeedSameDataOtherSeedOtherData() {
        var subject = CaseList.find("GlobalContext@2x16x5x4");
        var one = CaseData.of(subject);
        var two = CaseData.of(subject);
        var other = CaseData.of(subject.withSeed(5));
        assertThat(one.arrays().getFirst().toHeapArray())
                .isEqualTo(two.arrays().getFirst().toHeapArray());
        assertThat(one.arrays().getFirst().toHeapArray())
                .isNotEqualTo(other.arrays().getFirst().toHeapArray());
        var name = "mlp_scale.norm.weight";
        assertThat(one.module().weights().get(name).values().toHeapArray())
                .isEqualTo(two.module().weights().get(name).values().toHeapArray())
                .doesNotContain(1f);
    }

    @Test
    void kernelsAsPlainJavaPassAndAChangedValueFails() {
        var data = CaseData.of(CaseList.find("SEAttention@2x32x6x5"));
        var oracle = Oracle.of(data, Long.MAX_VALUE);
        var outputs = sequential(data);
        var check = oracle.check(outputs);
        assertThat(check.passed()).as(check.toString()).isTrue();
        assertThat(check.images()).isEqualTo(2);
        outputs.getFirst()[17] += 0.01f;
        assertThat(oracle.check(outputs).passed()).isFalse();
        outputs.getFirst()[17] = Float.NaN;
        assertThat(oracle.check(outputs).passed()).isFalse();
        assertThat(oracle.check(List.of()).passed()).isFalse();
        assertThat(oracle.check(List.of(new float[3])).passed()).isFalse();
    }

    @Test
    void largeBatchesAreCheckedOnFirstAndLastImage() {
        var data = CaseData.of(CaseList.find("ECA@5x16x6x6"));
        var oracle = Oracle.of(data, 0);
        var outputs = sequential(data);
        assertThat(oracle.check(outputs).images()).isEqualTo(2);
        assertThat(oracle.check(outputs).passed()).isTrue();
        int image = 16 * 36;
        outputs.getFirst()[2 * image] += 1;
        assertThat(oracle.check(outputs).passed())
                .as("an image in the middle is not looked at")
                .isTrue();
        outputs.getFirst()[4 * image] += 1;
        assertThat(oracle.check(outputs).passed()).as("the last one is").isFalse();
    }

    @Test
    void toleranceCarriesItsReason() {
        var usual = Oracle.of(CaseData.of(CaseList.find("ECA@1x16x4x4")), 0).check(List.of());
        assertThat(usual.tolerance()).isEqualTo(1e-5);
        assertThat(usual.why()).isEmpty();
        var single = Oracle.of(CaseData.of(CaseList.find("GlobalContext@1x8x4x4")), 0)
                .check(List.of());
        assertThat(single.tolerance()).isEqualTo(5e-5);
        assertThat(single.why()).contains("layer norm over one value");
    }
}
