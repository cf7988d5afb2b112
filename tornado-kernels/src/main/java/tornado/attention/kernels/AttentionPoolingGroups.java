package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Pooling in which each pixel has a weight of its own, with one work-group a channel of an image. */
public final class AttentionPoolingGroups {
    private AttentionPoolingGroups() {}

    /**
     * {@link AttentionPooling#weightedSum}.
     *
     * @param context {@code batch * channels} groups
     * @param x {@code [batch, channels, pixels]}
     * @param attention {@code [batch, pixels]}
     * @param out {@code [batch, channels]}
     * @param channels channels
     * @param pixels pixels of a channel
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void weightedSum(
            KernelContext context,
            FloatArray x,
            FloatArray attention,
            FloatArray out,
            int channels,
            int pixels,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        int image = row / channels;
        float sum = 0f;
        for (int p = item; p < pixels; p += size) {
            sum += attention.get(image * pixels + p) * x.get(row * pixels + p);
        }
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float total = shared[0];
        if (item == 0) {
            out.set(row, total);
        }
    }

    /**
     * {@link SoftmaxPooling#weightedSum} in one pass: each item keeps the largest logit it has seen and rescales its sums when
     * a larger one comes (online softmax, arXiv 1805.02867); the group's sums are brought to one maximum at the end.
     *
     * @param context {@code batch * channels} groups
     * @param x {@code [batch, channels, pixels]}
     * @param logits {@code [batch, pixels]}
     * @param out {@code [batch, channels]}
     * @param channels channels
     * @param pixels pixels of a channel, at least 1
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void softmaxSum(
            KernelContext context,
            FloatArray x,
            FloatArray logits,
            FloatArray out,
            int channels,
            int pixels,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        int image = row / channels;
        // The first logit stands in for minus infinity, which fast-math compilers may not honour: it only has to be
        // finite and there.
        float max = logits.get(image * pixels);
        float norm = 0f;
        float sum = 0f;
        for (int p = item; p < pixels; p += size) {
            float logit = logits.get(image * pixels + p);
            float larger = TornadoMath.max(max, logit);
            float scale = TornadoMath.exp(max - larger);
            float e = TornadoMath.exp(logit - larger);
            norm = norm * scale + e;
            sum = sum * scale + e * x.get(row * pixels + p);
            max = larger;
        }
        shared[item] = SimdLanes.max(context, max, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] = TornadoMath.max(shared[item], shared[item + half]);
            }
        }
        context.localBarrier();
        float largest = shared[0];
        float scale = TornadoMath.exp(max - largest);
        context.localBarrier();
        shared[item] = SimdLanes.sum(context, norm * scale, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float norms = shared[0];
        context.localBarrier();
        shared[item] = SimdLanes.sum(context, sum * scale, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float sums = shared[0];
        if (item == 0) {
            out.set(row, sums / norms);
        }
    }
}
