package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** What can execute task graphs on this machine. */
public interface TornadoRuntime {

    /** The backend with this index. */
    TornadoBackend getBackend(int index);

    /** Makes the backend with this index the default. */
    void setDefaultBackend(int index);

    /** Kind of the backend with this index. */
    TornadoVMBackendType getBackendType(int index);

    /** Number of backends. */
    int getNumBackends();

    /** The default device of the default backend. */
    TornadoDevice getDefaultDevice();

    /** Whether every plan is profiled. */
    boolean isProfilerEnabled();

    /** Whether power is measured. */
    boolean isPowerMonitoringEnabled();
}
