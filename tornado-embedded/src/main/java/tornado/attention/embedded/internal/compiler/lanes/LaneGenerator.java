package tornado.attention.embedded.internal.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.lanes.PhasePlan.Mode;
import tornado.attention.embedded.internal.compiler.runtime.LaneTile;
import tornado.attention.embedded.internal.compiler.runtime.PhasePart;

/** Generates the class of a kernel that runs in lanes. */
final class LaneGenerator {
    private static final ClassDesc LANE_TILE = ClassDesc.of(LaneTile.class.getName());
    private static final MethodTypeDesc RUN = TileCode.RANGE.insertParameterTypes(0, CD_int);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<PhasePlan> phases;
    private final Operands operands;
    private final ClassDesc self;

    private LaneGenerator(KernelMethod method, List<Stmt> kernel, List<PhasePlan> phases) {
        this.phases = phases;
        this.operands = new Operands(kernel);
        var name = "Lanes$" + method.name().replace('$', '_') + "$" + NUMBER.getAndIncrement();
        this.self = ClassDesc.of(method.owner().getPackageName(), name);
    }

    /**
     * Generates vector code for a kernel.
     *
     * @param method the kernel
     * @param kernel its statements
     * @param phases how its nests run; only their form matters
     * @return a class that extends {@link LaneTile} and whose constructor takes all arguments as an array
     */
    static byte[] generate(KernelMethod method, List<Stmt> kernel, List<PhasePlan> phases) {
        return new LaneGenerator(method, kernel, phases).build();
    }

    private byte[] build() {
        var resolver = ClassHierarchyResolver.ofClassLoading(LaneTile.class.getClassLoader())
                .orElse(ClassHierarchyResolver.defaultResolver());
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver)).build(self, builder -> {
            builder.withVersion(ClassFile.latestMajorVersion(), 0)
                    .withSuperclass(LANE_TILE)
                    .withFlags(AccessFlag.FINAL, AccessFlag.SUPER, AccessFlag.SYNTHETIC);
            operands.fields(builder);
            builder.withMethodBody(
                    "<init>",
                    MethodTypeDesc.of(CD_void, CD_Object.arrayType()),
                    ClassFile.ACC_PUBLIC,
                    this::constructor);
            constants(builder);
            var codes = new ArrayList<TileCode>();
            for (int i = 0; i < phases.size(); i++) {
                var code = new TileCode(phases.get(i), i, self, operands);
                code.methods(builder);
                codes.add(code);
            }
            builder.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, c -> run(c, codes));
            builder.withMethodBody("measure", MethodTypeDesc.of(CD_void, CD_int), ClassFile.ACC_PUBLIC, this::measure);
        });
    }

    /** A constant of the class. */
    private record Constant(String name, ClassDesc type, Consumer<CodeBuilder> value) {}

    /** For the fixed order in which sums are folded, and for lanes that read every second element. */
    private List<Constant> constants() {
        var constants = new ArrayList<Constant>();
        for (var v : widths(p -> p.mode() == Mode.SERIAL)) {
            for (int by = 1; by < v.lanes(); by *= 2) {
                int distance = by;
                constants.add(new Constant(v.rotationName(by), V.SHUFFLE, c -> v.newRotation(c, distance)));
            }
        }
        for (var v : widths(p -> !p.single().everySecond().isEmpty())) {
            constants.add(new Constant(v.evenName(), V.SHUFFLE, v::newEven));
            constants.add(new Constant(v.oddName(), V.SHUFFLE, v::newOdd));
            constants.add(new Constant(v.lowerName(), V.MASK, v::newLower));
        }
        return constants;
    }

    private List<V> widths(Predicate<PhasePlan> which) {
        return phases.stream()
                .filter(which)
                .map(p -> new V(p.lanes()))
                .distinct()
                .toList();
    }

    private void constants(ClassBuilder builder) {
        var constants = constants();
        for (var constant : constants) {
            builder.withField(
                    constant.name(),
                    constant.type(),
                    ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE);
        }
        if (constants.isEmpty()) {
            return;
        }
        builder.withMethodBody("<clinit>", MTD_void, ClassFile.ACC_STATIC, c -> {
            for (var constant : constants) {
                constant.value().accept(c);
                c.putstatic(self, constant.name(), constant.type());
            }
            c.return_();
        });
    }

    private void constructor(CodeBuilder c) {
        c.aload(0).invokespecial(LANE_TILE, "<init>", MTD_void);
        operands.storeFields(c, self);
        c.return_();
    }

    /** Calls the method of a phase and part. */
    private void run(CodeBuilder c, List<TileCode> codes) {
        var otherwise = c.newLabel();
        var cases = new ArrayList<SwitchCase>();
        for (int phase = 0; phase < codes.size(); phase++) {
            for (var part : PhasePart.values()) {
                cases.add(SwitchCase.of(part.of(phase), c.newLabel()));
            }
        }
        c.iload(1).tableswitch(otherwise, cases);
        for (var chosen : cases) {
            int parts = PhasePart.values().length;
            var method = codes.get(chosen.caseValue() / parts).method(PhasePart.values()[chosen.caseValue() % parts]);
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
