package tornado.attention.files.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.files.checkpoint.Pickled.Inert;
import tornado.attention.files.checkpoint.Pickled.Name;
import tornado.attention.files.checkpoint.Pickled.Storage;
import tornado.attention.files.checkpoint.Pickled.Tensor;
import tornado.attention.files.checkpoint.Pickled.Tuple;
import tornado.attention.files.safetensors.DType;

/**
 * Reads one pickle of PyTorch's, protocols 2 to 5, without executing anything: names of classes and functions stay names, and the few that
 * make tensors are known here. What is not understood is refused. Memory is bounded by the pickle's length: each opcode makes at most one
 * object.
 */
final class PickleMachine {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble BIG_DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Opcodes of a pickle, each of which makes one object at most: a state dictionary has about 50 a tensor. */
    private static final int STEPS = 1 << 20;

    /** Modules whose functions act on the machine: no file of weights has a use for them. */
    private static final Set<String> ACTING = Set.of(
            "os",
            "posix",
            "nt",
            "posixpath",
            "ntpath",
            "subprocess",
            "sys",
            "shutil",
            "socket",
            "ctypes",
            "importlib",
            "runpy",
            "pty",
            "commands",
            "code",
            "pdb",
            "timeit",
            "webbrowser",
            "operator",
            "functools",
            "types",
            "io",
            "pickle",
            "_pickle",
            "marshal",
            "multiprocessing",
            "asyncio",
            "threading",
            "signal",
            "tempfile",
            "pathlib",
            "urllib",
            "http",
            "requests",
            "platform",
            "inspect",
            "gc",
            "bdb",
            "cProfile",
            "profile",
            "idlelib",
            "pip");

    /** Of Python's own names those that are plain containers and numbers. */
    private static final Set<String> HARMLESS_BUILTINS = Set.of(
            "set",
            "frozenset",
            "list",
            "dict",
            "tuple",
            "int",
            "float",
            "bool",
            "str",
            "bytes",
            "bytearray",
            "complex",
            "object",
            "slice",
            "range",
            "long",
            "unicode");

    private static final Map<String, DType> STORAGES = Map.ofEntries(
            Map.entry("FloatStorage", DType.F32),
            Map.entry("DoubleStorage", DType.F64),
            Map.entry("HalfStorage", DType.F16),
            Map.entry("BFloat16Storage", DType.BF16),
            Map.entry("LongStorage", DType.I64),
            Map.entry("IntStorage", DType.I32),
            Map.entry("ShortStorage", DType.I16),
            Map.entry("CharStorage", DType.I8),
            Map.entry("ByteStorage", DType.U8),
            Map.entry("BoolStorage", DType.BOOL),
            Map.entry("UntypedStorage", DType.U8));

    private static final Map<String, DType> DTYPES = Map.ofEntries(
            Map.entry("float32", DType.F32),
            Map.entry("float64", DType.F64),
            Map.entry("float16", DType.F16),
            Map.entry("bfloat16", DType.BF16),
            Map.entry("int64", DType.I64),
            Map.entry("int32", DType.I32),
            Map.entry("int16", DType.I16),
            Map.entry("int8", DType.I8),
            Map.entry("uint8", DType.U8),
            Map.entry("uint16", DType.U16),
            Map.entry("uint32", DType.U32),
            Map.entry("uint64", DType.U64),
            Map.entry("bool", DType.BOOL));

    /** Axes of a tensor: PyTorch has no more. */
    private static final int MOST_AXES = 64;

    /** Calls inside calls that are looked through. */
    private static final int WRAPPED = 8;

    /** Where a tuple, list or map begins. */
    private static final Object MARK = new Object();

    private final MemorySegment bytes;
    private long at;
    private long steps;
    private final Map<String, Storage> storages = new LinkedHashMap<>();
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    private PickleMachine(MemorySegment bytes, long from) {
        this.bytes = bytes;
        this.at = from;
    }

    /** What a pickle holds, all storages it names, and the byte behind it. */
    record Result(Object value, Map<String, Storage> storages, long end) {}

    /**
     * Reads a pickle.
     *
     * @param bytes where it lies
     * @param from its first byte
     * @throws PickleException if it is not understood, or acts
     */
    static Result read(MemorySegment bytes, long from) {
        var machine = new PickleMachine(bytes, from);
        var value = machine.run();
        return new Result(value, machine.storages, machine.at);
    }

    private Object run() {
        while (true) {
            charge(1);
            int opcode = unsigned();
            if (opcode == '.') {
                return pop();
            }
            step(opcode);
        }
    }

    /** Takes note of objects that are made; of one object made many times of another, all its parts count. */
    private void charge(long objects) {
        steps += objects;
        if (steps > STEPS) {
            throw new PickleException("its pickle has more than " + STEPS
                    + " steps; it is no file of weights alone: save the" + " state_dict by itself");
        }
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol();
            case 0x95 -> skip(Long.BYTES); // FRAME
            case '(' -> stack.add(MARK);
            case '0' -> {
                last();
                stack.removeLast();
            }
            case '1' -> marked();
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'J' -> stack.add((long) take(Integer.BYTES).get(INT, 0));
            case 'K' -> stack.add((long) unsigned());
            case 'M' -> stack.add((long) Short.toUnsignedInt(take(Short.BYTES).get(SHORT, 0)));
            case 0x8a -> stack.add(integer(unsigned()));
            case 0x8b ->
                stack.add(integer(Integer.toUnsignedLong(take(Integer.BYTES).get(INT, 0))));
            case 'G' -> stack.add(take(Double.BYTES).get(BIG_DOUBLE, 0));
            case 'X' ->
                stack.add(text(Integer.toUnsignedLong(take(Integer.BYTES).get(INT, 0)), StandardCharsets.UTF_8));
            case 0x8c -> stack.add(text(unsigned(), StandardCharsets.UTF_8));
            case 0x8d -> stack.add(text(take(Long.BYTES).get(LONG, 0), StandardCharsets.UTF_8));
            case 'U', 'C' -> stack.add(text(unsigned(), StandardCharsets.ISO_8859_1));
            case 'T', 'B' ->
                stack.add(text(Integer.toUnsignedLong(take(Integer.BYTES).get(INT, 0)), StandardCharsets.ISO_8859_1));
            case ')' -> stack.add(new Tuple(List.of()));
            case 't' -> stack.add(new Tuple(marked()));
            case 0x85 -> tuple(1);
            case 0x86 -> tuple(2);
            case 0x87 -> tuple(3);
            case ']' -> stack.add(new ArrayList<>());
            case '}' -> stack.add(new LinkedHashMap<>());
            case 0x8f -> stack.add(new Inert(new Name("builtins", "set")));
            case 'a' -> append(popped(1));
            case 'e' -> append(marked());
            case 0x90 -> marked(); // ADDITEMS: what is in a set is not looked at
            case 's' -> put(popped(2));
            case 'u' -> put(marked());
            case 'c' -> stack.add(name(line(), line()));
            case 0x93 -> {
                var both = popped(2);
                if (!(both.get(0) instanceof String module) || !(both.get(1) instanceof String name)) {
                    throw corrupt("a name that is not text");
                }
                stack.add(name(module, name));
            }
            case 'R' -> {
                var both = popped(2);
                stack.add(call(both.get(0), both.get(1), 0));
            }
            case 0x81 -> {
                var both = popped(2);
                stack.add(made(both.get(0)));
            }
            case 0x92 -> {
                var all = popped(3);
                stack.add(made(all.get(0)));
            }
            case 'b' -> pop(); // BUILD: the state is let go, but for an object's class
            case 'Q' -> stack.add(storage(pop()));
            case 'q' -> memo.put((long) unsigned(), last());
            case 'r' -> memo.put(Integer.toUnsignedLong(take(Integer.BYTES).get(INT, 0)), last());
            case 0x94 -> memo.put((long) memo.size(), last());
            case 'h' -> stack.add(remembered(unsigned()));
            case 'j' ->
                stack.add(remembered(Integer.toUnsignedLong(take(Integer.BYTES).get(INT, 0))));
            default ->
                throw new PickleException(String.format(
                        "its pickle has the opcode 0x%02x, which files of weights do not use; save a state_dict with"
                                + " torch.save",
                        opcode));
        }
    }

    private void protocol() {
        int version = unsigned();
        if (version < 2 || version > 5) {
            throw new PickleException("its pickle is of protocol " + version + "; 2 to 5 are read");
        }
    }

    // ---------------------------------------------------------------------------------------------------- bytes

    private MemorySegment take(long count) {
        if (count < 0 || count > bytes.byteSize() - at) {
            throw new PickleException("its pickle ends in the middle; the file is cut short or corrupt");
        }
        var taken = bytes.asSlice(at, count);
        at += count;
        return taken;
    }

    private void skip(long count) {
        take(count);
    }

    private int unsigned() {
        return Byte.toUnsignedInt(take(1).get(ValueLayout.JAVA_BYTE, 0));
    }

    private String text(long length, Charset charset) {
        var taken = take(length);
        if (length > 1 << 24) {
            throw new PickleException("its pickle has a text of " + length + " bytes; it is no file of weights");
        }
        try {
            return charset.newDecoder().decode(taken.asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw corrupt("a text that is not " + charset);
        }
    }

    /** Text up to the end of the line. */
    private String line() {
        long from = at;
        while (unsigned() != '\n') {
            if (at - from > 1 << 12) {
                throw corrupt("a name without end");
            }
        }
        long end = at - 1;
        at = from;
        var text = text(end - from, StandardCharsets.UTF_8);
        at = end + 1;
        return text;
    }

    /** Little endian, two's complement; those that do not fit a long are let go. */
    private Object integer(long length) {
        var taken = take(length);
        if (length > Long.BYTES) {
            var big = new byte[(int) Math.min(length, 1024)];
            for (int i = 0; i < big.length; i++) {
                big[big.length - 1 - i] = taken.get(ValueLayout.JAVA_BYTE, i);
            }
            return new BigInteger(big);
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= Byte.toUnsignedLong(taken.get(ValueLayout.JAVA_BYTE, i)) << 8 * i;
        }
        int unused = (int) (Long.SIZE - 8 * length);
        return length == 0 ? 0L : value << unused >> unused;
    }

    // ---------------------------------------------------------------------------------------------------- stack

    private Object last() {
        if (stack.isEmpty()) {
            throw corrupt("an empty stack");
        }
        return stack.getLast();
    }

    private Object pop() {
        var value = last();
        if (value == MARK) {
            throw corrupt("a mark where a value is needed");
        }
        stack.removeLast();
        return value;
    }

    /** The last values, first to last. */
    private List<Object> popped(int count) {
        var values = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            values.addFirst(pop());
        }
        return values;
    }

    /** The values behind the last mark, which goes too. */
    private List<Object> marked() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw corrupt("no mark");
        }
        var behind = stack.subList(mark + 1, stack.size());
        var values = new ArrayList<>(behind);
        stack.subList(mark, stack.size()).clear();
        return values;
    }

    private void tuple(int count) {
        var items = popped(count);
        stack.add(new Tuple(items));
    }

    private Object remembered(long index) {
        if (!memo.containsKey(index)) {
            throw corrupt("a reference to object " + index + ", which it never made");
        }
        return memo.get(index);
    }

    private void append(List<Object> more) {
        if (last() instanceof ArrayList<?> list) {
            @SuppressWarnings("unchecked") // lists are made here
            var items = (List<Object>) list;
            items.addAll(more);
        } else if (!(last() instanceof Inert)) {
            throw corrupt("a list that is none");
        }
    }

    private void put(List<Object> pairs) {
        if (pairs.size() % 2 != 0) {
            throw corrupt("a key without a value");
        }
        if (last() instanceof LinkedHashMap<?, ?> map) {
            @SuppressWarnings("unchecked") // maps are made here
            var entries = (Map<Object, Object>) map;
            for (int i = 0; i < pairs.size(); i += 2) {
                // Other keys could be anything, even the map itself; only names are asked for.
                if (pairs.get(i) instanceof String || pairs.get(i) instanceof Long) {
                    entries.put(pairs.get(i), pairs.get(i + 1));
                }
            }
        } else if (!(last() instanceof Inert)) {
            throw corrupt("a map that is none");
        }
    }

    private static PickleException corrupt(String what) {
        return new PickleException("its pickle has " + what + "; the file is corrupt");
    }

    // ---------------------------------------------------------------------------------------------------- names

    private static Name name(String module, String name) {
        var top = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
        boolean builtin = top.equals("builtins") || top.equals("__builtin__");
        if (ACTING.contains(top) || builtin && !HARMLESS_BUILTINS.contains(name)) {
            throw new PickleException("it asks for " + Pickled.shown(module + "." + name)
                    + ", which acts on the machine that reads it and which weights have no use for; do not open this"
                    + " file with anything that executes it");
        }
        return new Name(module, name);
    }

    /** An object of a class without its arguments. */
    private static Object made(Object type) {
        if (!(type instanceof Name name)) {
            throw corrupt("an object of a class that is none");
        }
        return name.name().equals("OrderedDict") ? new LinkedHashMap<>() : new Inert(name);
    }

    private Object call(Object function, Object arguments, int depth) {
        if (!(function instanceof Name name) || !(arguments instanceof Tuple all)) {
            throw corrupt("a call of something that is no function");
        }
        return switch (name.toString()) {
            case "collections.OrderedDict" -> ordered(all);
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> tensor(all, null);
            case "torch._utils._rebuild_tensor_v3" -> tensor(all, dtype(all.at(6)));
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> all.at(0);
            case "torch._tensor._rebuild_from_type_v2" ->
                all.at(2) instanceof Tuple inner && depth < WRAPPED
                        ? call(all.at(0), inner, depth + 1)
                        : new Inert(name);
            case "torch.Size" -> all.at(0) instanceof Tuple sizes ? sizes : new Inert(name);
            default -> new Inert(name);
        };
    }

    /** {@code OrderedDict()} or {@code OrderedDict([(key, value), ...])}. */
    private Object ordered(Tuple arguments) {
        var map = new LinkedHashMap<Object, Object>();
        if (!arguments.items().isEmpty() && arguments.at(0) instanceof List<?> pairs) {
            charge(pairs.size());
            for (var pair : pairs) {
                if (pair instanceof Tuple both && both.at(0) instanceof String key) {
                    map.put(key, both.at(1));
                } else if (pair instanceof List<?> two && two.size() == 2 && two.get(0) instanceof String key) {
                    map.put(key, two.get(1));
                }
            }
        }
        return map;
    }

    private static DType dtype(Object name) {
        var dtype = name instanceof Name n && n.module().equals("torch") ? DTYPES.get(n.name()) : null;
        if (dtype == null) {
            throw new PickleException("a tensor is of type " + Pickled.shown(name) + ", which is not known");
        }
        return dtype;
    }

    private static Tensor tensor(Tuple arguments, DType given) {
        if (!(arguments.at(0) instanceof Storage storage)
                || !(arguments.at(2) instanceof Tuple sizes)
                || !(arguments.at(3) instanceof Tuple strides)
                || sizes.items().size() != strides.items().size()
                || sizes.items().size() > MOST_AXES) {
            throw corrupt("a tensor without storage, sizes or strides, or with more than " + MOST_AXES + " axes");
        }
        long offset = Pickled.count(arguments.at(1), "offset");
        return new Tensor(
                storage,
                given == null ? storage.dtype() : given,
                offset,
                sizes.counts("size"),
                strides.counts("stride"));
    }

    /** {@code ('storage', class, key, location, elements, view)}. */
    private Storage storage(Object id) {
        if (!(id instanceof Tuple all) || !"storage".equals(all.at(0)) || !(all.at(2) instanceof String key)) {
            throw corrupt("a persistent object that is no storage");
        }
        var type =
                all.at(1) instanceof Name name && name.module().startsWith("torch") ? STORAGES.get(name.name()) : null;
        if (type == null) {
            throw new PickleException("a tensor lies in " + Pickled.shown(all.at(1)) + ", a type that is not read");
        }
        long first = 0;
        if (all.items().size() > 5 && all.at(5) instanceof Tuple view) {
            first = Pickled.count(view.at(1), "offset");
        }
        var storage = new Storage(key, type, Pickled.count(all.at(4), "number of elements"), first);
        storages.putIfAbsent(key, storage);
        return storage;
    }
}
