package tornado.attention.embedded.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import tornado.attention.embedded.compiler.LaneOptions;
import tornado.attention.embedded.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.compiler.ir.ArrayRef;
import tornado.attention.embedded.compiler.ir.Expr;
import tornado.attention.embedded.compiler.ir.Stmt;
import tornado.attention.embedded.compiler.ir.Stmt.Store;
import tornado.attention.embedded.compiler.ir.Trees;
import tornado.attention.embedded.compiler.lanes.PhasePlan.Mode;
import tornado.attention.embedded.compiler.lift.Lifter;
import tornado.attention.embedded.compiler.lift.NotLiftable;
import tornado.attention.embedded.compiler.runtime.Heat;
import tornado.attention.embedded.compiler.runtime.LaneTile;
import tornado.attention.embedded.compiler.runtime.Part;
import tornado.attention.embedded.compiler.runtime.Space;
import tornado.attention.embedded.compiler.runtime.StripSpace;

/** Generates the class of a kernel that runs in lanes. */
public final class LaneGenerator {
    /** Methods with more bytecode than this are never compiled by HotSpot. */
    private static final int MOST_BYTECODE = 7_900;

    private static final ClassDesc LANE_TILE = ClassDesc.of(LaneTile.class.getName());
    private static final MethodTypeDesc RUN = TileCode.RANGE.insertParameterTypes(0, CD_int);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<PhasePlan> phases;
    private final Set<ArrayRef> arrays = new LinkedHashSet<>();
    private final ClassDesc self;

    private LaneGenerator(KernelAnalysis analysis, List<Stmt> kernel, List<PhasePlan> phases) {
        this.phases = phases;
        Trees.statements(kernel, s -> {
            if (s instanceof Store store) {
                arrays.add(store.array());
            }
        });
        Trees.expressions(kernel, e -> {
            if (e instanceof Expr.Load load) {
                arrays.add(load.array());
            } else if (e instanceof Expr.Size size) {
                arrays.add(size.array());
            }
        });
        var owner = analysis.code().method().owner();
        var name = "Lanes$" + analysis.code().method().name().replace('$', '_') + "$" + NUMBER.getAndIncrement();
        this.self = ClassDesc.of(owner.getPackageName(), name);
    }

    /**
     * A generated class.
     *
     * @param bytes a class that extends {@link LaneTile} and whose constructor takes all arguments as an array
     * @param phases the plans of its phases
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record LaneClass(byte[] bytes, List<Phase> phases) {
        /** Whether any phase runs in lanes. */
        public boolean hasLanes() {
            return phases.stream().anyMatch(Phase::inLanes);
        }
    }

    /**
     * How a phase runs.
     *
     * @param number which phase
     * @param depth number of loops
     * @param rows rows that run together
     * @param tailRows rows that run together in a tail
     * @param grain iterations of the innermost loop that run side by side
     * @param tails whether what whole grains leave over has methods of its own
     * @param light whether a call may run more rows than that
     * @param cost operations of one iteration
     * @param inLanes whether it runs in lanes
     * @param heat how far its code is compiled
     * @param explanation what was chosen and why not better
     */
    public record Phase(
            int number,
            int depth,
            int rows,
            int tailRows,
            int grain,
            boolean tails,
            boolean light,
            long cost,
            boolean inLanes,
            Heat heat,
            String explanation) {
        /** A space for one bound kernel. */
        public Space newSpace() {
            return new StripSpace(number, depth, rows, tailRows, grain, tails, light, cost, heat);
        }
    }

    /**
     * Generates vector code for a kernel.
     *
     * @param analysis the kernel
     * @param args its arguments
     * @param machine the vector unit
     * @param options how its phases begin, and whether products and sums are fused
     * @return the class
     * @throws NotLiftable if the kernel has something that only the scalar tile can run
     */
    public static LaneClass generate(KernelAnalysis analysis, Object[] args, Machine machine, LaneOptions options) {
        var kernel = Lifter.lift(analysis, args, options.contract() && machine.fusedMultiplyAdd());
        var nests = analysis.nests().stream().map(n -> NestTree.of(kernel, n)).toList();
        int size = 0;
        for (int accumulators : new int[] {machine.accumulators(), 4, 1}) {
            var smaller = machine.withAccumulators(accumulators);
            var plans = nests.stream().map(n -> Planner.plan(n, smaller)).toList();
            var bytes = new LaneGenerator(analysis, kernel, plans).build();
            size = largestMethod(bytes);
            if (size <= MOST_BYTECODE) {
                return new LaneClass(
                        bytes,
                        IntStream.range(0, plans.size())
                                .mapToObj(i -> describe(plans.get(i), i, options.start()))
                                .toList());
            }
        }
        throw new NotLiftable("vector code of " + size + " bytes, more than HotSpot compiles");
    }

    private static Phase describe(PhasePlan plan, int number, Heat.Start start) {
        boolean parallel = plan.mode() == Mode.PARALLEL;
        return new Phase(
                number,
                plan.nest().depth(),
                plan.rows(),
                plan.tailRows(),
                parallel ? plan.units().width() : 1,
                plan.hasTails(),
                plan.isLight(),
                plan.cost(),
                plan.mode() != Mode.SCALAR,
                new Heat(plan.mode() == Mode.SCALAR ? Heat.Start.LANES : start, parallel, plan.isLight()),
                plan.explanation());
    }

    private static int largestMethod(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .mapToInt(
                        m -> m.code().map(c -> ((CodeAttribute) c).codeLength()).orElse(0))
                .max()
                .orElse(0);
    }

    private byte[] build() {
        var resolver = ClassHierarchyResolver.ofClassLoading(LaneTile.class.getClassLoader())
                .orElse(ClassHierarchyResolver.defaultResolver());
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver)).build(self, builder -> {
            builder.withVersion(ClassFile.latestMajorVersion(), 0)
                    .withSuperclass(LANE_TILE)
                    .withFlags(AccessFlag.FINAL, AccessFlag.SUPER, AccessFlag.SYNTHETIC);
            for (var array : arrays) {
                builder.withField(
                        Frame.fieldOf(array), Frame.arrayType(array), ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE);
            }
            builder.withMethodBody(
                    "<init>",
                    MethodTypeDesc.of(CD_void, CD_Object.arrayType()),
                    ClassFile.ACC_PUBLIC,
                    this::constructor);
            rotations(builder);
            var codes = new ArrayList<TileCode>();
            for (int i = 0; i < phases.size(); i++) {
                var code = new TileCode(phases.get(i), i, self, arrays);
                code.methods(builder);
                codes.add(code);
            }
            builder.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, c -> run(c, codes));
            builder.withMethodBody("measure", MethodTypeDesc.of(CD_void, CD_int), ClassFile.ACC_PUBLIC, this::measure);
        });
    }

    /** Constants for the fixed order in which sums are folded. */
    private void rotations(ClassBuilder builder) {
        var widths = phases.stream()
                .filter(p -> p.mode() == Mode.SERIAL)
                .map(p -> new V(p.lanes()))
                .distinct()
                .toList();
        for (var v : widths) {
            for (int by = 1; by < v.lanes(); by *= 2) {
                builder.withField(
                        v.rotationName(by),
                        V.SHUFFLE,
                        ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE);
            }
        }
        if (widths.isEmpty()) {
            return;
        }
        builder.withMethodBody("<clinit>", MTD_void, ClassFile.ACC_STATIC, c -> {
            for (var v : widths) {
                for (int by = 1; by < v.lanes(); by *= 2) {
                    v.newRotation(c, by);
                    c.putstatic(self, v.rotationName(by), V.SHUFFLE);
                }
            }
            c.return_();
        });
    }

    private void constructor(CodeBuilder c) {
        c.aload(0).invokespecial(LANE_TILE, "<init>", MTD_void);
        for (var array : arrays) {
            c.aload(0).aload(1).loadConstant(array.parameter()).aaload();
            c.invokestatic(LANE_TILE, "storage", MethodTypeDesc.of(CD_Object, CD_Object));
            c.checkcast(Frame.arrayType(array)).putfield(self, Frame.fieldOf(array), Frame.arrayType(array));
        }
        c.return_();
    }

    /** Calls the method of a phase and part. */
    private void run(CodeBuilder c, List<TileCode> codes) {
        var otherwise = c.newLabel();
        var cases = new ArrayList<SwitchCase>();
        for (int phase = 0; phase < codes.size(); phase++) {
            for (var part : Part.values()) {
                cases.add(SwitchCase.of(part.of(phase), c.newLabel()));
            }
        }
        c.iload(1).tableswitch(otherwise, cases);
        for (var chosen : cases) {
            int parts = Part.values().length;
            var method = codes.get(chosen.caseValue() / parts).method(Part.values()[chosen.caseValue() % parts]);
            c.labelBinding(chosen.target())
                    .aload(0)
                    .iload(2)
                    .iload(3)
                    .iload(4)
                    .iload(5)
                    .iload(6);
            c.invokevirtual(self, method, TileCode.RANGE).return_();
        }
        c.labelBinding(otherwise).return_();
    }

    private void measure(CodeBuilder c) {
        for (int phase = 0; phase < phases.size(); phase++) {
            var next = c.newLabel();
            c.iload(1).loadConstant(phase).if_icmpne(next);
            c.aload(0).invokevirtual(self, "measure" + phase, MTD_void).labelBinding(next);
        }
        c.return_();
    }
}
