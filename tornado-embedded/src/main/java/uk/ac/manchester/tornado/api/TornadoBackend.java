package uk.ac.manchester.tornado.api;

import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** Devices that one kind of driver reaches. */
public interface TornadoBackend {

    /** The device used where none is chosen. */
    TornadoDevice getDefaultDevice();

    /** Makes the device with this index the default. */
    void setDefaultDevice(int index);

    /** Number of devices. */
    int getNumDevices();

    /** The device with this index. */
    TornadoDevice getDevice(int index);

    /** All devices, in order of their index. */
    List<TornadoDevice> getAllDevices();

    /** Kind of the default device. */
    TornadoDeviceType getTypeDefaultDevice();

    /** Name of the backend. */
    String getName();

    /** Number of platforms. */
    int getNumPlatforms();

    /** Kind of the backend. */
    TornadoVMBackendType getBackendType();
}
