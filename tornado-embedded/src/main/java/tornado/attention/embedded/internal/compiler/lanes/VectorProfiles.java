package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tornado.attention.embedded.internal.compiler.ir.Kind;

/**
 * Shows HotSpot the Vector API before the first kernel does.
 *
 * <p>Methods of the API check that two vectors are of one kind, which they always are. C2 leaves the way to the error out where a check has
 * been seen a thousand times. Where it has not, the error is a call that wants vectors as objects, so all of them are made: such a kernel takes 25
 * times as long, for good or until it is compiled once more. That was so of every second first kernel. Here a method with most of what kernels do
 * runs some hundred times on a thread of its own, while the first kernels are analysed and generated.
 */
final class VectorProfiles {
    private static final int ROUNDS = 400;

    /** Turns of what is done most in a round: then checks are seen before everything else. */
    private static final int TURNS = 4;

    private static final int LENGTH = 64;

    private static final Set<Integer> BEGUN = ConcurrentHashMap.newKeySet();

    private static final ClassDesc NAME = ClassDesc.of(VectorProfiles.class.getPackageName(), "VectorRound");
    private static final int FLOATS = 1;
    private static final int INTS = 2;
    private static final int X = 3;
    private static final int Y = 4;
    private static final int SUM = 5;
    private static final int MASK = 6;
    private static final int WHOLE = 7;

    private VectorProfiles() {}

    /** Begins once for each number of lanes. */
    static void begin(int lanes) {
        if (BEGUN.add(lanes)) {
            Thread.ofPlatform().daemon().name("tornado-embedded-vectors").start(() -> run(round(lanes)));
        }
    }

    private static void run(Runnable round) {
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
    }

    /** One round on arrays of its own. */
    static Runnable round(int lanes) {
        var bytes = ClassFile.of()
                .build(
                        NAME,
                        builder -> builder.withInterfaceSymbols(ClassDesc.of(Runnable.class.getName()))
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        AccessFlag.PUBLIC.mask(),
                                        c -> c.aload(0)
                                                .invokespecial(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody(
                                        "run",
                                        MethodTypeDesc.of(ConstantDescs.CD_void),
                                        AccessFlag.PUBLIC.mask(),
                                        c -> body(c, new V(lanes))));
        try {
            var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
            return (Runnable) lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("The round of vectors cannot be run.", e);
        }
    }

    private static void body(CodeBuilder c, V v) {
        c.loadConstant(LENGTH).newarray(TypeKind.FLOAT).astore(FLOATS);
        c.loadConstant(LENGTH).newarray(TypeKind.INT).astore(INTS);
        load(c, v, Kind.FLOAT, X);
        load(c, v, Kind.FLOAT, Y);
        load(c, v, Kind.INT, WHOLE);
        c.fconst_0();
        v.broadcast(c, Kind.FLOAT);
        c.astore(SUM);
        for (int i = 0; i < TURNS; i++) {
            floats(c, v);
        }
        masks(c, v);
        ints(c, v);
        between(c, v);
        c.return_();
    }

    private static void load(CodeBuilder c, V v, Kind kind, int to) {
        v.species(c, kind);
        c.aload(kind == Kind.FLOAT ? FLOATS : INTS).iconst_0();
        v.load(c, kind, false);
        c.astore(to);
    }

    private static void floats(CodeBuilder c, V v) {
        c.aload(X).aload(Y).aload(SUM);
        v.fma(c);
        c.astore(SUM);
        for (var method : new String[] {"add", "mul", "sub", "max", "min", "div"}) {
            c.aload(SUM).aload(X);
            v.binary(c, Kind.FLOAT, method);
            c.astore(SUM);
        }
        for (var method : new String[] {"neg", "abs", "sqrt"}) {
            c.aload(SUM);
            v.unary(c, Kind.FLOAT, method);
            c.astore(SUM);
        }
        c.aload(SUM).aload(FLOATS).iconst_0();
        v.store(c, Kind.FLOAT, false);
    }

    private static void masks(CodeBuilder c, V v) {
        c.aload(X);
        v.comparison(c, "GT");
        c.aload(Y);
        v.compare(c, Kind.FLOAT);
        c.astore(MASK);
        c.aload(MASK).iconst_1();
        v.maskAll(c);
        v.and(c);
        v.not(c);
        c.astore(MASK);
        c.aload(SUM).aload(X).aload(MASK);
        v.blend(c, Kind.FLOAT);
        c.astore(SUM);
        v.species(c, Kind.FLOAT);
        c.iconst_0().loadConstant(v.lanes() - 1);
        v.indexInRange(c);
        c.astore(MASK);
        v.species(c, Kind.FLOAT);
        c.aload(FLOATS).iconst_0().aload(MASK);
        v.load(c, Kind.FLOAT, true);
        c.aload(FLOATS).iconst_0().aload(MASK);
        v.store(c, Kind.FLOAT, true);
        c.aload(MASK);
        v.anyTrue(c);
        c.pop();
    }

    private static void ints(CodeBuilder c, V v) {
        for (var method : new String[] {"add", "mul", "sub", "max", "min"}) {
            c.aload(WHOLE).aload(WHOLE);
            v.binary(c, Kind.INT, method);
            c.astore(WHOLE);
        }
        c.aload(WHOLE);
        v.logicOperator(c, "AND");
        c.aload(WHOLE);
        v.lanewise(c);
        v.shiftOperator(c, "LSHL");
        c.iconst_1();
        v.shift(c);
        v.addLaneNumbers(c);
        c.astore(WHOLE);
        c.aload(WHOLE);
        v.comparison(c, "LT");
        c.aload(WHOLE);
        v.compare(c, Kind.INT);
        c.astore(MASK);
        c.aload(WHOLE).aload(WHOLE).aload(MASK);
        v.blend(c, Kind.INT);
        c.aload(INTS).iconst_0();
        v.store(c, Kind.INT, false);
    }

    /** From one kind to the other, and out of vectors. */
    private static void between(CodeBuilder c, V v) {
        c.aload(WHOLE);
        v.convert(c, Kind.FLOAT);
        v.convert(c, Kind.INT);
        v.reinterpret(c, Kind.FLOAT);
        v.reinterpret(c, Kind.INT);
        c.astore(WHOLE);
        c.aload(SUM);
        v.newRotation(c, 1);
        v.rearrange(c);
        v.combine(c, Kind.FLOAT, "MAX");
        c.pop();
    }
}
