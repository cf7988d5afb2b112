package tornado.attention.embedded.internal.compiler.lift;

import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;

/** Numbers the variables of one kernel, those of inlined helpers included. */
final class LiftContext {
    private int next;

    Local fresh(Kind kind) {
        return new Local(next++, kind);
    }
}
