package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class DeviceMemoryTest {
    private static final long HEADER = FloatArray.ARRAY_HEADER;
    private static final long MB = 1 << 20;
    private static final DeviceMemory CARD = new DeviceMemory("card", 24_000 * MB, 6_000 * MB, 4_096 * MB, false);

    @ParameterizedTest
    @CsvSource({
        "1048576, 1048576",
        "512B, 512",
        "64KB, 65536",
        "1MB, 1048576",
        "4GB, 4294967296",
        "2TB, 2199023255552",
    })
    void sizesAreReadAsTornadoVmReadsThem(String size, long bytes) {
        assertThat(DeviceMemory.parse(size)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"4G", "1.5GB", "GB", "B", "''", "much", "99999999999EB"})
    void whatTornadoVmDoesNotStartWithIsNoLimit(String size) {
        assertThat(DeviceMemory.parse(size)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatFitsIsAccepted() {
        assertThatCode(() -> CARD.require("fits", List.of(2_048 * MB - HEADER, 2_048 * MB - HEADER)))
                .doesNotThrowAnyException();
        assertThatCode(() -> CARD.require("empty", List.of())).doesNotThrowAnyException();
    }

    @Test
    void headersCount() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CARD.require("full", List.of(2_048 * MB, 2_048 * MB)))
                .withMessage("Chain 'full' needs 4,295.0 MB of device memory but TornadoVM takes only 4,295.0 MB of the"
                        + " 25,165.8 MB on card; use a smaller batch, or start Java with -Dtornado.device.memory=5GB.");
    }

    @Test
    void moreThanTheDeviceHasIsRefusedWhateverTheLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CARD.require("huge", List.of(13_000 * MB, 13_000 * MB)))
                .withMessage(
                        "Chain 'huge' needs 27,263.0 MB of device memory but card has 25,165.8 MB; use a smaller batch,"
                                + " image or map or another device.");
    }

    @Test
    void theSumAloneCanBeRequired() {
        assertThatCode(() -> CARD.require("fits", 4_096 * MB)).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CARD.require("full", 4_096 * MB + 1))
                .withMessageContaining("TornadoVM takes only 4,295.0 MB");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CARD.require("huge", 24_000 * MB + 1))
                .withMessageContaining("but card has 25,165.8 MB");
    }

    /** TornadoVM asks for less than the largest allocation, not for as much. */
    @Test
    void oneArrayBeyondTheLargestAllocationIsRefused() {
        var unlimited = new DeviceMemory("card", 24_000 * MB, 6_000 * MB, Long.MAX_VALUE, false);
        assertThatCode(() -> unlimited.require("fits", List.of(6_000 * MB - HEADER - 1)))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> unlimited.require("long", List.of(6_000 * MB - HEADER)))
                .withMessage("Chain 'long' has an array of 6,291.5 MB but card gives less than 6,291.5 MB at a time;"
                        + " use a smaller batch or another device.");
    }

    /** The exception that TornadoVM 5.2 throws, with its colours. */
    @Test
    void whatTornadoVmRefusesIsOneSentence() {
        var cause = new TornadoOutOfMemoryException(
                "Unable to allocate 400016 bytes of memory.\u001B[33m\n\tTo increase the"
                        + " maximum device memory, use -Dtornado.device.memory=<X>GB\n\u001B[0m");
        var small = new DeviceMemory("card", 24_000 * MB, 6_000 * MB, MB, false);
        assertThat(small.refused("second", List.of(400_000L, 400_000L), cause))
                .hasCause(cause)
                .hasMessage("Chain 'second' needs 800,"
                        + String.format("%03d", 2 * HEADER)
                        + " bytes of device memory and did not get them: TornadoVM takes at most 1.0 MB of the 25,165.8 MB"
                        + " on card for all plans together; close other plans, use a smaller batch, or start Java with"
                        + " -Dtornado.device.memory=2MB.");
    }

    /** It has no limit of its own, and says itself what to do. */
    @Test
    void whatTheEmbeddedEngineRefusesKeepsItsAdvice() {
        var device = TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();
        var memory = DeviceMemory.of(device);
        assertThat(memory.limit()).isEqualTo(Long.MAX_VALUE);
        assertThat(memory.bytes()).isEqualTo(device.getMaxGlobalMemory());
        var refused = memory.refused(
                "copy",
                List.of(8L),
                new TornadoOutOfMemoryException("No memory is left: give the JVM more with -Xmx."));
        assertThat(refused)
                .hasMessageStartingWith("Chain 'copy' needs ")
                .hasMessageEndingWith(" and did not get them. No memory is left: give the JVM more with -Xmx.");
    }

    @Test
    void aChainIsRefusedBeforeItsArraysAreMade() {
        var chain = TaskChain.named("large");
        var x = chain.input("x", Shape.of(1, 1, 40_000, 50_000));
        chain.output(Broadcast.activate(chain, "activate", x, Activation.RELU));
        assertThatIllegalArgumentException()
                .isThrownBy(chain::plan)
                .withMessageContaining("Chain 'large' needs 16,000.0 MB")
                .withMessageContaining("use a smaller batch, image or map");
    }
}
