package tornado.attention.bench.text;

import java.util.Locale;
import java.util.regex.Pattern;

/** What TornadoVM and its drivers say, in one sentence: without colours, stack traces and what does not apply here. */
final class DriverMessages {
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern NOT_COMPILED =
            Pattern.compile("Unable to compile task (\\S+) - (\\S+)\\s+The internal error is:\\s*(.*)");
    private static final Pattern TRACE = Pattern.compile("\\s*Stacktrace: \\[.*");
    private static final Pattern REMEMBERED =
            Pattern.compile("Exception [\\w.$]+: (.*) \\[in thread .*\\]", Pattern.DOTALL);

    private DriverMessages() {}

    /** A message of TornadoVM's. */
    static String of(String message) {
        var text = COLOUR.matcher(message).replaceAll("");
        text = text.replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
        text = TRACE.matcher(text).replaceFirst("");
        var compiled = NOT_COMPILED.matcher(text);
        if (compiled.find()) {
            return "The kernel " + compiled.group(2) + " of task " + compiled.group(1) + " does not compile: "
                    + stripped(compiled.group(3)) + "; what its compiler said stands above";
        }
        return stripped(text.replaceFirst("^Bailout is disabled\\.\\s*(Reason:\\s*)?", ""));
    }

    private static String stripped(String text) {
        return text.replace("[WARNING]", "")
                .replace("[ERROR]", "")
                .replace("Deoptimizing to sequential execution.", "")
                .strip()
                .replaceFirst("\\.$", "");
    }

    /**
     * Why the engine does not start, and what to do.
     *
     * @param failure of the class that starts it
     * @param tornado whether it is TornadoVM and not the embedded engine
     */
    static String ofStart(Throwable failure, boolean tornado) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var said = of(said(root));
        if (!tornado) {
            return "The embedded engine does not start: " + said + "; correct what that says";
        }
        return "TornadoVM does not start: " + said + "; " + remedy(said.toLowerCase(Locale.ROOT))
                + ", or take --engine embedded until then";
    }

    private static String said(Throwable root) {
        if (root.getMessage() == null) {
            return root.getClass().getSimpleName();
        }
        // The first failure of a class is remembered as a text: Exception NAME: MESSAGE [in thread "main"].
        var remembered = REMEMBERED.matcher(root.getMessage());
        if (remembered.matches()) {
            return remembered.group(1);
        }
        boolean sentence = root.getClass().getName().startsWith("uk.ac.manchester.tornado.")
                || root instanceof UnsatisfiedLinkError;
        return sentence ? root.getMessage() : root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    private static String remedy(String text) {
        if (text.contains("opencl")) {
            return "install the graphics card's driver, or run setup/opencl for the processor";
        }
        if (text.contains("nvrtc")) {
            return "install CUDA 13 and name the folder of its libraries in LD_LIBRARY_PATH";
        }
        if (text.contains("cuda") || text.contains("ptx")) {
            return "install NVIDIA's driver (libcuda), or another backend with setup/tornadovm";
        }
        if (text.contains("level") && text.contains("zero") || text.contains("ze_") || text.contains("spir")) {
            return "install Level Zero with the graphics card's driver, or another backend with setup/tornadovm";
        }
        return "'attn doctor' says what is there; install what is missing";
    }
}
