package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Losses of classifiers, and their gradients. */
public final class Losses {
    private Losses() {}

    /**
     * Cross entropy of each row, times the weight of its class:
     * {@code (1 - smoothing) w[label] (-log p[label]) + smoothing / classes sum_k w[k] (-log p[k])}, p the softmax of the row.
     *
     * @param logits {@code [rows, classes]}
     * @param labels {@code [rows]}, whole numbers from 0 to classes - 1
     * @param weights {@code [classes]}
     * @param out {@code [2, rows]}: the losses, and the weight of each row's class
     * @param rows number of rows
     * @param classes elements of a row
     * @param smoothing share of a label that all classes have alike
     */
    public static void crossEntropy(
            FloatArray logits,
            FloatArray labels,
            FloatArray weights,
            FloatArray out,
            int rows,
            int classes,
            float smoothing) {
        for (@Parallel int r = 0; r < rows; r++) {
            int first = r * classes;
            float largest = logits.get(first);
            for (int k = 1; k < classes; k++) {
                largest = TornadoMath.max(largest, logits.get(first + k));
            }
            float sum = 0f;
            for (int k = 0; k < classes; k++) {
                sum += TornadoMath.exp(logits.get(first + k) - largest);
            }
            float logSum = largest + TornadoMath.log(sum);
            float all = 0f;
            for (int k = 0; k < classes; k++) {
                all += weights.get(k) * (logSum - logits.get(first + k));
            }
            int label = (int) labels.get(r);
            float weight = weights.get(label);
            float own = weight * (logSum - logits.get(first + label));
            out.set(r, (1f - smoothing) * own + smoothing / classes * all);
            out.set(rows + r, weight);
        }
    }

    /**
     * {@code out = sum of the first row / sum of the second}.
     *
     * @param terms {@code [2, n]}
     * @param out {@code [count]}, every element the same
     * @param n elements of a row
     * @param count 1
     */
    public static void weightedMean(FloatArray terms, FloatArray out, int n, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            float sum = 0f;
            float weights = 0f;
            for (int j = 0; j < n; j++) {
                sum += terms.get(j);
                weights += terms.get(n + j);
            }
            out.set(i, sum / weights);
        }
    }

    /**
     * The gradient of the weighted mean of {@link #crossEntropy} with respect to the logits.
     *
     * @param logits {@code [rows, classes]}
     * @param labels {@code [rows]}, whole numbers from 0 to classes - 1
     * @param weights {@code [classes]}
     * @param gradient {@code [1]}, with respect to the mean
     * @param out {@code [rows, classes]}
     * @param rows number of rows
     * @param classes elements of a row
     * @param smoothing share of a label that all classes have alike
     */
    public static void crossEntropyInput(
            FloatArray logits,
            FloatArray labels,
            FloatArray weights,
            FloatArray gradient,
            FloatArray out,
            int rows,
            int classes,
            float smoothing) {
        for (@Parallel int r = 0; r < rows; r++) {
            int first = r * classes;
            float total = 0f;
            for (int j = 0; j < rows; j++) {
                total += weights.get((int) labels.get(j));
            }
            float largest = logits.get(first);
            for (int k = 1; k < classes; k++) {
                largest = TornadoMath.max(largest, logits.get(first + k));
            }
            float sum = 0f;
            float all = 0f;
            for (int k = 0; k < classes; k++) {
                sum += TornadoMath.exp(logits.get(first + k) - largest);
                all += weights.get(k);
            }
            int label = (int) labels.get(r);
            float own = (1f - smoothing) * weights.get(label);
            float each = smoothing / classes;
            float factor = gradient.get(0) / total;
            for (int k = 0; k < classes; k++) {
                float p = TornadoMath.exp(logits.get(first + k) - largest) / sum;
                float target = each * weights.get(k);
                out.set(first + k, factor * (p * (own + each * all) - target));
            }
            out.set(first + label, out.get(first + label) - factor * own);
        }
    }

    /**
     * How many rows have their largest element, the first of equal ones, at their label.
     *
     * @param logits {@code [rows, classes]}
     * @param labels {@code [rows]}
     * @param out {@code [count]}, every element the same
     * @param rows number of rows
     * @param classes elements of a row
     * @param count 1
     */
    public static void hits(FloatArray logits, FloatArray labels, FloatArray out, int rows, int classes, int count) {
        for (@Parallel int i = 0; i < count; i++) {
            float sum = 0f;
            for (int r = 0; r < rows; r++) {
                int best = 0;
                for (int k = 1; k < classes; k++) {
                    if (logits.get(r * classes + k) > logits.get(r * classes + best)) {
                        best = k;
                    }
                }
                sum += best == (int) labels.get(r) ? 1f : 0f;
            }
            out.set(i, sum);
        }
    }
}
