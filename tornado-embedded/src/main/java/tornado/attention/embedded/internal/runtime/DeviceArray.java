package tornado.attention.embedded.internal.runtime;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * The device's side of one of the host's arrays, as one graph of one plan sees it.
 *
 * <p>Memory is allocated at the first run and kept until it is freed. In shared memory the device's array is the host's
 * and copies only report their size.
 */
final class DeviceArray {

    private final ArrayUse use;
    private final MemoryMode memory;
    private final MemorySegment hostBytes;

    private Object device;
    private MemorySegment deviceBytes;
    private boolean filled;

    DeviceArray(ArrayUse use, MemoryMode memory) {
        this.use = use;
        this.memory = memory;
        this.hostBytes = Storage.segment(use.host());
    }

    ArrayUse use() {
        return use;
    }

    /** The array kernels work on; null while none is allocated. */
    Object device() {
        return device;
    }

    long bytes() {
        return hostBytes.byteSize();
    }

    /** Allocates, with poison in isolated memory; false if that was done before. */
    boolean allocate() {
        if (device != null) {
            return false;
        }
        try {
            hold(memory == MemoryMode.SHARED ? use.host() : Storage.poisonedLike(use.host()));
        } catch (OutOfMemoryError e) {
            throw new TornadoOutOfMemoryException("No memory is left for a device copy of " + bytes()
                    + " bytes: give the JVM more with -Xmx, or use -Dtornado.embedded.memory=shared.");
        }
        filled = false;
        return true;
    }

    /** Works on another graph's array from now on; false if it did so before. */
    boolean takeOver(DeviceArray other) {
        if (device == other.device) {
            return false;
        }
        hold(other.device);
        return true;
    }

    private void hold(Object newDevice) {
        device = newDevice;
        deviceBytes = Storage.segment(newDevice);
    }

    void free() {
        device = null;
        deviceBytes = null;
    }

    /** Copies to the device if the array's rule says so now; the bytes that moved. */
    long copyUp() {
        if (!use.isDue(filled)) {
            return 0;
        }
        filled = true;
        if (memory == MemoryMode.ISOLATED) {
            MemorySegment.copy(hostBytes, 0, deviceBytes, 0, bytes());
        }
        return bytes();
    }

    /** Copies the whole array back; the bytes that moved. */
    long copyDown() {
        return copyDown(0, bytes());
    }

    /** Copies part of the array back, in bytes; the bytes that moved. */
    long copyDown(long offset, long size) {
        if (memory == MemoryMode.ISOLATED) {
            MemorySegment.copy(deviceBytes, offset, hostBytes, offset, size);
        }
        return size;
    }
}
