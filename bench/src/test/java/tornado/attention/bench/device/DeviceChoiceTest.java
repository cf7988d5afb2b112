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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.modules.Catalogue;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.VariantChoice;

class DeviceChoiceTest {
    private static final Engine ENGINE = new Engine("tornadovm", "5.2.0-jdk25");

    @TempDir
    Path folder;

    private static Device device(String id, DeviceProfile.Kind kind) {
        var profile = new DeviceProfile(kind, "OPENCL", "device " + id, 1 << 15, 256, 1L << 30, 8);
        return new Device(id, null, profile, "hardware " + id, id.equals("0:0"), VariantChoice.AUTO);
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
        var work = new Times("SE 1x8x4x4", Map.of("0:0", 3_000_000L, "0:1", 2_000_000L));
        var measured = choice(DEVICES).fastest(work);
        assertThat(measured.device().id()).isEqualTo("0:1");
        assertThat(measured.note()).isEqualTo(" (fastest of 2: 2.00 ms, measured now and remembered)");
        var known = choice(DEVICES).fastest(work);
        assertThat(known.device().id()).isEqualTo("0:1");
        assertThat(known.note()).isEqualTo(" (fastest of 2: 2.00 ms, measured earlier)");
        assertThat(work.asked()).containsExactly("0:0", "0:1");
    }

    @Test
    void onlyOneWordMeansTheFastest() {
        assertThat(DeviceChoice.isFastest(" Fastest")).isTrue();
        assertThat(DeviceChoice.isFastest("gpu")).isFalse();
        assertThat(DeviceChoice.isFastest(null)).isFalse();
    }

    @Test
    void otherWorkAndOtherMachinesAreMeasuredAnew() {
        choice(DEVICES).fastest(new Times("a", Map.of("0:0", 3L, "0:1", 2L)));
        var other = new Times("b", Map.of("0:0", 1L, "0:1", 2L));
        assertThat(choice(DEVICES).fastest(other).device().id()).isEqualTo("0:0");
        var more = new ArrayList<>(DEVICES);
        more.add(device("1:0", DeviceProfile.Kind.GPU));
        var again = new Times("a", Map.of("0:0", 3L, "0:1", 2L, "1:0", 1L));
        assertThat(choice(more).fastest(again).device().id()).isEqualTo("1:0");
        assertThat(new DeviceChoice(DEVICES, new Engine("tornadovm", "6.0.0"), file())
                        .fastest(new Times("a", Map.of("0:0", 1L, "0:1", 2L)))
                        .device()
                        .id())
                .isEqualTo("0:0");
    }

    @Test
    void aDeviceThatCannotRunItIsNotTheFastest() {
        var chosen = choice(DEVICES).fastest(new Times("a", Map.of("0:0", 9_000_000L)));
        assertThat(chosen.device().id()).isEqualTo("0:0");
        assertThat(chosen.reason())
                .isEqualTo(
                        "fastest of 2: 9.00 ms, measured now and remembered; not on 0:1: Kernel x does not compile.");
        assertThatThrownBy(() -> choice(DEVICES).fastest(new Times("b", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "No device runs b: not on 0:0: Kernel x does not compile. not on 0:1: Kernel x does not compile.");
    }

    @Test
    void theOnlyDeviceIsNotMeasured() {
        var work = new Times("a", Map.of());
        var chosen = choice(DEVICES.subList(0, 1)).fastest(work);
        assertThat(chosen.device().id()).isEqualTo("0:0");
        assertThat(chosen.note()).isEqualTo(" (the only device, not measured)");
        assertThat(work.asked()).isEmpty();
    }

    @Test
    void whatCannotBeRememberedIsStillMeasured() throws IOException {
        Files.writeString(folder.resolve("data"), "a file where the folder should be");
        var chosen = choice(DEVICES).fastest(new Times("a", Map.of("0:0", 3L, "0:1", 2L)));
        assertThat(chosen.device().id()).isEqualTo("0:1");
        assertThat(chosen.reason()).endsWith("measured now");
    }

    /** The third one is of a version that remembered no times. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"half", "null", "{\"machine\": {\"work\": \"0:1\"}}"})
    void aDamagedFileIsWrittenAnew(String content) throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), content);
        var work = new Times("a", Map.of("0:0", 3L, "0:1", 2L));
        assertThat(choice(DEVICES).fastest(work).device().id()).isEqualTo("0:1");
        assertThat(choice(DEVICES).fastest(work).device().id()).isEqualTo("0:1");
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
        var work = new ModuleMeasurement(
                type.initial(type.settingsFor(shape, Map.of()), 1), Map.of("input", shape), VariantChoice.AUTO);
        assertThat(work.key()).startsWith("ECA {input=1x8x5x5}").endsWith("variant auto");
        var chosen = new DeviceChoice(Devices.all(), Engine.current(), file()).fastest(work);
        assertThat(Devices.all()).contains(chosen.device());
        assertThat(file()).content().contains("ECA {input=1x8x5x5}");
    }
}
