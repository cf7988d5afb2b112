package tornado.attention.embedded.internal.compiler.lift;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tornado.attention.embedded.internal.compiler.analysis.KernelCode;
import tornado.attention.embedded.internal.compiler.ir.ArrayRef;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Expr.Load;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Simplifier;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;
import tornado.attention.embedded.internal.compiler.lift.Operand.Array;
import tornado.attention.embedded.internal.compiler.lift.Operand.Comparison;
import tornado.attention.embedded.internal.compiler.lift.Operand.Value;

/** Executes one block symbolically: the operand stack becomes expressions, stores become statements. */
final class BlockExecutor {
    private static final String ARRAYS = "uk/ac/manchester/tornado/api/types/arrays/";

    private final Lifter lifter;
    private final List<Stmt> out;
    /** The bottom of the stack first. */
    private final List<Operand> stack;

    private Optional<Operand> returned = Optional.empty();

    BlockExecutor(Lifter lifter, List<Stmt> out, List<Operand> stack) {
        this.lifter = lifter;
        this.out = out;
        this.stack = new ArrayList<>(stack);
    }

    List<Operand> stack() {
        return stack;
    }

    Optional<Operand> returned() {
        return returned;
    }

    /** Executes a block; the result is the condition under which its final branch is taken. */
    Optional<Condition> run(ControlFlow.Block block) {
        for (int i = block.from(); i < block.to(); i++) {
            if (lifter.code.element(i) instanceof BranchInstruction branch) {
                return KernelBranch.isConditional(branch) ? Optional.of(condition(branch)) : Optional.empty();
            }
            if (lifter.code.element(i) instanceof Instruction instruction) {
                execute(instruction);
            }
        }
        return Optional.empty();
    }

    private void execute(Instruction instruction) {
        switch (instruction) {
            case LoadInstruction load -> push(lifter.variables.load(load.slot(), load.typeKind()));
            case StoreInstruction store -> {
                var value = popValue();
                assign(lifter.variables.stored(store.slot(), store.typeKind()), value);
            }
            case IncrementInstruction increment -> {
                var local = lifter.variables.stored(increment.slot(), TypeKind.INT);
                assign(local, Simplifier.binary(BinaryOp.ADD, new Read(local), Const.of(increment.constant())));
            }
            case ConstantInstruction constant -> push(constant(constant));
            case OperatorInstruction operator -> operate(operator);
            case ConvertInstruction convert -> push(convert(UnaryOp.of(convert.opcode()), popValue()));
            case StackInstruction shuffle -> shuffle(shuffle);
            case InvokeInstruction call -> invoke(call);
            case ReturnInstruction r -> {
                if (r.opcode() != Opcode.RETURN) {
                    returned = Optional.of(pop());
                }
            }
            case NopInstruction nop -> {}
            default ->
                throw new NotLiftable(
                        "the instruction " + instruction.opcode().name().toLowerCase(Locale.ROOT));
        }
    }

    private static Value constant(ConstantInstruction constant) {
        if (!(constant.constantValue() instanceof Number number)) {
            throw new NotLiftable("a constant that is no number");
        }
        return new Value(new Const(number, Kind.of(constant.typeKind())));
    }

    private void push(Operand operand) {
        stack.add(operand);
    }

    private void push(Expr expr) {
        stack.add(new Value(expr));
    }

    private Operand pop() {
        return stack.removeLast();
    }

    private Expr popValue() {
        if (pop() instanceof Value value) {
            return value.expr();
        }
        throw new NotLiftable("an array used as a value");
    }

    private ArrayRef popArray() {
        if (pop() instanceof Array array) {
            return array.ref();
        }
        throw new NotLiftable("an object that is no plain array");
    }

    private void assign(Local local, Expr value) {
        protect(e -> e instanceof Read r && r.local().equals(local));
        out.add(new Assign(local, value));
    }

    /** Evaluates what lies on the stack now if a coming statement would change it. */
    private void protect(Predicate<Expr> changed) {
        for (int i = 0; i < stack.size(); i++) {
            if (stack.get(i) instanceof Value value && Trees.any(value.expr(), changed)) {
                stack.set(i, new Value(lifter.variables.temporary(value.expr(), out)));
            } else if (stack.get(i) instanceof Comparison) {
                throw new NotLiftable("a comparison kept on the stack");
            }
        }
    }

    private void operate(OperatorInstruction operator) {
        switch (operator.opcode()) {
            case INEG, LNEG, FNEG, DNEG -> push(Simplifier.unary(UnaryOp.NEG, popValue()));
            case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> {
                var right = popValue();
                push(new Comparison(operator.opcode(), popValue(), right));
            }
            case ARRAYLENGTH -> throw new NotLiftable("a local array");
            default -> {
                var right = popValue();
                push(Simplifier.binary(KernelBranch.operation(operator.opcode()), popValue(), right));
            }
        }
    }

    /** A conversion; {@code (float) Math.exp((double) x)} is the function of floats. */
    private Expr convert(UnaryOp op, Expr operand) {
        if (op == UnaryOp.D2F && operand instanceof Expr.Call call) {
            var single = Functions.ofFloats(call, lifter.context, out);
            if (single.isPresent()) {
                return single.get();
            }
        }
        return Simplifier.unary(op, operand);
    }

    private void shuffle(StackInstruction instruction) {
        switch (instruction.opcode()) {
            case DUP -> {
                var top = shareable(pop());
                push(top);
                push(top);
            }
            case DUP_X1 -> {
                var top = shareable(pop());
                var below = pop();
                push(top);
                push(below);
                push(top);
            }
            case POP -> pop();
            default ->
                throw new NotLiftable(
                        "the instruction " + instruction.opcode().name().toLowerCase(Locale.ROOT));
        }
    }

    private Operand shareable(Operand operand) {
        return operand instanceof Value value && !value.expr().isName()
                ? new Value(lifter.variables.temporary(value.expr(), out))
                : operand;
    }

    private Condition condition(BranchInstruction branch) {
        var relation = KernelBranch.relation(branch.opcode());
        if (KernelBranch.comparesTwo(branch.opcode())) {
            var right = popValue();
            return new Condition.Compare(relation, popValue(), right);
        }
        return switch (pop()) {
            case Comparison c -> KernelBranch.condition(c, relation);
            case Value v -> new Condition.Compare(relation, v.expr(), Const.of(0));
            default -> throw new NotLiftable("a branch on an object");
        };
    }

    private void invoke(InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        var name = call.name().stringValue();
        var arguments = new ArrayList<Operand>();
        for (int i = 0; i < call.typeSymbol().parameterCount(); i++) {
            arguments.addFirst(pop());
        }
        if (call.opcode() == Opcode.INVOKEVIRTUAL && owner.startsWith(ARRAYS)) {
            access(name, arguments);
        } else if (call.opcode() == Opcode.INVOKEVIRTUAL && KernelCode.isUnboxing(call)) {
            return; // a boxed scalar is on the stack as its constant
        } else if (call.opcode() != Opcode.INVOKESTATIC) {
            throw new NotLiftable("a call of " + owner.substring(owner.lastIndexOf('/') + 1) + "." + name);
        } else if (Functions.knows(owner)) {
            push(Functions.call(call, values(arguments), lifter.context, out));
        } else {
            inline(call, arguments);
        }
    }

    private void access(String name, List<Operand> arguments) {
        var array = popArray();
        switch (name) {
            case "get" -> push(new Load(array, values(arguments).getFirst()));
            case "getSize" -> push(new Expr.Size(array));
            case "set" -> {
                protect(e -> e instanceof Load l && l.array().equals(array));
                var values = values(arguments);
                out.add(new Store(array, values.get(0), values.get(1)));
            }
            default -> throw new NotLiftable("a call of " + name + " of an array");
        }
    }

    private void inline(InvokeInstruction call, List<Operand> arguments) {
        var callee = lifter.code
                .callee(call)
                .orElseThrow(() -> new NotLiftable("a call of " + call.name().stringValue()));
        var inlined = new ArrayList<Stmt>();
        var result = lifter.inline(callee, arguments, inlined);
        boolean stores = inlined.stream().anyMatch(s -> !(s instanceof Assign));
        if (stores) {
            protect(e -> e instanceof Load);
        }
        out.addAll(inlined);
        result.ifPresent(this::push);
    }

    private static List<Expr> values(List<Operand> operands) {
        return operands.stream()
                .map(o -> {
                    if (o instanceof Value value) {
                        return value.expr();
                    }
                    throw new NotLiftable("an array given to a function");
                })
                .toList();
    }
}
