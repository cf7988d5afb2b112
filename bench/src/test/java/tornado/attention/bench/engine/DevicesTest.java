package tornado.attention.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.DeviceProfile.Kind;
import tornado.attention.tasks.VariantChoice;

class DevicesTest {
    private static Device device(String id, String backend, String hardware, boolean standard) {
        var profile = new DeviceProfile(Kind.GPU, backend, hardware, 1 << 16, 1024, 1L << 33, 132);
        return new Device(id, null, profile, hardware, standard, VariantChoice.AUTO);
    }

    @Test
    void cudaIsTheDefaultBeforeOpenClOnTheSameCard() {
        var both = Devices.preferring(
                List.of(device("0:0", "OPENCL", "card", true), device("1:0", "CUDA", "card", false)));
        assertThat(Devices.choose(both, null).id()).isEqualTo("1:0");
        assertThat(both.get(1).isPreferred(both)).isTrue();
        assertThat(both.get(0).isPreferred(both)).isFalse();
        assertThat(Devices.choose(both, "0:0").profile().backend()).isEqualTo("OPENCL");
        var others = Devices.preferring(
                List.of(device("0:0", "OPENCL", "card", true), device("1:0", "CUDA", "another", false)));
        assertThat(Devices.choose(others, null).id()).isEqualTo("0:0");
        assertThat(others).noneMatch(d -> d.isPreferred(others));
    }
}
