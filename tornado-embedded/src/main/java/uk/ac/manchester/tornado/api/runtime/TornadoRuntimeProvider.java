package uk.ac.manchester.tornado.api.runtime;

import tornado.attention.embedded.internal.runtime.EmbeddedRuntime;
import uk.ac.manchester.tornado.api.TornadoRuntime;

/** The runtime of this JVM. */
public class TornadoRuntimeProvider {

    /** Only static methods here; TornadoVM's class can be instantiated, so this one can. */
    public TornadoRuntimeProvider() {}

    /** Backends and devices. */
    public static TornadoRuntime getTornadoRuntime() {
        return EmbeddedRuntime.instance();
    }

    /** Whether every plan is profiled. */
    public static boolean isProfilerEnabled() {
        return getTornadoRuntime().isProfilerEnabled();
    }

    /** Whether power is measured. */
    public static boolean isPowerMonitoringEnabled() {
        return getTornadoRuntime().isPowerMonitoringEnabled();
    }

    /** Sets a property of the runtime: here, a system property. */
    public static void setProperty(String key, String value) {
        System.setProperty(key, value);
    }

    /** A property of the runtime, or {@code value} where it is not set. */
    public static String getProperty(String key, String value) {
        return System.getProperty(key, value);
    }

    /** A property of the runtime, or null. */
    public static String getProperty(String key) {
        return System.getProperty(key);
    }
}
