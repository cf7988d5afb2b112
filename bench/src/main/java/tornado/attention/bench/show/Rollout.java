package tornado.attention.bench.show;

import java.util.List;
import tornado.attention.networks.AttentionTrace.Attended;

/** Attention through the layers of a transformer: which tokens of the image reach each token of the last layer. */
final class Rollout {
    private Rollout() {}

    /**
     * Attention rollout (Abnar and Zuidema, ACL 2020, arXiv 2005.00928): the product over the layers of {@code (A + I) / 2}, A the mean of
     * the heads.
     *
     * @param maps {@code [1, heads, tokens, tokens]} from the first layer on
     * @return {@code [tokens, tokens]}
     */
    static double[] plain(List<Attended> maps) {
        int n = maps.getFirst().shape().dim(-1);
        var rolled = identity(n);
        for (var map : maps) {
            var mean = mean(map.values(), n);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    mean[i * n + j] = (mean[i * n + j] + (i == j ? 1 : 0)) / 2;
                }
            }
            rolled = product(mean, rolled, n);
        }
        return rolled;
    }

    /**
     * The same for one class (Chefer, Gur and Wolf, ICCV 2021, arXiv 2103.15679): {@code R += mean of heads of relu(dy/dA * A) R} from
     * {@code R = I} on, without the I: what a token is by itself says nothing of the class.
     */
    static double[] ofClass(List<Attended> maps) {
        int n = maps.getFirst().shape().dim(-1);
        var relevance = identity(n);
        for (var map : maps) {
            var weighted = map.values().clone();
            for (int i = 0; i < weighted.length; i++) {
                weighted[i] = Math.max(0, weighted[i] * map.gradient()[i]);
            }
            var more = product(mean(weighted, n), relevance, n);
            for (int i = 0; i < more.length; i++) {
                relevance[i] += more[i];
            }
        }
        for (int i = 0; i < n; i++) {
            relevance[i * n + i] -= 1;
        }
        return relevance;
    }

    private static double[] identity(int n) {
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] = 1;
        }
        return matrix;
    }

    private static double[] mean(float[] heads, int n) {
        int count = heads.length / (n * n);
        var mean = new double[n * n];
        for (int i = 0; i < heads.length; i++) {
            mean[i % (n * n)] += (double) heads[i] / count;
        }
        return mean;
    }

    private static double[] product(double[] a, double[] b, int n) {
        var c = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                double factor = a[i * n + k];
                if (factor != 0) {
                    for (int j = 0; j < n; j++) {
                        c[i * n + j] += factor * b[k * n + j];
                    }
                }
            }
        }
        return c;
    }

    /** Whether maps are of the same tokens, so that they can be chained. */
    static boolean isPossible(List<Attended> maps) {
        return maps.stream().map(Attended::shape).distinct().count() == 1
                && maps.getFirst().shape().dim(-1) == maps.getFirst().shape().dim(-2);
    }
}
