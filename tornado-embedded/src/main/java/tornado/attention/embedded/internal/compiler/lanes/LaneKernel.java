package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.ir.Values;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Form;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Mode;
import tornado.attention.embedded.internal.compiler.lift.LiftedKernel;
import tornado.attention.embedded.internal.compiler.lift.Lifter;
import tornado.attention.embedded.internal.compiler.lift.NotLiftable;
import tornado.attention.embedded.internal.compiler.runtime.GeneratedClass;
import tornado.attention.embedded.internal.compiler.runtime.Heat;
import tornado.attention.embedded.internal.compiler.runtime.SizedKernel;
import tornado.attention.embedded.internal.compiler.runtime.Space;
import tornado.attention.embedded.internal.compiler.runtime.StripSpace;

/**
 * A lifted kernel with its generated classes. Sizes decide how a nest is planned, but the code depends on no more of a plan than
 * its form; each form's class is generated once and serves all sizes that are planned that way.
 */
public final class LaneKernel {
    /** Methods with more bytecode than this are never compiled by HotSpot. */
    private static final int MOST_BYTECODE = 7_900;

    /** Accumulators to try in turn, after those of the machine, where the code grows too long. */
    private static final List<Integer> FEWER_ACCUMULATORS = List.of(4, 1);

    private final KernelMethod method;
    private final LiftedKernel lifted;
    private final List<NestTree> nests;
    private final VectorUnit machine;
    private final Heat.Start start;
    private final Function<byte[], GeneratedClass> definer;
    private final Map<List<Form>, Code> classes = new HashMap<>();

    private LaneKernel(
            KernelMethod method,
            LiftedKernel lifted,
            List<NestTree> nests,
            VectorUnit machine,
            Heat.Start start,
            Function<byte[], GeneratedClass> definer) {
        this.method = method;
        this.lifted = lifted;
        this.nests = nests;
        this.machine = machine;
        this.start = start;
        this.definer = definer;
    }

    /**
     * Lifts a kernel.
     *
     * @param analysis the kernel
     * @param args its arguments
     * @param machine the vector unit
     * @param options how its phases begin, and whether products and sums are fused
     * @param definer makes a class of bytes
     * @return the kernel for these arguments, and all others that it {@link #serves}
     * @throws NotLiftable if the kernel has something that only the scalar tile can run
     */
    public static LaneKernel of(
            KernelAnalysis analysis,
            Object[] args,
            VectorUnit machine,
            LaneOptions options,
            Function<byte[], GeneratedClass> definer) {
        if (machine.lanes() > 1) {
            VectorProfiles.begin(machine.lanes());
        }
        var lifted = Lifter.lift(analysis, args, options.contract() && machine.fusedMultiplyAdd());
        var nests = analysis.nests().stream()
                .map(nest -> NestTree.of(lifted.statements(), nest))
                .toList();
        return new LaneKernel(analysis.code().method(), lifted, nests, machine, options.start(), definer);
    }

    /** Whether it is the kernel for some arguments too. */
    public boolean serves(Object[] args) {
        return lifted.serves(new Values(args));
    }

    /** A generated class, unless it has a method that HotSpot would not compile; how far it is compiled. */
    private record Code(Optional<GeneratedClass> type, int largestMethod, List<Heat> heats) {}

    private static List<Supplier<Space>> spaces(List<PhasePlan> plans, List<Heat> heats) {
        return IntStream.range(0, plans.size())
                .mapToObj(i -> (Supplier<Space>) () -> newSpace(plans.get(i), i, heats.get(i)))
                .toList();
    }

    private static Space newSpace(PhasePlan plan, int number, Heat heat) {
        return new StripSpace(
                number,
                plan.nest().depth(),
                plan.rows(),
                plan.tailRows(),
                plan.briefRows(),
                plan.lanes(),
                plan.grain(),
                plan.hasTails(),
                plan.runsManyRows(),
                plan.cost(),
                heat);
    }

    /**
     * Plans the kernel for some arguments and generates its class, unless there is one of that form.
     *
     * @param args arguments that it serves
     * @throws NotLiftable if its code is too long for HotSpot however it is planned
     */
    public synchronized SizedKernel sized(Object[] args) {
        var values = new Values(args);
        int size = 0;
        var accumulators = new ArrayList<>(List.of(machine.accumulators()));
        accumulators.addAll(FEWER_ACCUMULATORS);
        for (int most : accumulators) {
            var smaller = machine.withAccumulators(most);
            var plans = nests.stream()
                    .map(nest -> Planner.plan(nest, smaller, values))
                    .toList();
            var code =
                    classes.computeIfAbsent(plans.stream().map(PhasePlan::form).toList(), forms -> generate(plans));
            if (code.type().isPresent()) {
                var explanation = plans.stream().map(PhasePlan::explanation).collect(Collectors.joining(" | "));
                return new SizedKernel(code.type().get(), spaces(plans, code.heats()), explanation);
            }
            size = code.largestMethod();
        }
        throw new NotLiftable("vector code of " + size + " bytes, more than HotSpot compiles");
    }

    private Code generate(List<PhasePlan> plans) {
        var bytes = LaneGenerator.generate(method, lifted.statements(), plans);
        int largest = largestMethod(bytes);
        var type = largest <= MOST_BYTECODE ? Optional.of(definer.apply(bytes)) : Optional.<GeneratedClass>empty();
        return new Code(type, largest, plans.stream().map(this::newHeat).toList());
    }

    private Heat newHeat(PhasePlan plan) {
        var begin = plan.mode() == Mode.SCALAR ? Heat.Start.LANES : start;
        return new Heat(begin, plan.mode() == Mode.PARALLEL, plan.isLight());
    }

    private static int largestMethod(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .mapToInt(
                        m -> m.code().map(c -> ((CodeAttribute) c).codeLength()).orElse(0))
                .max()
                .orElse(0);
    }
}
