package tornado.attention.embedded.internal.runtime;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tornado.attention.embedded.internal.compiler.KernelCompiler;
import tornado.attention.embedded.internal.compiler.analysis.ArrayAccess;
import tornado.attention.embedded.internal.compiler.analysis.KernelMethod;
import tornado.attention.embedded.internal.workgroup.GroupKernel;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;

/** A task graph while it is being built. Every error names the graph and the task. */
public final class GraphBuilder {

    private final String name;
    private final Map<String, GraphTask> tasks = new LinkedHashMap<>();

    // Arrays are the same array only if they are the same object; the list keeps the order of their first mention.
    private final IdentityHashMap<Object, Integer> positions = new IdentityHashMap<>();
    private final List<ArrayUse> arrays = new ArrayList<>();

    /** An empty graph. */
    public GraphBuilder(String name) {
        if (name == null || name.isBlank()) {
            throw new TornadoRuntimeException("A task graph needs a name that is not empty.");
        }
        this.name = name;
    }

    /** Name of the graph. */
    public String name() {
        return name;
    }

    /**
     * Resolves and compiles a kernel and appends it as a task.
     *
     * @param id name of the task, unique in the graph
     * @param code reference to a static method
     * @param arguments of the method, in order
     */
    public void task(String id, Object code, Object... arguments) {
        if (id == null || id.isBlank()) {
            throw new TornadoTaskRuntimeException("A task of graph " + name + " needs a name that is not empty.");
        }
        var fullName = name + "." + id;
        if (tasks.containsKey(id)) {
            throw new TornadoTaskRuntimeException(
                    "There is a task " + fullName + " already: give each task of a graph a name of its own.");
        }
        if (code == null) {
            throw new TornadoTaskRuntimeException("Task " + fullName + " has no kernel: give it a method reference.");
        }
        for (int i = 0; i < arguments.length; i++) {
            checkArgument(fullName, i, arguments[i]);
        }
        long start = System.nanoTime();
        var method = KernelMethod.resolve(fullName, code);
        var kernel = compile(fullName, method, arguments);
        tasks.put(id, new GraphTask(name, id, kernel, List.of(arguments), System.nanoTime() - start));
        noteUses(ArrayAccess.of(method), arguments);
    }

    private void noteUses(List<ArrayAccess.Use> uses, Object[] arguments) {
        // An array that is given twice is one array, with both uses.
        var together = new IdentityHashMap<Object, ArrayAccess.Use>();
        for (int i = 0; i < arguments.length; i++) {
            if (Storage.isSupported(arguments[i])) {
                together.merge(arguments[i], uses.get(i), ArrayAccess.Use::or);
            }
        }
        for (var argument : arguments) {
            var use = together.remove(argument);
            if (use != null) {
                change(argument, array -> array.asArgument(use));
            }
        }
    }

    private static GraphTask.Kernel compile(String fullName, KernelMethod method, Object[] arguments) {
        for (var argument : arguments) {
            if (argument instanceof KernelContext) {
                return new GraphTask.Groups(GroupKernel.of(fullName, method));
            }
        }
        return new GraphTask.Loops(KernelCompiler.compile(fullName, method, arguments));
    }

    private static void checkArgument(String fullName, int index, Object argument) {
        if (argument == null) {
            throw new TornadoTaskRuntimeException("Argument " + (index + 1) + " of task " + fullName
                    + " is null: allocate its array before the task is added.");
        }
        if (!isScalar(argument) && !(argument instanceof KernelContext) && !Storage.isSupported(argument)) {
            throw new TornadoTaskRuntimeException("Argument " + (index + 1) + " of task " + fullName + " is a "
                    + argument.getClass().getName()
                    + ": a kernel takes numbers, TornadoVM's arrays, vectors and matrices, and one KernelContext.");
        }
    }

    private static boolean isScalar(Object argument) {
        return switch (argument) {
            case Integer _, Long _, Float _, Double _, Short _, Byte _, Character _ -> true;
            default -> false;
        };
    }

    /** Declares arrays the tasks read; numbers are ignored, as they are part of the compiled kernel. */
    public void transferToDevice(int mode, Object... objects) {
        var up = switch (mode) {
            case DataTransferMode.FIRST_EXECUTION -> ArrayUse.Up.FIRST_RUN;
            case DataTransferMode.EVERY_EXECUTION -> ArrayUse.Up.EVERY_RUN;
            case DataTransferMode.UNDER_DEMAND -> ArrayUse.Up.NEVER;
            default -> throw unknownMode(mode);
        };
        for (var object : checked("transferToDevice", objects)) {
            if (!isScalar(object)) {
                // What is taken over stays so: the next graph's data must not be overwritten by the host's.
                change(object, use -> use.up() == ArrayUse.Up.TAKEN_OVER ? use : use.with(up));
            }
        }
    }

    /** Declares arrays the tasks write. */
    public void transferToHost(int mode, Object... objects) {
        if (mode != DataTransferMode.FIRST_EXECUTION
                && mode != DataTransferMode.EVERY_EXECUTION
                && mode != DataTransferMode.UNDER_DEMAND) {
            throw unknownMode(mode);
        }
        for (var object : checked("transferToHost", objects)) {
            checkNoScalar("transferToHost", object);
            change(object, mode == DataTransferMode.UNDER_DEMAND ? ArrayUse::keptOnDevice : ArrayUse::broughtDown);
        }
    }

    /** Keeps arrays on the device for the graph that runs next. */
    public void persistOnDevice(Object... objects) {
        for (var object : checked("persistOnDevice", objects)) {
            checkNoScalar("persistOnDevice", object);
            change(object, ArrayUse::keptOnDevice);
        }
    }

    /** Takes arrays over from the graph that runs immediately before this one, by that graph's name. */
    public void consumeFromDevice(String source, Object... objects) {
        if (source == null || source.isBlank()) {
            throw new TornadoRuntimeException("consumeFromDevice of graph " + name
                    + " names no source: give the name of the graph that persists the arrays.");
        }
        consume(source, objects);
    }

    /** Takes arrays over from whichever graph runs immediately before this one. */
    public void consumeFromDevice(Object... objects) {
        consume("", objects);
    }

    private void consume(String source, Object... objects) {
        for (var object : checked("consumeFromDevice", objects)) {
            checkNoScalar("consumeFromDevice", object);
            // What was taken over may be handed on.
            change(object, use -> use.takenOverFrom(source));
        }
    }

    /** The graph as it is now. */
    public GraphDefinition snapshot() {
        if (tasks.isEmpty()) {
            throw new TornadoRuntimeException("Graph " + name + " has no task: add one before its snapshot.");
        }
        return new GraphDefinition(name, List.copyOf(tasks.values()), arrays);
    }

    private void change(Object object, UnaryOperator<ArrayUse> change) {
        int position = positions.computeIfAbsent(object, o -> {
            arrays.add(ArrayUse.of(o));
            return arrays.size() - 1;
        });
        arrays.set(position, change.apply(arrays.get(position)));
    }

    private Object[] checked(String method, Object... objects) {
        if (objects == null) {
            throw new TornadoRuntimeException(method + " of graph " + name + " got null instead of arrays.");
        }
        for (int i = 0; i < objects.length; i++) {
            if (objects[i] == null) {
                throw new TornadoRuntimeException(
                        "Array " + (i + 1) + " of " + method + " of graph " + name + " is null: allocate it first.");
            }
            if (!isScalar(objects[i]) && !Storage.isSupported(objects[i])) {
                throw new TornadoRuntimeException("A " + objects[i].getClass().getName() + " cannot be transferred ("
                        + method + " of graph " + name + "): use one of TornadoVM's arrays, vectors or matrices.");
            }
        }
        return objects;
    }

    private void checkNoScalar(String method, Object object) {
        if (isScalar(object)) {
            throw new TornadoRuntimeException(
                    method + " of graph " + name + " got the number " + object + ": use an array of one element.");
        }
    }

    private TornadoRuntimeException unknownMode(int mode) {
        return new TornadoRuntimeException("There is no data transfer mode " + mode + " (graph " + name
                + "): use a constant of DataTransferMode.");
    }
}
