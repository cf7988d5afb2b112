package tornado.attention.embedded.internal.compiler.ir;

import java.util.List;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.analysis.ParallelLoop;

/** A statement of a lifted kernel. */
public sealed interface Stmt {
    /** Gives a variable a value. */
    record Assign(Local local, Expr value) implements Stmt {}

    /** Writes an element of an array. */
    record Store(ArrayRef array, Expr index, Expr value) implements Stmt {}

    /** A branch. */
    record If(Condition condition, List<Stmt> yes, List<Stmt> no) implements Stmt {}

    /**
     * A loop: the head runs, then the condition is tested; if it holds the body runs and all begins again.
     *
     * @param head statements before the test, often none
     * @param condition whether to go on
     * @param body statements of one turn
     * @param parallel the {@code @Parallel} loop this is, if it is one
     */
    record While(List<Stmt> head, Condition condition, List<Stmt> body, Optional<ParallelLoop> parallel)
            implements Stmt {}
}
