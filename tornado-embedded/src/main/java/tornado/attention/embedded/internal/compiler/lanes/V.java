package tornado.attention.embedded.internal.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import tornado.attention.embedded.internal.compiler.ir.Kind;

/**
 * The instructions of the Vector API that generated code uses, for one number of lanes. The API is named by descriptors
 * only: the engine itself compiles and runs without the incubator module.
 *
 * @param lanes number of 32-bit lanes: 4, 8 or 16
 */
record V(int lanes) {
    private static final String PACKAGE = "jdk.incubator.vector.";
    static final ClassDesc FLOATS = ClassDesc.of(PACKAGE + "FloatVector");
    static final ClassDesc INTS = ClassDesc.of(PACKAGE + "IntVector");
    static final ClassDesc VECTOR = ClassDesc.of(PACKAGE + "Vector");
    static final ClassDesc MASK = ClassDesc.of(PACKAGE + "VectorMask");
    static final ClassDesc SHUFFLE = ClassDesc.of(PACKAGE + "VectorShuffle");
    static final ClassDesc SPECIES = ClassDesc.of(PACKAGE + "VectorSpecies");
    private static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE + "VectorOperators");
    private static final ClassDesc BINARY = ClassDesc.of(PACKAGE + "VectorOperators$Binary");
    private static final ClassDesc COMPARISON = ClassDesc.of(PACKAGE + "VectorOperators$Comparison");
    private static final ClassDesc ASSOCIATIVE = ClassDesc.of(PACKAGE + "VectorOperators$Associative");
    private static final ClassDesc CONVERSION = ClassDesc.of(PACKAGE + "VectorOperators$Conversion");

    static ClassDesc vector(Kind kind) {
        return kind == Kind.FLOAT ? FLOATS : INTS;
    }

    private static ClassDesc scalar(Kind kind) {
        return kind == Kind.FLOAT ? CD_float : CD_int;
    }

    /** Pushes the species of a kind. */
    void species(CodeBuilder c, Kind kind) {
        c.getstatic(vector(kind), "SPECIES_" + lanes * 32, SPECIES);
    }

    /** scalar -> vector. */
    void broadcast(CodeBuilder c, Kind kind) {
        // The species has to lie below the scalar; both are one slot.
        species(c, kind);
        c.swap().invokestatic(vector(kind), "broadcast", MethodTypeDesc.of(vector(kind), SPECIES, scalar(kind)));
    }

    /** int vector -> the same plus the number of each lane. */
    void addLaneNumbers(CodeBuilder c) {
        c.iconst_1().invokevirtual(INTS, "addIndex", MethodTypeDesc.of(INTS, CD_int));
    }

    /** array, index -> vector; with the mask below on the stack: species, array, index, mask -> vector. */
    void load(CodeBuilder c, Kind kind, boolean masked) {
        var array = scalar(kind).arrayType();
        var type = masked
                ? MethodTypeDesc.of(vector(kind), SPECIES, array, CD_int, MASK)
                : MethodTypeDesc.of(vector(kind), SPECIES, array, CD_int);
        c.invokestatic(vector(kind), "fromArray", type);
    }

    /** species, array, 0, map, 0 [, mask] -> vector of the elements at the map's indices. */
    void gather(CodeBuilder c, Kind kind, boolean masked) {
        var array = scalar(kind).arrayType();
        var map = CD_int.arrayType();
        var type = masked
                ? MethodTypeDesc.of(vector(kind), SPECIES, array, CD_int, map, CD_int, MASK)
                : MethodTypeDesc.of(vector(kind), SPECIES, array, CD_int, map, CD_int);
        c.invokestatic(vector(kind), "fromArray", type);
    }

    /** vector, array, index [, mask] ->. */
    void store(CodeBuilder c, Kind kind, boolean masked) {
        var array = scalar(kind).arrayType();
        var type = masked ? MethodTypeDesc.of(CD_void, array, CD_int, MASK) : MethodTypeDesc.of(CD_void, array, CD_int);
        c.invokevirtual(vector(kind), "intoArray", type);
    }

    /** vector, vector -> vector by a method such as add. */
    void binary(CodeBuilder c, Kind kind, String method) {
        c.invokevirtual(vector(kind), method, MethodTypeDesc.of(vector(kind), VECTOR));
    }

    /** vector -> the same, times one, as the result of a call that tells its class. */
    void sameOfKnownClass(CodeBuilder c, Kind kind) {
        species(c, kind);
        if (kind == Kind.FLOAT) {
            c.fconst_1();
        } else {
            c.iconst_1();
        }
        c.invokestatic(vector(kind), "broadcast", MethodTypeDesc.of(vector(kind), SPECIES, scalar(kind)));
        c.swap();
        binary(c, kind, "mul");
    }

    /** vector -> vector by a method such as neg. */
    void unary(CodeBuilder c, Kind kind, String method) {
        c.invokevirtual(vector(kind), method, MethodTypeDesc.of(vector(kind)));
    }

    /** a, b, c -> a * b + c. */
    void fma(CodeBuilder c) {
        c.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
    }

    /** Pushes AND, OR or XOR for {@link #lanewise}. */
    void logicOperator(CodeBuilder c, String name) {
        c.getstatic(OPERATORS, name, ASSOCIATIVE);
    }

    /** Pushes LSHL, ASHR or LSHR for {@link #shift}. */
    void shiftOperator(CodeBuilder c, String name) {
        c.getstatic(OPERATORS, name, BINARY);
    }

    /** int vector, operator, int vector -> int vector. */
    void lanewise(CodeBuilder c) {
        c.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
    }

    /** int vector, operator, int -> int vector. */
    void shift(CodeBuilder c) {
        c.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
    }

    /** Bits of floats as ints, or of ints as floats. */
    void reinterpret(CodeBuilder c, Kind to) {
        if (to == Kind.INT) {
            c.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
        } else {
            c.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
        }
    }

    /** Values of floats as ints (towards zero, limited), or of ints as floats. */
    void convert(CodeBuilder c, Kind to) {
        c.getstatic(OPERATORS, to == Kind.INT ? "F2I" : "I2F", CONVERSION)
                .iconst_0()
                .invokevirtual(VECTOR, "convert", MethodTypeDesc.of(VECTOR, CONVERSION, CD_int))
                .checkcast(vector(to));
    }

    /** Pushes a comparison operator: LT, LE, GT, GE, EQ or NE. */
    void comparison(CodeBuilder c, String name) {
        c.getstatic(OPERATORS, name, COMPARISON);
    }

    /** vector, comparison, vector -> mask of floats. */
    void compare(CodeBuilder c, Kind kind) {
        c.invokevirtual(vector(kind), "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
        if (kind != Kind.FLOAT) {
            castMask(c, Kind.FLOAT);
        }
    }

    /** mask -> mask for vectors of a kind. */
    void castMask(CodeBuilder c, Kind kind) {
        species(c, kind);
        c.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
    }

    /** no, yes, mask -> yes where the mask is set. */
    void blend(CodeBuilder c, Kind kind) {
        if (kind != Kind.FLOAT) {
            castMask(c, kind);
        }
        c.invokevirtual(vector(kind), "blend", MethodTypeDesc.of(vector(kind), VECTOR, MASK));
    }

    /** mask, mask -> mask. */
    void and(CodeBuilder c) {
        c.invokevirtual(MASK, "and", MethodTypeDesc.of(MASK, MASK));
    }

    /** mask -> mask. */
    void not(CodeBuilder c) {
        c.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
    }

    /** mask -> a bit for each lane. */
    void bits(CodeBuilder c) {
        c.invokevirtual(MASK, "toLong", MethodTypeDesc.of(CD_long));
    }

    /** mask -> whether any lane is set. */
    void anyTrue(CodeBuilder c) {
        c.invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean));
    }

    /** boolean -> mask. */
    void maskAll(CodeBuilder c) {
        species(c, Kind.FLOAT);
        c.swap().invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, CD_boolean));
    }

    /** species, from, to -> mask of the lanes that are still inside. */
    void indexInRange(CodeBuilder c) {
        c.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
    }

    /** floats, shuffle -> floats. */
    void rearrange(CodeBuilder c) {
        c.invokevirtual(FLOATS, "rearrange", MethodTypeDesc.of(FLOATS, SHUFFLE));
    }

    /** floats -> the first lane. */
    void first(CodeBuilder c) {
        c.iconst_0().invokevirtual(FLOATS, "lane", MethodTypeDesc.of(CD_float, CD_int));
    }

    /** vector -> its lanes combined by an operation whose result does not depend on the order. */
    void combine(CodeBuilder c, Kind kind, String name) {
        c.getstatic(OPERATORS, name, ASSOCIATIVE)
                .invokevirtual(vector(kind), "reduceLanes", MethodTypeDesc.of(scalar(kind), ASSOCIATIVE));
    }

    /** ints -> the first lane. */
    void firstInt(CodeBuilder c) {
        c.iconst_0().invokevirtual(INTS, "lane", MethodTypeDesc.of(CD_int, CD_int));
    }

    /** Name of the constant that puts the even lanes of floats in front, and behind as well. */
    String evenName() {
        return "EVEN_" + lanes;
    }

    /** Pushes a new shuffle that does. */
    void newEven(CodeBuilder c) {
        species(c, Kind.FLOAT);
        c.iconst_0()
                .iconst_2()
                .iconst_1()
                .invokestatic(SHUFFLE, "iota", MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int, CD_int, CD_boolean));
    }

    /** Name of the constant that puts the odd lanes of floats in front, and behind as well. */
    String oddName() {
        return "ODD_" + lanes;
    }

    /** Pushes a new shuffle that does. */
    void newOdd(CodeBuilder c) {
        species(c, Kind.FLOAT);
        c.iconst_1()
                .iconst_2()
                .iconst_1()
                .invokestatic(SHUFFLE, "iota", MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int, CD_int, CD_boolean));
    }

    /** Name of the constant mask of the first half of the lanes. */
    String lowerName() {
        return "LOWER_" + lanes;
    }

    /** Pushes a new mask of the first half of the lanes. */
    void newLower(CodeBuilder c) {
        species(c, Kind.FLOAT);
        c.loadConstant(lanes / 2).loadConstant(lanes);
        indexInRange(c);
    }

    /** Name of the constant that rotates the lanes of floats. */
    String rotationName(int by) {
        return "ROTATE_" + lanes + "_" + by;
    }

    /** Pushes a new shuffle that rotates the lanes of floats. */
    void newRotation(CodeBuilder c, int by) {
        species(c, Kind.FLOAT);
        c.loadConstant(by)
                .iconst_1()
                .iconst_1()
                .invokestatic(SHUFFLE, "iota", MethodTypeDesc.of(SHUFFLE, SPECIES, CD_int, CD_int, CD_boolean));
    }
}
