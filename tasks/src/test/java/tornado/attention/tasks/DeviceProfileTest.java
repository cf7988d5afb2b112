package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tornado.attention.tasks.DeviceProfile.Kind;

class DeviceProfileTest {
    private static DeviceProfile gpu(String backend, long local) {
        return new DeviceProfile(Kind.GPU, backend, "card", local, 1024, 1L << 33, 132);
    }

    @Test
    void workGroupKernelsAreChosenWhereTheyAreWorthItAndRight() {
        assertThat(gpu("OPENCL", 1 << 15).prefersWorkGroups()).isTrue();
        assertThat(gpu("CUDA", 1 << 15).prefersWorkGroups()).isTrue();
        assertThat(gpu("OPENCL", 0).prefersWorkGroups()).isFalse();
        assertThat(gpu("SPIRV", 1 << 15).prefersWorkGroups()).isFalse();
        assertThat(DeviceProfile.portable().prefersWorkGroups()).isFalse();
    }
}
