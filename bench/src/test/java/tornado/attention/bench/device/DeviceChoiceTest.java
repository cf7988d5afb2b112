package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.modules.Catalogue;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Shape;

class DeviceChoiceTest {
    private static final Engine ENGINE = new Engine("tornadovm", "5.2.0-jdk25");

    @TempDir
    Path folder;

    private static Device device(String id, DeviceProfile.Kind kind) {
        var profile = new DeviceProfile(kind, "OPENCL", "device " + id, 1 << 15, 256, 1L << 30, 8);
        return new Device(id, null, profile, "hardware " + id, id.equals("0:0"));
    }

    private static final List<Device> DEVICES =
            List.of(device("0:0", DeviceProfile.Kind.CPU), device("0:1", DeviceProfile.Kind.GPU));

    /** Times that are given, and which devices were asked. */
    private record Times(String key, Map<String, Long> nanos, List<String> asked) implements Measurement {
        Times(String key, Map<String, Long> nanos) {
            this(key, nanos, new ArrayList<>());
        }

        @Override
        public long nanos(Device device) {
            asked.add(device.id());
            var time = nanos.get(device.id());
            if (time == null) {
                throw new IllegalStateException("Kernel x does not compile.");
            }
            return time;
        }
    }

    private Path file() {
        return folder.resolve("data/fastest.json");
    }

    private DeviceChoice choice(List<Device> devices) {
        return new DeviceChoice(devices, ENGINE, file());
    }

    @Test
    void theFastestIsMeasuredOnceAndRemembered() {
        var work = new Times("SE 1x8x4x4", Map.of("0:0", 300L, "0:1", 200L));
        assertThat(choice(DEVICES).choose("fastest", work).id()).isEqualTo("0:1");
        assertThat(choice(DEVICES).choose("Fastest", work).id()).isEqualTo("0:1");
        assertThat(work.asked()).containsExactly("0:0", "0:1");
    }

    @Test
    void otherWorkAndOtherMachinesAreMeasuredAnew() {
        choice(DEVICES).choose("fastest", new Times("a", Map.of("0:0", 3L, "0:1", 2L)));
        var other = new Times("b", Map.of("0:0", 1L, "0:1", 2L));
        assertThat(choice(DEVICES).choose("fastest", other).id()).isEqualTo("0:0");
        var more = new ArrayList<>(DEVICES);
        more.add(device("1:0", DeviceProfile.Kind.GPU));
        var again = new Times("a", Map.of("0:0", 3L, "0:1", 2L, "1:0", 1L));
        assertThat(choice(more).choose("fastest", again).id()).isEqualTo("1:0");
        assertThat(new DeviceChoice(DEVICES, new Engine("tornadovm", "6.0.0"), file())
                        .choose("fastest", new Times("a", Map.of("0:0", 1L, "0:1", 2L)))
                        .id())
                .isEqualTo("0:0");
    }

    @Test
    void aDeviceThatCannotRunItIsNotTheFastest() {
        assertThat(choice(DEVICES)
                        .choose("fastest", new Times("a", Map.of("0:0", 9L)))
                        .id())
                .isEqualTo("0:0");
        assertThatThrownBy(() -> choice(DEVICES).choose("fastest", new Times("b", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No device runs b")
                .hasMessageContaining("Kernel x does not compile");
    }

    @Test
    void theOnlyDeviceIsNotMeasured() {
        var work = new Times("a", Map.of());
        assertThat(choice(DEVICES.subList(0, 1)).choose("fastest", work).id()).isEqualTo("0:0");
        assertThat(work.asked()).isEmpty();
    }

    @Test
    void aDamagedFileIsWrittenAnew() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "{\"half");
        var work = new Times("a", Map.of("0:0", 3L, "0:1", 2L));
        assertThat(choice(DEVICES).choose("fastest", work).id()).isEqualTo("0:1");
        assertThat(choice(DEVICES).choose("fastest", work).id()).isEqualTo("0:1");
        assertThat(work.asked()).hasSize(2);
        try (var files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void whereItIsRememberedFollowsTheDataFolder() {
        assertThat(DeviceChoice.file(name -> null, Path.of("/home/x")))
                .isEqualTo(Path.of("/home/x/.local/share/tornado-attention/fastest.json"));
        assertThat(DeviceChoice.file(name -> "/data", Path.of("/home/x")))
                .isEqualTo(Path.of("/data/tornado-attention/fastest.json"));
    }

    @Test
    void aModuleIsMeasuredOnTheDevicesOfThisEngine() {
        var type = Catalogue.named("ECA");
        var shape = Shape.of(1, 8, 5, 5);
        var work = new ModuleMeasurement(type.initial(type.settingsFor(shape, Map.of()), 1), List.of(shape));
        assertThat(work.key()).startsWith("ECA 1x8x5x5");
        var device = new DeviceChoice(Devices.all(), Engine.current(), file()).choose("fastest", work);
        assertThat(Devices.all()).extracting(Device::id).contains(device.id());
        assertThat(file()).content().contains("ECA 1x8x5x5");
        assertThat(new DeviceChoice(Devices.all(), Engine.current(), file())
                        .choose("cpu", work)
                        .profile()
                        .kind())
                .isEqualTo(DeviceProfile.Kind.CPU);
    }
}
