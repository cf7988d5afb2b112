package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.VariantChoice;

/** Work-group kernels on the embedded engine's emulated groups, and when they are chosen. */
class GroupVariantsTest {
    private static final DeviceProfile GPU =
            new DeviceProfile(DeviceProfile.Kind.GPU, "OPENCL", "a GPU", 48 * 1024, 1024, 8L << 30, 16);
    private static final DeviceProfile CPU =
            new DeviceProfile(DeviceProfile.Kind.CPU, "OPENCL", "a CPU", 1 << 20, 4096, 8L << 30, 4);

    @Test
    void equalThePortableKernels() {
        assertThat(GroupVariants.compareAll(2, DeviceProfile.portable()))
                .allSatisfy((kernel, reason) -> assertThat(reason).as(kernel).isEmpty());
    }

    @Test
    void equalThePortableKernelsWhereLanesExchangeValues() {
        assertThat(GroupVariants.compareAll(1, card("CUDA")))
                .allSatisfy((kernel, reason) -> assertThat(reason).as(kernel).isEmpty());
    }

    @Test
    void lanesExchangeValuesOnCardsOfThreeBackends() {
        assertThat(List.of(card("CUDA"), card("PTX"), card("METAL"))).allMatch(device -> device.simdLanes() == 32);
        assertThat(List.of(GPU, CPU, card("SPIRV"), DeviceProfile.portable()))
                .allMatch(device -> device.simdLanes() == 1);
    }

    private static DeviceProfile card(String backend) {
        return new DeviceProfile(DeviceProfile.Kind.GPU, backend, "a card", 48 * 1024, 1024, 8L << 30, 16);
    }

    @Test
    void areAllCompared() {
        assertThat(GroupVariants.missing()).isEmpty();
    }

    @Test
    void giveIdenticalBytesEachTime() {
        assertThat(GroupVariants.repeat(3)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SEAttention, 3", "CALayer, 3", "ECA, 3", "SRM, 3", "GCT, 3", "SEWeightModule, 2", "GlobalContext, 4"})
    void fuseWhatIsBoundByLaunches(String module, int launches) {
        assertThat(ResidentChain.kernels(module, ChainOptions.evaluation().on(GPU)))
                .hasSize(launches)
                .anyMatch(k -> k.contains("workgroup"));
    }

    @Test
    void areChosenForGraphicsCardsUnlessToldOtherwise() {
        assertThat(ResidentChain.kernels("ECA", ChainOptions.evaluation().on(GPU)))
                .containsExactly("eca.squeeze workgroup-32", "eca.excite portable", "eca.gate portable");
        assertThat(ResidentChain.kernels("ECA", ChainOptions.evaluation().on(CPU)))
                .allMatch(k -> k.endsWith("portable"));
        assertThat(ResidentChain.kernels(
                        "ECA", ChainOptions.evaluation().on(GPU).with(VariantChoice.PORTABLE)))
                .allMatch(k -> k.endsWith("portable"));
        assertThat(ResidentChain.kernels(
                        "ECA", ChainOptions.evaluation().on(CPU).with(VariantChoice.WORKGROUP)))
                .anyMatch(k -> k.contains("workgroup"));
    }

    @Test
    void stayWithinTheDevice() {
        var small = new DeviceProfile(DeviceProfile.Kind.GPU, "OPENCL", "small", 256, 64, 1L << 30, 2);
        assertThat(ResidentChain.kernels(
                        "SEAttention", ChainOptions.evaluation().on(small)))
                .as("the fused excitation needs more local memory than there is")
                .hasSize(4);
    }

    @Test
    void aChoiceThatDoesNotExistIsNamed() {
        assertThat(VariantChoice.named("WorkGroup")).isEqualTo(VariantChoice.WORKGROUP);
        assertThatThrownBy(() -> VariantChoice.named("fast"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no kernel variant 'fast'; there are auto, portable, workgroup, library.");
    }
}
