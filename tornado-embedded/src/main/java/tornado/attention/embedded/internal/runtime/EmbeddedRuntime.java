package tornado.attention.embedded.internal.runtime;

import java.util.concurrent.atomic.AtomicLong;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;

/** The embedded engine of this JVM: one backend, two devices. */
public final class EmbeddedRuntime implements TornadoRuntime {

    private static final EmbeddedRuntime INSTANCE = new EmbeddedRuntime();

    private final EmbeddedBackend backend = new EmbeddedBackend();
    private final AtomicLong plans = new AtomicLong();

    private EmbeddedRuntime() {}

    /** The engine. */
    public static EmbeddedRuntime instance() {
        return INSTANCE;
    }

    /** Plans made so far in this JVM. */
    public long plans() {
        return plans.get();
    }

    long nextPlan() {
        return plans.incrementAndGet();
    }

    @Override
    public TornadoBackend getBackend(int index) {
        if (index != 0) {
            throw new TornadoBackendNotFound(
                    "There is no backend " + index + ": the embedded engine has one, with index 0.");
        }
        return backend;
    }

    @Override
    public void setDefaultBackend(int index) {
        // The only backend is the default one; another index is an error.
        getBackend(index);
    }

    @Override
    public TornadoVMBackendType getBackendType(int index) {
        return getBackend(index).getBackendType();
    }

    @Override
    public int getNumBackends() {
        return 1;
    }

    @Override
    public TornadoDevice getDefaultDevice() {
        return backend.getDefaultDevice();
    }

    @Override
    public boolean isProfilerEnabled() {
        return false;
    }

    @Override
    public boolean isPowerMonitoringEnabled() {
        return false;
    }
}
