package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.Shape;

class CaseListTest {
    @Test
    void standardListHasTheStagesInThreeBatchesAndTheSweeps() {
        var cases = CaseList.standard(List.of(Catalogue.named("SEAttention")));
        assertThat(cases).extracting(Case::id).doesNotHaveDuplicates();
        for (var stage : List.of("256x56x56", "512x28x28", "1024x14x14", "2048x7x7", "24x56x56", "320x7x7")) {
            for (int batch : new int[] {1, 8, 32}) {
                assertThat(cases).extracting(Case::id).contains("SEAttention@" + batch + "x" + stage);
            }
        }
        // In several sweeps at once.
        var middle = cases.stream()
                .filter(c -> c.id().equals("SEAttention@1x64x14x14"))
                .findFirst()
                .orElseThrow();
        assertThat(middle.sources()).containsExactly("sweep-pixels", "sweep-channels", "sweep-batch");
    }

    @Test
    void quickListHasEveryModuleAtAShapeItFits() {
        var cases = CaseList.quick(Catalogue.types());
        assertThat(cases.stream().map(c -> c.type().name()).distinct().toList())
                .isEqualTo(Catalogue.types().stream().map(ModuleType::name).toList());
        assertThat(cases).allSatisfy(c -> assertThat(c.settings()).isNotNull());
        assertThat(cases)
                .extracting(Case::id)
                .contains("SEAttention@8x256x56x56")
                .doesNotContain("SKAttention@8x256x56x56");
        assertThat(cases).hasSizeLessThan(2 * Catalogue.types().size());
    }

    @Test
    void findsACaseByItsId() {
        var found = CaseList.find("ECA@2x32x7x5");
        assertThat(found.map()).isEqualTo(Shape.of(2, 32, 7, 5));
        assertThat(found.id()).isEqualTo("ECA@2x32x7x5");
        assertThatThrownBy(() -> CaseList.find("ECA")).hasMessageContaining("module@shape");
        assertThatThrownBy(() -> CaseList.find("Nobody@1x1x1x1")).hasMessageContaining("Nobody");
    }

    @Test
    void takesFeatureMapsOnly() {
        var type = Catalogue.named("ECA");
        assertThatThrownBy(() -> Case.of(type, Shape.of(2, 3), "x")).hasMessageContaining("feature map");
        assertThatThrownBy(() -> Case.of(type, Shape.of(0, 3, 4, 4), "x")).hasMessageContaining("without a 0");
    }
}
