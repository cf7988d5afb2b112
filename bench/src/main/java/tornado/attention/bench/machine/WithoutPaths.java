package tornado.attention.bench.machine;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text as results hold it: of a path only its last name. Where a file lies says nothing about a run, but much about
 * whose machine it was.
 */
public final class WithoutPaths {
    /** Where a path may begin: behind what separates values, so that {@code java.base/java.lang} is none. */
    private static final String BEGIN = "(?<=^|[=:;,@\\s\"'(\\[])(?:~\\w*|\\.{1,2})?(?:[A-Za-z]:)?[\\\\/]";

    /** Within an argument a path may hold spaces. */
    private static final Pattern IN_ARGUMENT = Pattern.compile(BEGIN + "[^:;,=\"']+");

    private static final Pattern IN_SENTENCE = Pattern.compile(BEGIN + "[^\\s:;,=\"')\\]]+");

    private WithoutPaths() {}

    /** An argument of a command line, such as {@code -Djava.library.path=lib} for {@code -Djava.library.path=/opt/x/lib}. */
    public static String argument(String text) {
        return IN_ARGUMENT.matcher(text).replaceAll(match -> replacement(match.group()));
    }

    /** A sentence. */
    public static String sentence(String text) {
        return IN_SENTENCE.matcher(text).replaceAll(match -> replacement(match.group()));
    }

    /** A file that a user named: as typed, unless that is an absolute path. */
    public static String file(String typed) {
        return !typed.isEmpty() && (typed.startsWith("~") || Path.of(typed).isAbsolute()) ? lastName(typed) : typed;
    }

    private static String replacement(String path) {
        return Matcher.quoteReplacement(lastName(path));
    }

    private static String lastName(String path) {
        var name = path.strip().replaceAll("[\\\\/]+$", "");
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }
}
