package tornado.attention.bench.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

class SentencesTest {
    @Test
    void filesAreNamed() {
        assertThat(Sentences.of(new NoSuchFileException("a/b")))
                .isEqualTo("a/b: there is no such file or folder; check the path.");
        assertThat(Sentences.of(new AccessDeniedException("a/b"))).startsWith("a/b: access is denied");
        assertThat(Sentences.of(new FileNotFoundException("a/b (no)"))).isEqualTo("a/b (no).");
        assertThat(Sentences.of(new UncheckedIOException(new IOException("disk full"))))
                .isEqualTo("disk full.");
    }

    @Test
    void ourOwnMessagesStayAsTheyAreOnOneLine() {
        assertThat(Sentences.of(new IllegalArgumentException("Wrong.\n  Do this.")))
                .isEqualTo("Wrong. Do this.");
        assertThat(Sentences.of(new IllegalStateException("did you mean X?"))).isEqualTo("did you mean X?");
    }

    @Test
    void whatTornadoVmSaysIsOneSentenceWithoutColoursAndTraces() {
        var red = "\u001b[31m";
        var plain = "\u001b[0m";
        assertThat(Sentences.of(new TornadoBailoutRuntimeException(red + "Bailout is disabled. \nReason: " + red
                        + "Unable to compile task run.eca.squeeze - average\nThe internal error is: " + red
                        + "Error during code compilation with the OpenCL driver" + plain
                        + "\nStacktrace: [a.b.C.d(C.java:1)]"
                        + plain + plain)))
                .isEqualTo(
                        "The kernel average of task run.eca.squeeze does not compile: Error during code compilation with the"
                                + " OpenCL driver; what its compiler said stands above.");
        assertThat(Sentences.of(new TornadoBailoutRuntimeException("Kernel A.b, line 3: throw is not allowed.")))
                .isEqualTo("Kernel A.b, line 3: throw is not allowed.");
    }

    @Test
    void anEngineThatDoesNotStartSaysWhy() {
        var missing = new TornadoBailoutRuntimeException(
                "\u001b[31m[WARNING] No OpenCL platforms found. Deoptimizing to sequential execution.\u001b[0m");
        var sentence = "TornadoVM does not start: No OpenCL platforms found; install the graphics card's driver, or run"
                + " setup/opencl for the processor, or take --engine embedded until then.";
        assertThat(DriverMessages.ofStart(new ExceptionInInitializerError(missing), true) + ".")
                .isEqualTo(sentence);
        var again = new NoClassDefFoundError("Could not initialize class TornadoRuntimeProvider");
        again.initCause(new ExceptionInInitializerError(
                "Exception " + missing.getClass().getName() + ": " + missing.getMessage() + " [in thread \"main\"]"));
        assertThat(DriverMessages.ofStart(again, true) + ".").isEqualTo(sentence);
        assertThat(DriverMessages.ofStart(
                        new UnsatisfiedLinkError("libcuda.so.1: cannot open shared object file"), true))
                .contains("libcuda.so.1: cannot open", "install NVIDIA's driver");
        var four = new ExceptionInInitializerError(new NumberFormatException("\"4G\""));
        assertThat(DriverMessages.ofStart(four, true))
                .startsWith("TornadoVM does not start: NumberFormatException: \"4G\";");
        // These tests run on the embedded engine.
        assertThat(Sentences.of(ofTornado(four)))
                .isEqualTo(
                        "The embedded engine does not start: NumberFormatException: \"4G\"; correct what that says.");
        assertThat(Sentences.of(ofTornado(new NoSuchMethodError("a.b()")))).startsWith("Internal error");
        assertThat(Sentences.of(new NoClassDefFoundError("a/B"))).startsWith("Internal error");
    }

    private static LinkageError ofTornado(LinkageError error) {
        error.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider", "init", "T.java", 1)
        });
        return error;
    }

    @Test
    void whatNobodyExpectedSaysWhatToDo() {
        assertThat(Sentences.of(new NullPointerException("x is null")))
                .contains("NullPointerException", "x is null", "--debug");
        assertThat(Sentences.of(new OutOfMemoryError("Java heap space"))).contains("not enough memory", "-Xmx");
    }
}
