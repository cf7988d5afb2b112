package tornado.attention.embedded.compiler.lift;

import tornado.attention.embedded.compiler.ir.Kind;
import tornado.attention.embedded.compiler.ir.Local;

/** Numbers the variables of one kernel, those of inlined helpers included. */
final class LiftContext {
    private int next;

    Local fresh(Kind kind) {
        return new Local(next++, kind);
    }
}
