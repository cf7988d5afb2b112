package tornado.attention.embedded.internal.compiler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.lanes.LaneKernel;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import tornado.attention.embedded.internal.compiler.lanes.VectorUnit;
import tornado.attention.embedded.internal.compiler.lift.NotLiftable;
import tornado.attention.embedded.internal.compiler.runtime.FlatSpace;
import tornado.attention.embedded.internal.compiler.runtime.SizedKernel;
import tornado.attention.embedded.internal.compiler.runtime.Space;
import tornado.attention.embedded.internal.compiler.scalar.ScalarGenerator;

/**
 * The generated classes of one kernel: a scalar one for all sizes, or one in lanes for each form in which it runs. A program that
 * sees ever new sizes meets the same forms again.
 */
final class KernelForms {
    /** Kernels in lanes that differ in what they take for granted of their arguments; the oldest goes first. */
    private static final int MOST = 32;

    private final KernelAnalysis analysis;
    private final LaneOptions options;
    private final Deque<LaneKernel> inLanes = new ArrayDeque<>();
    private SizedKernel scalar;

    KernelForms(KernelAnalysis analysis, LaneOptions options) {
        this.analysis = analysis;
        this.options = options;
    }

    KernelAnalysis analysis() {
        return analysis;
    }

    /** The form for some arguments: in lanes where that is possible and wanted, else scalar. */
    synchronized SizedKernel of(Object[] args) {
        var name = analysis.code().display() + ": ";
        if (analysis.sequential().isPresent()) {
            return scalar(name + "sequential (" + analysis.sequential().get() + ")");
        }
        if (options.bits() == LaneOptions.JAVA.bits()) {
            return scalar(name + "scalar tiles of its own bytecode");
        }
        boolean off = options.bits() == LaneOptions.OFF.bits();
        if (!off && !VectorUnit.hasVectors()) {
            MissingVectors.warnOnce();
            off = true;
            name += "the module jdk.incubator.vector is missing: ";
        }
        try {
            var sized = inLanes(args, off ? VectorUnit.withoutLanes() : VectorUnit.detect(options.bits()))
                    .sized(args);
            return sized.explained(name + sized.explanation());
        } catch (NotLiftable reason) {
            return scalar(name + "scalar tiles of its own bytecode; no lanes because of " + reason.getMessage());
        }
    }

    private LaneKernel inLanes(Object[] args, VectorUnit machine) {
        for (var kernel : inLanes) {
            if (kernel.serves(args)) {
                return kernel;
            }
        }
        var kernel = LaneKernel.of(
                analysis,
                args,
                machine,
                options,
                bytes -> ClassDefiner.define(analysis.code().method(), bytes));
        if (inLanes.size() == MOST) {
            inLanes.removeLast();
        }
        inLanes.addFirst(kernel);
        return kernel;
    }

    private SizedKernel scalar(String explanation) {
        if (scalar == null) {
            int phases =
                    analysis.sequential().isPresent() ? 0 : analysis.nests().size();
            scalar = new SizedKernel(
                    ClassDefiner.define(analysis.code().method(), ScalarGenerator.generate(analysis)),
                    IntStream.range(0, phases)
                            .mapToObj(phase -> (Supplier<Space>) () -> new FlatSpace(phase))
                            .toList(),
                    explanation);
        }
        return scalar.explained(explanation);
    }
}
