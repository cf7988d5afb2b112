package tornado.attention.bench;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command line did.
 *
 * @param status exit status
 * @param out standard output
 * @param err standard error
 */
public record Outcome(int status, String out, String err) {
    /** Runs a command line in this JVM. */
    public static Outcome of(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Attn.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        var words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int status = Attn.run(line, words);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** The lines of standard error. */
    public String[] errorLines() {
        return err.strip().split("\\R");
    }
}
