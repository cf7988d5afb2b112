package tornado.attention.bench.cli;

import java.nio.file.InvalidPathException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import tornado.attention.bench.text.Sentences;
import tornado.attention.report.internal.text.Nearest;

/** Turns exceptions into one sentence on stderr and an exit status; the stack trace only where {@code --debug} was given. */
public final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler {
    /** Name of the option that asks for stack traces. */
    public static final String DEBUG = "--debug";

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
        boolean debug = command.getParseResult() != null
                && isSet(command.getParseResult().asCommandLineList().getFirst());
        return report(failure, command, debug);
    }

    /** Prints the sentence, and the stack trace if wanted; returns the exit status. */
    public static int report(Throwable failure, CommandLine command, boolean debug) {
        var err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + Sentences.of(failure));
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED;
    }

    private static boolean isSet(CommandLine command) {
        for (var line = command; line != null; line = line.getParent()) {
            var option = line.getCommandSpec().findOption(DEBUG);
            if (option != null && Boolean.TRUE.equals(option.getValue())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        var command = failure.getCommandLine();
        var name = command.getCommandSpec().qualifiedName();
        var err = command.getErr();
        err.println(name + ": " + sentence(failure) + "; see '" + name + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    private static String sentence(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched);
        }
        if (failure.getMessage().contains(InvalidPathException.class.getName())) {
            return "'" + failure.getValue() + "' is no path in this locale, whose encoding is "
                    + System.getProperty("sun.jnu.encoding") + "; set LC_ALL=C.UTF-8";
        }
        var text = failure.getMessage()
                .replace("option option", "option")
                .replaceAll("\\s*[\\r\\n]+\\s*", " ")
                .strip();
        if (failure instanceof MissingParameterException) {
            return text;
        }
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static String unmatched(UnmatchedArgumentException failure) {
        var word = failure.getUnmatched().getFirst();
        var spec = failure.getCommandLine().getCommandSpec();
        if (word.startsWith("-")) {
            return "There is no option '" + word + "'"
                    + Nearest.hint(word, spec.optionsMap().keySet());
        }
        return spec.subcommands().isEmpty()
                ? "The argument '" + word + "' is one too many"
                : "There is no command '" + word + "'"
                        + Nearest.hint(word, spec.subcommands().keySet());
    }
}
