package tornado.attention.embedded.internal.compiler.lift;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.embedded.internal.compiler.analysis.KernelCode;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.lift.Operand.Value;

/**
 * The variables of one method: one for each slot and kind. {@link Webs} later tells apart what the source uses a slot
 * for in turn.
 */
final class Variables {
    private record Key(int slot, Kind kind) {}

    private final KernelCode code;
    private final LiftContext context;
    private final Map<Key, Local> locals = new HashMap<>();
    /** Parameters that are never written stand for their argument. */
    private final Map<Integer, Operand> bound = new HashMap<>();

    private final List<Stmt> parameterAssignments = new ArrayList<>();

    Variables(KernelCode code, LiftContext context, List<Operand> arguments) {
        this.code = code;
        this.context = context;
        var slots = code.slotsOfParameters();
        for (int i = 0; i < slots.length; i++) {
            bind(slots[i], arguments.get(i));
        }
    }

    private void bind(int slot, Operand argument) {
        boolean written = code.writes(slot, 0, code.size());
        if (!(argument instanceof Value value)) {
            if (written) {
                throw new NotLiftable("an array variable that changes");
            }
            bound.put(slot, argument);
        } else if (!written && value.expr().isName()) {
            bound.put(slot, argument);
        } else {
            var local = at(slot, value.expr().kind());
            parameterAssignments.add(new Assign(local, value.expr()));
        }
    }

    /** Assignments of the arguments to those parameters that need a variable. */
    List<Stmt> parameterAssignments() {
        return parameterAssignments;
    }

    /** What a load of a slot gives. */
    Operand load(int slot, TypeKind type) {
        var operand = bound.get(slot);
        if (operand != null) {
            return operand;
        }
        if (type == TypeKind.REFERENCE) {
            throw new NotLiftable("a local array or object");
        }
        return new Value(new Read(at(slot, Kind.of(type))));
    }

    /** The variable a store to a slot writes. */
    Local stored(int slot, TypeKind type) {
        if (type == TypeKind.REFERENCE) {
            throw new NotLiftable("a local array or object");
        }
        return at(slot, Kind.of(type));
    }

    private Local at(int slot, Kind kind) {
        return locals.computeIfAbsent(new Key(slot, kind), k -> context.fresh(kind));
    }

    /** A new temporary with a value. */
    Expr temporary(Expr value, List<Stmt> out) {
        var local = context.fresh(value.kind());
        out.add(new Assign(local, value));
        return new Read(local);
    }
}
