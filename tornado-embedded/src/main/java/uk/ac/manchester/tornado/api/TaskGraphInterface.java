package uk.ac.manchester.tornado.api;

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
 * Tasks in order, and what moves between host and device around them.
 *
 * <p>Every {@code task} takes a name that is unique in the graph, a reference to a static method, and its arguments:
 * arrays, vectors, matrices, numbers (fixed for the graph's life) and at most one {@link KernelContext}.
 */
public interface TaskGraphInterface {

    /** Appends a task of 1 argument. */
    <T1> TaskGraphInterface task(String id, Task1<T1> code, T1 arg1);

    /** Appends a task of 2 arguments. */
    <T1, T2> TaskGraphInterface task(String id, Task2<T1, T2> code, T1 arg1, T2 arg2);

    /** Appends a task of 3 arguments. */
    <T1, T2, T3> TaskGraphInterface task(String id, Task3<T1, T2, T3> code, T1 arg1, T2 arg2, T3 arg3);

    /** Appends a task of 4 arguments. */
    <T1, T2, T3, T4> TaskGraphInterface task(String id, Task4<T1, T2, T3, T4> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4);

    /** Appends a task of 5 arguments. */
    <T1, T2, T3, T4, T5> TaskGraphInterface task(
            String id, Task5<T1, T2, T3, T4, T5> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5);

    /** Appends a task of 6 arguments. */
    <T1, T2, T3, T4, T5, T6> TaskGraphInterface task(
            String id, Task6<T1, T2, T3, T4, T5, T6> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6);

    /** Appends a task of 7 arguments. */
    <T1, T2, T3, T4, T5, T6, T7> TaskGraphInterface task(
            String id,
            Task7<T1, T2, T3, T4, T5, T6, T7> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7);

    /** Appends a task of 8 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8> TaskGraphInterface task(
            String id,
            Task8<T1, T2, T3, T4, T5, T6, T7, T8> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8);

    /** Appends a task of 9 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9> TaskGraphInterface task(
            String id,
            Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9);

    /** Appends a task of 10 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> TaskGraphInterface task(
            String id,
            Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9,
            T10 arg10);

    /** Appends a task of 11 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> TaskGraphInterface task(
            String id,
            Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9,
            T10 arg10,
            T11 arg11);

    /** Appends a task of 12 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> TaskGraphInterface task(
            String id,
            Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9,
            T10 arg10,
            T11 arg11,
            T12 arg12);

    /** Appends a task of 13 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> TaskGraphInterface task(
            String id,
            Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9,
            T10 arg10,
            T11 arg11,
            T12 arg12,
            T13 arg13);

    /** Appends a task of 14 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> TaskGraphInterface task(
            String id,
            Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9,
            T10 arg10,
            T11 arg11,
            T12 arg12,
            T13 arg13,
            T14 arg14);

    /** Appends a task of 15 arguments. */
    <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> TaskGraphInterface task(
            String id,
            Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> code,
            T1 arg1,
            T2 arg2,
            T3 arg3,
            T4 arg4,
            T5 arg5,
            T6 arg6,
            T7 arg7,
            T8 arg8,
            T9 arg9,
            T10 arg10,
            T11 arg11,
            T12 arg12,
            T13 arg13,
            T14 arg14,
            T15 arg15);

    /** Name given at construction. */
    String getTaskGraphName();

    /**
     * Declares arrays the tasks read.
     *
     * @param mode of {@link uk.ac.manchester.tornado.api.enums.DataTransferMode}
     * @param objects arrays, vectors or matrices; numbers are ignored
     */
    TaskGraphInterface transferToDevice(int mode, Object... objects);

    /**
     * Takes arrays over from another graph of the same plan, where they were persisted.
     *
     * @param sourceTaskGraphName the graph that runs immediately before this one
     */
    TaskGraph consumeFromDevice(String sourceTaskGraphName, Object... objects);

    /** Takes arrays over from whichever graph of the same plan ran immediately before this one. */
    TaskGraph consumeFromDevice(Object... objects);

    /**
     * Declares arrays the tasks write.
     *
     * @param mode of {@link uk.ac.manchester.tornado.api.enums.DataTransferMode}
     * @param objects arrays, vectors or matrices
     */
    TaskGraphInterface transferToHost(int mode, Object... objects);

    /** Keeps arrays on the device, for the next graph of the plan. */
    TaskGraph persistOnDevice(Object... objects);

    /** The graph as it is now, ready for a plan; later changes of this graph do not touch it. */
    ImmutableTaskGraph snapshot();
}
