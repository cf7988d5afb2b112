package tornado.attention.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;

/** Where a TornadoVM SDK is on this machine, or why there is none. */
public sealed interface Sdk {
    /**
     * An SDK that the launcher can start.
     *
     * @param home its folder
     * @param version as it says itself, such as {@code 5.2.0-jdk25}
     * @param backends as it says itself, such as {@code opencl-backend}
     */
    record Found(Path home, String version, String backends) implements Sdk {
        /** The backends that this version can have, such as {@code OPENCL}. */
        public List<String> possible() {
            return major() >= 6 ? List.of("OPENCL", "CUDA", "METAL") : List.of("OPENCL", "PTX", "SPIRV");
        }

        /** Whether it has a backend. */
        public boolean has(String backend) {
            return backends.toUpperCase(Locale.ROOT).contains(backend);
        }

        /** What speaks against this SDK with this JDK: one sentence with what to do; empty where nothing does. */
        public Optional<String> complaint(int jdk) {
            if (major() == 6) {
                return Optional.of(
                        "version " + version + " runs a kernel that does not compile as sequential Java and says"
                                + " nothing: install 7.0 or later with setup/tornadovm.");
            }
            var suffix = version.contains("-jdk")
                    ? version.substring(version.indexOf("-jdk") + 4).replaceFirst("-.*", "")
                    : "";
            // Who builds it says which JDK it is for; a build of one's own runs on others too.
            if (version.endsWith("-dev")
                    || suffix.equals("22plus") && jdk >= 22
                    || suffix.isEmpty()
                    || suffix.equals(String.valueOf(jdk))) {
                return Optional.empty();
            }
            return Optional.of("version " + version + " is made for another JDK than this " + jdk + ": "
                    + (major() >= 6
                            ? "install its build jdk22plus with setup/tornadovm."
                            : "set ATTN_JAVA_HOME to a JDK " + suffix
                                    + ", or install another version with setup/tornadovm."));
        }

        private int major() {
            var digits = version.replaceFirst("[^0-9].*", "");
            return digits.isEmpty() ? 0 : Integer.parseInt(digits);
        }
    }

    /**
     * No SDK.
     *
     * @param reason one sentence: what was looked at and what to do
     */
    record Missing(String reason) implements Sdk {}

    /** Looks where the launcher looks: {@code TORNADOVM_HOME}, else this user's data folder. */
    static Sdk find() {
        return find(System::getenv, Path.of(System.getProperty("user.home")));
    }

    /**
     * The same for an environment.
     *
     * @param environment value of a variable, or null
     * @param userHome the user's home folder
     */
    static Sdk find(UnaryOperator<String> environment, Path userHome) {
        var given = environment.apply("TORNADOVM_HOME");
        if (given != null && !given.isBlank()) {
            var home = Path.of(given);
            return isSdk(home)
                    ? read(home)
                    : new Missing("TORNADOVM_HOME is " + given
                            + ", which has no tornado-argfile; set it to the folder of a TornadoVM SDK, or unset it and"
                            + " run setup/tornadovm.");
        }
        var data = environment.apply("XDG_DATA_HOME");
        var folder = (data == null || data.isBlank() ? userHome.resolve(".local/share") : Path.of(data))
                .resolve("tornado-attention/tornadovm/current");
        return isSdk(folder)
                ? read(folder)
                : new Missing("TORNADOVM_HOME is not set and there is no " + folder
                        + "; run setup/tornadovm, or set TORNADOVM_HOME to the folder of a TornadoVM SDK.");
    }

    private static boolean isSdk(Path home) {
        return Files.isRegularFile(home.resolve("tornado-argfile"));
    }

    private static Sdk read(Path home) {
        var release = new Properties();
        for (var name : new String[] {"etc/tornado.release", "etc/tornado.backend"}) {
            try (var reader = Files.newBufferedReader(home.resolve(name))) {
                release.load(reader);
            } catch (IOException | IllegalArgumentException _) {
                // An SDK without these files still starts; only its version stays unknown.
            }
        }
        return new Found(
                home, release.getProperty("version", "unknown"), release.getProperty("tornado.backends", "unknown"));
    }
}
