package tornado.attention.tasks;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A tensor of a chain: a name, a shape and, once the chain has been laid out, the array that holds it. Elements are FP32,
 * row-major.
 *
 * <p>Tensors are made by a {@link TaskChain}; their identity is what matters, so they have no value equality.
 */
public final class Tensor {
    /** What a tensor is to its chain, hence when it crosses between host and device. */
    public enum Role {
        /** Goes up before each run. */
        INPUT,
        /** Goes up once. */
        WEIGHT,
        /** Goes up once, is updated on the device, comes down when asked for. */
        STATE,
        /** Made by a task; stays on the device unless it is an output. */
        INTERMEDIATE,
        /** An array of the user's own task graph: the chain moves it nowhere. */
        FOREIGN
    }

    private final String name;
    private final Shape shape;
    private final Role role;
    private final int elements;
    private final Tensor base;
    private final Object owner;
    private final Weight weight;
    private FloatArray array;

    /** A tensor of a chain that holds a weight, whose elements are made when somebody asks for them. */
    static Tensor ofWeight(Object owner, String name, Weight weight) {
        return new Tensor(owner, name, weight.shape(), Role.WEIGHT, null, weight);
    }

    /** A tensor of the chain {@code owner}; {@code array} is null where the chain's layout will assign one. */
    Tensor(Object owner, String name, Shape shape, Role role, FloatArray array) {
        this(owner, name, shape, role, array, null);
    }

    private Tensor(Object owner, String name, Shape shape, Role role, FloatArray array, Weight weight) {
        this.weight = weight;
        this.owner = owner;
        this.name = name;
        this.shape = shape;
        this.role = role;
        this.elements = shape.elementsOf(name);
        if (array != null && array.getSize() < elements) {
            throw new IllegalArgumentException("Tensor '" + name + "' of shape " + shape + " needs " + elements
                    + " elements, but its array has " + array.getSize() + "; give an array of that size.");
        }
        this.array = array;
        this.base = this;
    }

    private Tensor(Tensor base, Shape shape) {
        this.owner = base.owner;
        this.name = base.name;
        this.shape = shape;
        this.role = base.role;
        this.elements = base.elements;
        this.weight = null;
        this.base = base;
    }

    /** Unique within the chain, such as {@code gc.context}. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    /** What it is to its chain. */
    public Role role() {
        return role;
    }

    /** Number of elements. */
    public int elements() {
        return elements;
    }

    /** Size in bytes. */
    public long bytes() {
        return (long) elements * Float.BYTES;
    }

    /**
     * The array that holds the tensor; it may be longer than the tensor, because buffers are reused.
     *
     * @throws IllegalStateException before the chain has been laid out
     */
    public FloatArray array() {
        if (base.array == null && base.weight != null) {
            base.array = base.weight.values();
        }
        if (base.array == null) {
            throw new IllegalStateException("Tensor '" + name
                    + "' has no array yet; buffers are assigned when the chain is compiled or emitted.");
        }
        return base.array;
    }

    Tensor viewAs(Shape other) {
        return new Tensor(base, other);
    }

    /** The tensor whose elements this one shows; itself unless it is a view. */
    Tensor base() {
        return base;
    }

    boolean belongsTo(Object chain) {
        return owner == chain;
    }

    boolean hasArray() {
        return base.array != null;
    }

    void assign(FloatArray buffer) {
        array = buffer;
    }

    @Override
    public String toString() {
        return name + "[" + shape + "]";
    }
}
