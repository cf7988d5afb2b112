package tornado.attention.embedded.internal.runtime;

import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;

/** The one backend of the embedded engine. */
final class EmbeddedBackend implements TornadoBackend {

    private static final List<TornadoDevice> DEVICES = List.of(EmbeddedDevice.of(0), EmbeddedDevice.of(1));

    // TornadoVM lets a program change the default for the whole JVM, so this has to.
    private volatile TornadoDevice defaultDevice = DEVICES.getFirst();

    @Override
    public TornadoDevice getDefaultDevice() {
        return defaultDevice;
    }

    @Override
    public void setDefaultDevice(int index) {
        defaultDevice = getDevice(index);
    }

    @Override
    public int getNumDevices() {
        return DEVICES.size();
    }

    @Override
    public TornadoDevice getDevice(int index) {
        if (index < 0 || index >= DEVICES.size()) {
            throw new TornadoDeviceNotFound("There is no device 0:" + index
                    + ": the embedded engine has 0:0 (all threads) and 0:1 (one thread).");
        }
        return DEVICES.get(index);
    }

    @Override
    public List<TornadoDevice> getAllDevices() {
        return DEVICES;
    }

    @Override
    public TornadoDeviceType getTypeDefaultDevice() {
        return defaultDevice.getDeviceType();
    }

    @Override
    public String getName() {
        return "Embedded";
    }

    @Override
    public int getNumPlatforms() {
        return 1;
    }

    @Override
    public TornadoVMBackendType getBackendType() {
        return TornadoVMBackendType.JAVA;
    }

    @Override
    public String toString() {
        return getName();
    }
}
