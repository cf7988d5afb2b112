package tornado.attention.embedded.internal.compiler.scalar;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.analysis.KernelCode;
import tornado.attention.embedded.internal.compiler.analysis.LoopNest;
import tornado.attention.embedded.internal.compiler.analysis.ParallelLoop;
import tornado.attention.embedded.internal.compiler.runtime.ScalarTile;

/**
 * Generates the scalar tile: the kernel's own bytecode, in which the parallel loops run over a part of their iteration
 * space. Whatever javac can express between the loops stays as it is.
 *
 * <p>The generated {@code run(phase, from, to)} walks the whole method. At the start of nest {@code p} it computes the
 * trip counts; if {@code p} is not the phase asked for, the nest runs no iteration, else the flattened range
 * {@code [from, to)} is turned into begin and end of each level, and the method ends after the nest: what follows may read
 * what other tiles have yet to write. Local slots of the kernel are shifted by
 * {@link #SHIFT}.
 */
public final class ScalarGenerator {
    /** Makes names unique, for class loaders in which generated classes cannot be hidden. */
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final ClassDesc TILE = ClassDesc.of(ScalarTile.class.getName());
    /** Slots of {@code this}, {@code phase}, {@code from} and {@code to}. */
    private static final int SHIFT = 6;

    private static final int PHASE = 1;
    private static final int FROM = 2;
    private static final int TO = 4;

    private final KernelAnalysis analysis;
    private final KernelCode code;
    private final ClassDesc self;
    private final Map<Integer, Runnable> replacements = new HashMap<>();
    /** What stands before an element. */
    private final Map<Integer, Runnable> insertions = new HashMap<>();

    private int nextSlot;

    private ScalarGenerator(KernelAnalysis analysis) {
        this.analysis = analysis;
        this.code = analysis.code();
        this.nextSlot = SHIFT + code.attribute().maxLocals();
        this.self = nameOf(code);
    }

    /**
     * Generates the class file of a scalar tile.
     *
     * @param analysis the kernel
     * @return bytes of a class that extends {@link ScalarTile} and whose constructor takes all arguments as an array
     */
    public static byte[] generate(KernelAnalysis analysis) {
        return new ScalarGenerator(analysis).build();
    }

    private static ClassDesc nameOf(KernelCode code) {
        var owner = code.method().owner();
        var name = "Scalar$" + code.method().name().replace('$', '_') + "$" + NUMBER.getAndIncrement();
        return ClassDesc.of(owner.getPackageName(), name);
    }

    private byte[] build() {
        var resolver = ClassHierarchyResolver.ofClassLoading(
                        code.method().owner().getClassLoader())
                .orElse(ClassHierarchyResolver.defaultResolver());
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver)).build(self, builder -> {
            builder.withVersion(ClassFile.latestMajorVersion(), 0)
                    .withSuperclass(TILE)
                    .withFlags(AccessFlag.FINAL, AccessFlag.SUPER, AccessFlag.SYNTHETIC);
            for (int i = 0; i < parameters(); i++) {
                builder.withField(field(i), fieldType(i), ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE);
            }
            builder.withMethodBody(
                    "<init>",
                    MethodTypeDesc.of(CD_void, CD_Object.arrayType()),
                    ClassFile.ACC_PUBLIC,
                    this::constructor);
            builder.withMethodBody(
                    "run", MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long), ClassFile.ACC_PUBLIC, this::body);
        });
    }

    private ClassDesc parameter(int i) {
        return code.type().parameterType(i);
    }

    private int parameters() {
        return code.type().parameterCount();
    }

    /** An array's own type; of a scalar the one as which it lies on the operand stack. */
    private ClassDesc fieldType(int i) {
        return parameter(i).isPrimitive()
                ? TypeKind.from(parameter(i)).asLoadable().upperBound()
                : parameter(i);
    }

    private static String field(int i) {
        return "p" + i;
    }

    private void constructor(CodeBuilder c) {
        c.aload(0).invokespecial(TILE, "<init>", MTD_void);
        for (int i = 0; i < parameters(); i++) {
            c.aload(0).aload(1).loadConstant(i).aaload();
            if (parameter(i).isPrimitive()) {
                var loaded = TypeKind.from(parameter(i)).asLoadable();
                c.invokestatic(
                        TILE,
                        loaded.name().toLowerCase(Locale.ROOT) + "Of",
                        MethodTypeDesc.of(fieldType(i), CD_Object));
            } else {
                c.checkcast(parameter(i));
            }
            c.putfield(self, field(i), fieldType(i));
        }
        c.return_();
    }

    private void body(CodeBuilder c) {
        var slots = code.slotsOfParameters();
        for (int i = 0; i < parameters(); i++) {
            c.aload(0).getfield(self, field(i), fieldType(i)).storeLocal(TypeKind.from(fieldType(i)), slots[i] + SHIFT);
        }
        if (analysis.sequential().isEmpty()) {
            for (int phase = 0; phase < analysis.nests().size(); phase++) {
                new NestRewriter(c, analysis.nests().get(phase), phase).install();
            }
        }
        for (int i = 0; i < code.size(); i++) {
            insertions.getOrDefault(i, () -> {}).run();
            var replacement = replacements.get(i);
            if (replacement != null) {
                replacement.run();
            } else {
                copy(c, code.element(i));
            }
        }
    }

    private static void copy(CodeBuilder c, CodeElement element) {
        switch (element) {
            case LoadInstruction load -> c.loadLocal(load.typeKind(), load.slot() + SHIFT);
            case StoreInstruction store -> c.storeLocal(store.typeKind(), store.slot() + SHIFT);
            case IncrementInstruction increment -> c.iinc(increment.slot() + SHIFT, increment.constant());
            case LabelTarget label -> c.with(label);
            case LineNumber line -> c.with(line);
            case Instruction instruction -> c.with(instruction);
            default -> {}
        }
    }

    private void copyRange(CodeBuilder c, int from, int to) {
        for (int i = from; i < to; i++) {
            if (code.element(i) instanceof Instruction) {
                copy(c, code.element(i));
            }
        }
    }

    private int slots(int number) {
        int slot = nextSlot;
        nextSlot += number;
        return slot;
    }

    /** Rewrites starts and ends of the loops of one nest. */
    private final class NestRewriter {
        private final CodeBuilder c;
        private final LoopNest nest;
        private final int phase;
        private final int[] start;
        private final int[] trips;
        private final int[] end;
        /** Range of flattened iterations left to a level, and the number of iterations below one of its iterations. */
        private final int[] from;

        private final int[] to;
        private final int[] inner;

        NestRewriter(CodeBuilder c, LoopNest nest, int phase) {
            this.c = c;
            this.nest = nest;
            this.phase = phase;
            int depth = nest.depth();
            start = new int[depth];
            trips = new int[depth];
            end = new int[depth];
            from = new int[depth];
            to = new int[depth];
            inner = new int[depth];
            for (int m = 0; m < depth; m++) {
                start[m] = slots(1);
                trips[m] = slots(1);
                end[m] = slots(1);
                from[m] = slots(2);
                to[m] = slots(2);
                inner[m] = slots(2);
            }
        }

        void install() {
            replacements.put(nest.top().initialisation(), this::enterNest);
            insertions.put(nest.top().exit(), this::leaveNest);
            for (int m = 1; m < nest.depth(); m++) {
                int level = m;
                replacements.put(nest.levels().get(m).initialisation(), () -> enterLevel(level));
            }
            for (int m = 0; m < nest.depth(); m++) {
                var loop = nest.levels().get(m);
                int limit = end[m];
                for (int i = code.next(loop.test()); i < loop.branch(); i = code.next(i)) {
                    replacements.put(i, () -> {});
                }
                replacements.put(loop.branch(), () -> branch(loop, limit));
            }
        }

        /** {@code iload i; <end>; if...} becomes {@code iload i; iload end; if...}; the end is exclusive now. */
        private void branch(ParallelLoop loop, int limit) {
            var branch = (BranchInstruction) code.element(loop.branch());
            c.iload(limit).branch(loop.testOnTop() ? Opcode.IF_ICMPGE : Opcode.IF_ICMPLT, branch.target());
        }

        /** On the stack: the start of the outermost loop. */
        private void enterNest() {
            c.istore(start[0]);
            for (int m = 1; m < nest.depth(); m++) {
                int init = nest.levels().get(m).initialisation();
                copyRange(c, code.previous(init), init);
                c.istore(start[m]);
            }
            for (int m = 0; m < nest.depth(); m++) {
                tripCount(m);
            }
            for (int m = nest.depth() - 1; m >= 0; m--) {
                if (m == nest.depth() - 1) {
                    c.lconst_1();
                } else {
                    c.lload(inner[m + 1]).iload(trips[m + 1]).i2l().lmul();
                }
                c.lstore(inner[m]);
            }
            range();
            beginAndEnd(0);
        }

        private void leaveNest() {
            var other = c.newLabel();
            c.iload(PHASE).loadConstant(phase).if_icmpne(other).return_().labelBinding(other);
        }

        private void tripCount(int m) {
            var loop = nest.levels().get(m);
            c.iload(start[m]);
            int endFrom = code.next(loop.test());
            if (endFrom == loop.branch()) {
                c.iconst_0(); // javac compares with the constant 0 without loading it
            } else {
                copyRange(c, endFrom, loop.branch());
            }
            c.loadConstant(loop.step())
                    .loadConstant(loop.inclusive() ? 1 : 0)
                    .invokestatic(TILE, "tripCount", MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int, CD_int))
                    .istore(trips[m]);
        }

        private void range() {
            var mine = c.newLabel();
            var measured = c.newLabel();
            var done = c.newLabel();
            c.iload(PHASE).loadConstant(phase).if_icmpeq(mine);
            c.lconst_0().lstore(from[0]).lconst_0().lstore(to[0]).goto_(done);
            c.labelBinding(mine);
            c.lload(TO).lconst_0().lcmp().ifge(measured);
            for (int m = 0; m < 3; m++) {
                c.aload(0);
                if (m < nest.depth()) {
                    c.iload(trips[m]);
                } else {
                    c.iconst_1();
                }
                c.putfield(TILE, "trips" + m, CD_int);
            }
            c.return_();
            c.labelBinding(measured);
            c.lload(FROM).lstore(from[0]).lload(TO).lstore(to[0]);
            c.labelBinding(done);
        }

        /** On the stack: the start of the level's loop, which is known already. */
        private void enterLevel(int m) {
            var outer = nest.levels().get(m - 1);
            int base = slots(2);
            c.pop();
            c.iload(outer.slot() + SHIFT).iload(start[m - 1]).isub();
            if (outer.step() != 1) {
                c.loadConstant(outer.step()).idiv();
            }
            c.i2l().lload(inner[m - 1]).lmul().lstore(base);
            c.lload(from[m - 1])
                    .lload(base)
                    .invokestatic(TILE, "clipBegin", MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(from[m]);
            c.lload(to[m - 1])
                    .lload(base)
                    .lload(inner[m - 1])
                    .invokestatic(TILE, "clipEnd", MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long))
                    .lstore(to[m]);
            beginAndEnd(m);
        }

        private void beginAndEnd(int m) {
            var loop = nest.levels().get(m);
            var type = MethodTypeDesc.of(CD_int, CD_long, CD_long);
            iteration(m, from[m], "firstIteration", type);
            c.istore(loop.slot() + SHIFT);
            iteration(m, to[m], "lastIteration", type);
            c.istore(end[m]);
        }

        private void iteration(int m, int bound, String function, MethodTypeDesc type) {
            c.iload(start[m]).lload(bound).lload(inner[m]).invokestatic(TILE, function, type);
            int step = nest.levels().get(m).step();
            if (step != 1) {
                c.loadConstant(step).imul();
            }
            c.iadd();
        }
    }
}
