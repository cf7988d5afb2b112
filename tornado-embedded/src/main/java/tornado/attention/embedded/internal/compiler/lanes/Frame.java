package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.ArrayRef;
import tornado.attention.embedded.internal.compiler.ir.Expr.Argument;
import tornado.attention.embedded.internal.compiler.ir.Local;

/** The local slots of one generated method. */
final class Frame {
    private record Place(Local local, boolean vector, int row, int unit) {}

    private final CodeBuilder c;
    private final ClassDesc self;
    private final Set<Local> merging;
    private final Map<Place, Integer> places = new HashMap<>();
    private final Map<ArrayRef, Integer> arrays = new HashMap<>();
    private final Map<Argument, Integer> arguments = new HashMap<>();
    private int next;
    private int lastUnit = -1;
    private Optional<Local> rowIndex = Optional.empty();
    private int rowStep;

    /**
     * Begins a method.
     *
     * @param parameters slots its parameters take, {@code this} included
     * @param merging variables that may have got their value on several paths
     */
    Frame(CodeBuilder c, ClassDesc self, int parameters, Set<Local> merging) {
        this.c = c;
        this.self = self;
        this.next = parameters;
        this.merging = merging;
    }

    /** The generated class. */
    ClassDesc self() {
        return self;
    }

    /**
     * Whether HotSpot knows the class of the vector in a variable and not only that it is some vector of floats. Where paths
     * meet, in front of a loop for example, it takes the type that the bytecode declares. A method called on such a value is
     * compiled to a real call with an object for each vector, unless HotSpot has seen the call run often enough before;
     * so methods are only called on values whose class is known, and others are their arguments.
     */
    boolean hasKnownClass(Local local) {
        return !merging.contains(local);
    }

    /** Loads arrays from the fields into locals, so that the JIT sees that they do not change. */
    void loadArrays(Iterable<ArrayRef> used) {
        for (var array : used) {
            int slot = allocate(1);
            c.aload(0).getfield(self, fieldOf(array), arrayType(array)).astore(slot);
            arrays.put(array, slot);
        }
    }

    /** Loads scalar arguments from the fields into locals. */
    void loadArguments(Iterable<Argument> used) {
        for (var argument : used) {
            int slot = allocate(argument.kind().type().slotSize());
            var type = argument.kind().type();
            c.aload(0).getfield(self, fieldOf(argument), type.upperBound()).storeLocal(type, slot);
            arguments.put(argument, slot);
        }
    }

    static String fieldOf(Argument argument) {
        return "s" + argument.parameter();
    }

    int argument(Argument argument) {
        return arguments.get(argument);
    }

    static String fieldOf(ArrayRef array) {
        return "a" + array.parameter();
    }

    static ClassDesc arrayType(ArrayRef array) {
        return array.element().upperBound().arrayType();
    }

    int array(ArrayRef array) {
        return arrays.get(array);
    }

    /** Slot of a scalar variable, or of the scalar that stands for a linear one. */
    int scalar(Local local, int row) {
        return places.computeIfAbsent(
                new Place(local, false, row, 0),
                p -> allocate(local.kind().type().slotSize()));
    }

    /** Slot of a variable kept as a vector. */
    int vector(Local local, int row, int unit) {
        return places.computeIfAbsent(new Place(local, true, row, unit), p -> allocate(1));
    }

    /** Tells the loop whose iterations are the rows of this method. */
    void rowsOf(Local index, int step) {
        rowIndex = Optional.of(index);
        rowStep = step;
    }

    /** Index of the loop whose iterations are rows. */
    Optional<Local> rowIndex() {
        return rowIndex;
    }

    /** What is added to that index from row to row. */
    int rowStep() {
        return rowStep;
    }

    /** Slot of the first iteration of the last vector, where it begins so that it ends with the loop. */
    int lastUnit() {
        if (lastUnit < 0) {
            lastUnit = allocate(1);
        }
        return lastUnit;
    }

    int allocate(int slots) {
        int slot = next;
        next += slots;
        return slot;
    }
}
