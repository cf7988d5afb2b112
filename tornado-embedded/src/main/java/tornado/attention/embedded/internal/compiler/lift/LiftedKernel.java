package tornado.attention.embedded.internal.compiler.lift;

import java.util.List;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Values;

/** A kernel as statements, for all scalar arguments of which its assumptions hold. */
public final class LiftedKernel {
    private final List<Stmt> statements;
    private final Assumptions assumptions;

    LiftedKernel(List<Stmt> statements, Assumptions assumptions) {
        this.statements = statements;
        this.assumptions = assumptions;
    }

    /** What it does. */
    public List<Stmt> statements() {
        return statements;
    }

    /** Whether it is the kernel for some arguments too. */
    public boolean serves(Values values) {
        return assumptions.hold(values);
    }
}
