package tornado.attention.report.internal.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
public final class Nearest {
    private Nearest() {}

    /** {@code ; did you mean 'X'} to append to a sentence, or nothing where no name is near. */
    public static String hint(String typed, Collection<String> names) {
        return of(typed, names).map(n -> "; did you mean '" + n + "'").orElse("");
    }

    /**
     * The nearest name: fewest letters to insert, delete, replace or swap, capitals aside; a name that contains the typed word
     * counts as near as well.
     *
     * @return empty where more than a third of the letters (at least two) would have to change
     */
    public static Optional<String> of(String typed, Collection<String> names) {
        var word = typed.toLowerCase(Locale.ROOT);
        int allowed = Math.max(2, word.length() / 3);
        var nearest = names.stream().min(Comparator.comparingInt(n -> distance(word, n.toLowerCase(Locale.ROOT))));
        var near = nearest.filter(n -> distance(word, n.toLowerCase(Locale.ROOT)) <= allowed);
        return near.or(() -> names.stream()
                .filter(n -> word.length() > 1 && n.toLowerCase(Locale.ROOT).contains(word))
                .min(Comparator.comparingInt(String::length)));
    }

    /** Optimal string alignment distance. */
    static int distance(String a, String b) {
        var d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
