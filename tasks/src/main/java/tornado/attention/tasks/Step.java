package tornado.attention.tasks;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import tornado.attention.tasks.Launch.Argument;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/**
 * One kernel launch of a chain under construction: its name, what it costs, and the call itself. Which tensors the kernel reads
 * and writes is said where they are given: plain arguments are read, {@link #out} ones written, {@link #updated} ones both.
 *
 * <pre>{@code
 * chain.step("squeeze").launch(GlobalPooling::average, x, out(y), rows, pixels);
 * }</pre>
 */
public final class Step {
    private final Consumer<Step> chain;
    private final String id;
    private long macs;
    private long extraBytes;
    private String variant = "portable";
    private Optional<Launch.Groups> groups = Optional.empty();
    private Function<List<Object>, Optional<LibraryCall>> library = arguments -> Optional.empty();
    private String covers = "";
    private Launch launch;

    /** A step that goes to {@code chain} once it is described. */
    Step(Consumer<Step> chain, String id) {
        this.chain = chain;
        this.id = id;
    }

    /** A tensor that a kernel writes without reading it. */
    public static Argument out(Tensor tensor) {
        return new Argument(tensor, false, true);
    }

    /** A tensor that a kernel reads and writes in place. */
    public static Argument updated(Tensor tensor) {
        return new Argument(tensor, true, true);
    }

    /** Multiply-accumulates of convolutions and matrix products that the kernel does. */
    public Step macs(long count) {
        macs = count;
        return this;
    }

    /** Bytes moved beyond one read of each tensor read and one write of each tensor written; negative where it moves fewer. */
    public Step extraBytes(long count) {
        extraBytes = count;
        return this;
    }

    /** Which variant of the kernel was chosen; {@code portable} unless said otherwise. */
    public Step variant(String name) {
        variant = name;
        return this;
    }

    /** Runs on so many groups of this size; the kernel's first argument is a context. */
    public Step inGroups(int number, int size) {
        groups = Optional.of(new Launch.Groups(number, size));
        return variant("workgroup-" + size);
    }

    /** What a vendor's library does in the kernel's place, on the same tensors. */
    Step library(LibraryCall call) {
        return library(arguments -> call);
    }

    /** The same, made of the kernel's arguments. */
    Step library(Function<List<Object>, LibraryCall> call) {
        library = call.andThen(Optional::of);
        return variant("library");
    }

    private void end(Object kernel, Object... arguments) {
        var all = List.of(arguments);
        launch = new Launch(kernel, all, groups, library.apply(all));
        chain.accept(this);
    }

    /** Ends the description with a call of a kernel of one parameter. */
    public <T1> void launch(Task1<T1> kernel, Object a1) {
        end(kernel, a1);
    }

    /** Ends the description with a call of a kernel of 2 parameters. */
    public <T1, T2> void launch(Task2<T1, T2> kernel, Object a1, Object a2) {
        end(kernel, a1, a2);
    }

    /** Ends the description with a call of a kernel of 3 parameters. */
    public <T1, T2, T3> void launch(Task3<T1, T2, T3> kernel, Object a1, Object a2, Object a3) {
        end(kernel, a1, a2, a3);
    }

    /** Ends the description with a call of a kernel of 4 parameters. */
    public <T1, T2, T3, T4> void launch(Task4<T1, T2, T3, T4> kernel, Object a1, Object a2, Object a3, Object a4) {
        end(kernel, a1, a2, a3, a4);
    }

    /** Ends the description with a call of a kernel of 5 parameters. */
    public <T1, T2, T3, T4, T5> void launch(
            Task5<T1, T2, T3, T4, T5> kernel, Object a1, Object a2, Object a3, Object a4, Object a5) {
        end(kernel, a1, a2, a3, a4, a5);
    }

    /** Ends the description with a call of a kernel of 6 parameters. */
    public <T1, T2, T3, T4, T5, T6> void launch(
            Task6<T1, T2, T3, T4, T5, T6> kernel, Object a1, Object a2, Object a3, Object a4, Object a5, Object a6) {
        end(kernel, a1, a2, a3, a4, a5, a6);
    }

    /** Ends the description with a call of a kernel of 7 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7> void launch(
            Task7<T1, T2, T3, T4, T5, T6, T7> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7);
    }

    /** Ends the description with a call of a kernel of 8 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8> void launch(
            Task8<T1, T2, T3, T4, T5, T6, T7, T8> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8);
    }

    /** Ends the description with a call of a kernel of 9 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9> void launch(
            Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    /** Ends the description with a call of a kernel of 10 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> void launch(
            Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9,
            Object a10) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    /** Ends the description with a call of a kernel of 11 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> void launch(
            Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9,
            Object a10,
            Object a11) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    /** Ends the description with a call of a kernel of 12 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> void launch(
            Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9,
            Object a10,
            Object a11,
            Object a12) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
    }

    /** Ends the description with a call of a kernel of 13 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> void launch(
            Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9,
            Object a10,
            Object a11,
            Object a12,
            Object a13) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
    }

    /** Ends the description with a call of a kernel of 14 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> void launch(
            Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9,
            Object a10,
            Object a11,
            Object a12,
            Object a13,
            Object a14) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
    }

    /** Ends the description with a call of a kernel of 15 parameters. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> void launch(
            Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> kernel,
            Object a1,
            Object a2,
            Object a3,
            Object a4,
            Object a5,
            Object a6,
            Object a7,
            Object a8,
            Object a9,
            Object a10,
            Object a11,
            Object a12,
            Object a13,
            Object a14,
            Object a15) {
        end(kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15);
    }

    void covers(String tasks) {
        covers = tasks;
    }

    String id() {
        return id;
    }

    Launch launch() {
        return launch;
    }

    StepCost cost() {
        long bytes = extraBytes;
        for (var tensor : launch.reads()) {
            bytes += tensor.bytes();
        }
        for (var tensor : launch.writes()) {
            bytes += tensor.bytes();
        }
        return new StepCost(id, covers, variant, macs, bytes);
    }
}
