package tornado.attention.embedded.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoDeviceMap;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Backend, devices, settings and profiles. */
class DevicesTest {

    @Test
    void oneBackendWithTwoDevices() {
        var runtime = TornadoRuntimeProvider.getTornadoRuntime();
        var backend = runtime.getBackend(0);

        assertThat(runtime.getNumBackends()).isEqualTo(1);
        assertThat(runtime.getBackendType(0)).isEqualTo(TornadoVMBackendType.JAVA);
        assertThat(backend.getName()).isEqualTo("Embedded");
        assertThat(backend.getNumDevices()).isEqualTo(2);
        assertThat(backend.getAllDevices()).extracting("deviceName").containsExactly("embedded-0-0", "embedded-0-1");
        assertThat(backend.getTypeDefaultDevice()).isEqualTo(TornadoDeviceType.CPU);
        assertThatThrownBy(() -> runtime.getBackend(1)).isInstanceOf(TornadoBackendNotFound.class);
        assertThatThrownBy(() -> backend.getDevice(2)).isInstanceOf(TornadoDeviceNotFound.class);
    }

    @Test
    void devicesTellWhatTheyCan() {
        new EmbeddedOptions(3, MemoryMode.SHARED).run(() -> {
            var all = TornadoExecutionPlan.getDevice(0, 0);
            var one = TornadoExecutionPlan.getDevice(0, 1);

            assertThat(all.getPhysicalDevice().getDeviceMaxComputeUnits()).isEqualTo(3);
            assertThat(one.getPhysicalDevice().getDeviceMaxComputeUnits()).isEqualTo(1);
            assertThat(all.getAvailableProcessors()).isEqualTo(3);
            assertThat(all.getDeviceMaxWorkgroupDimensions()).containsExactly(1024, 1024, 1024);
            assertThat(all.getMaxGlobalMemory()).isEqualTo(Runtime.getRuntime().maxMemory());
            assertThat(all.getPhysicalDevice().getDeviceName()).isNotBlank();
            assertThat(all.getDescription()).contains("3 threads");
            assertThat(all.getTornadoVMBackend()).isEqualTo(TornadoVMBackendType.JAVA);
        });
    }

    @Test
    void deviceMapFindsByNameAndType() {
        var map = new TornadoDeviceMap();
        var name = TornadoExecutionPlan.DEFAULT_DEVICE.getPhysicalDevice().getDeviceName();

        assertThat(map.getNumBackends()).isEqualTo(1);
        assertThat(map.getDevicesByName(name.toUpperCase(java.util.Locale.ROOT)))
                .hasSize(2);
        assertThat(map.getDevicesByType(TornadoDeviceType.CPU)).hasSize(2);
        assertThat(map.getDevicesByType(TornadoDeviceType.GPU)).isEmpty();
        assertThat(map.getBackendsWithPredicate(b -> b.getNumDevices() > 2)).isEmpty();
        assertThat(map.getBackendsWithDevicePredicate(d -> d.getDeviceName().endsWith("1")))
                .hasSize(1);
    }

    @Test
    void defaultDeviceCanBeChanged() {
        var backend = TornadoRuntimeProvider.getTornadoRuntime().getBackend(0);
        var before = (EmbeddedDevice) backend.getDefaultDevice();
        try {
            backend.setDefaultDevice(1);
            assertThat(TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice())
                    .isEqualTo(TornadoExecutionPlan.getDevice(0, 1));
        } finally {
            backend.setDefaultDevice(before.index());
        }
    }

    @Test
    void settingsComeFromProperties() {
        var given = EmbeddedOptions.parse(
                Map.of("tornado.embedded.threads", "5", "tornado.embedded.memory", "Isolated")::get);
        var none = EmbeddedOptions.parse(_ -> null);

        assertThat(given).isEqualTo(new EmbeddedOptions(5, MemoryMode.ISOLATED));
        assertThat(none).isEqualTo(new EmbeddedOptions(Runtime.getRuntime().availableProcessors(), MemoryMode.SHARED));
        assertThatThrownBy(() -> EmbeddedOptions.parse(Map.of("tornado.embedded.threads", "two")::get))
                .hasMessageContaining("'two', which is no whole number");
        assertThatThrownBy(() -> EmbeddedOptions.parse(Map.of("tornado.embedded.threads", "0")::get))
                .hasMessageContaining("cannot run on 0 threads");
        assertThatThrownBy(() -> EmbeddedOptions.parse(Map.of("tornado.embedded.memory", "far")::get))
                .hasMessageContaining("set it to shared or isolated");
    }

    @Test
    void settingsHoldInTheirScopeOnly() {
        var outside = EmbeddedOptions.current();
        var inside = outside.with(outside.threads() + 1);

        inside.run(() -> assertThat(EmbeddedOptions.current()).isEqualTo(inside));
        assertThat(EmbeddedOptions.current()).isEqualTo(outside);
        assertThat(inside.with(MemoryMode.ISOLATED).memory()).isEqualTo(MemoryMode.ISOLATED);
    }

    @Test
    void propertyChoosesTheDeviceOfATask() {
        assertThat(EmbeddedOptions.deviceOf("g.t.device", _ -> "0:1")).contains(EmbeddedDevice.of(1));
        assertThat(EmbeddedOptions.deviceOf("g.t.device", _ -> null)).isEmpty();
        assertThatThrownBy(() -> EmbeddedOptions.deviceOf("g.t.device", _ -> "1:0"))
                .hasMessage("Property g.t.device is '1:0', but the embedded engine has the devices 0:0 and 0:1:"
                        + " choose one of them.");
    }

    @Test
    void profilesOnlyWhenAsked() throws Exception {
        var in = FloatArray.fromElements(1, 2);
        var out = new FloatArray(2);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("plus", SampleKernels::plus, in, out, 1.0f)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out)
                .snapshot();
        try (var plan = new TornadoExecutionPlan(graph)) {
            plan.withDevice("g.plus", TornadoExecutionPlan.getDevice(0, 1));
            var silent = plan.execute().getProfilerResult();
            assertThat(silent.getTotalTime()).isZero();
            assertThat(silent.getProfileLog()).isEmpty();

            var profile = plan.withProfiler(ProfilerMode.SILENT).execute().getProfilerResult();
            assertThat(profile.getTotalTime()).isPositive();
            assertThat(profile.getDeviceKernelTime()).isPositive().isLessThanOrEqualTo(profile.getTotalTime());
            assertThat(profile.getDataTransfersTime())
                    .isEqualTo(profile.getDeviceWriteTime() + profile.getDeviceReadTime());
            assertThat(profile.getProfileLog())
                    .contains("\"g.plus\"", "\"DEVICE_ID\": \"0:1\"", "\"TOTAL_COPY_IN_SIZE_BYTES\": \"8\"");

            assertThat(plan.withoutProfiler().execute().getProfilerResult().getTotalTime())
                    .isZero();
            assertThat(plan.withDevice(TornadoExecutionPlan.getDevice(0, 1)).getDevice(0))
                    .isEqualTo(TornadoExecutionPlan.getDevice(0, 1));
        }
    }

    @Test
    void warmUpRunsThePlan() throws Exception {
        var counter = new FloatArray(1);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.FIRST_EXECUTION, counter)
                .task("increment", SampleKernels::increment, counter)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, counter)
                .snapshot();
        try (var plan = new TornadoExecutionPlan(graph)) {
            plan.withPreCompilation();
            assertThat(plan.getCurrentDeviceMemoryUsage()).isEqualTo(4);
            plan.withWarmUpIterations(3);
            assertThat(counter.get(0)).isEqualTo(3);
            plan.withWarmUpTime(1);
            assertThat(counter.get(0)).isGreaterThan(3);
        }
    }
}
