package tornado.attention.embedded.internal.compiler.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bytecode of one method as a list of elements with their positions; every analysis works on element indices.
 */
public final class KernelCode {
    /** Methods that are kept for one class: reading one means reading the class file. */
    private static final int MOST_METHODS = 200;

    private static final ClassValue<RecentlyUsed<KernelMethod, KernelCode>> CACHE = new ClassValue<>() {
        @Override
        protected RecentlyUsed<KernelMethod, KernelCode> computeValue(Class<?> owner) {
            return new RecentlyUsed<>(MOST_METHODS);
        }
    };

    private final KernelMethod method;
    private final MethodModel model;
    private final CodeAttribute attribute;
    private final List<CodeElement> elements;
    private final int[] bytecodeIndex;
    private final int[] lines;
    private final Map<Integer, Integer> instructionAt = new HashMap<>();

    private KernelCode(KernelMethod method, MethodModel model) {
        this.method = method;
        this.model = model;
        this.attribute = (CodeAttribute) model.code()
                .orElseThrow(() -> Refusal.ofKernel(method.display(), "has no bytecode; it is native or abstract"));
        this.elements = List.copyOf(attribute.elementList());
        this.bytecodeIndex = new int[elements.size() + 1];
        this.lines = new int[elements.size() + 1];
        int position = 0;
        int line = -1;
        for (int i = 0; i < elements.size(); i++) {
            var element = elements.get(i);
            if (element instanceof LineNumber number) {
                line = number.line();
            }
            bytecodeIndex[i] = position;
            lines[i] = line;
            if (element instanceof Instruction instruction) {
                instructionAt.put(position, i);
                position += instruction.sizeInBytes();
            }
        }
        bytecodeIndex[elements.size()] = position;
        lines[elements.size()] = line;
    }

    /**
     * Reads the bytecode of a method from its class file.
     *
     * @param method the method
     * @return its code
     */
    public static KernelCode of(KernelMethod method) {
        return CACHE.get(method.owner()).findOrMake(method, () -> read(method));
    }

    private static KernelCode read(KernelMethod method) {
        var descriptor = method.type().toMethodDescriptorString();
        var model = parse(method).methods().stream()
                .filter(m -> m.methodName().equalsString(method.name())
                        && m.methodType().equalsString(descriptor))
                .findFirst()
                .orElseThrow(() -> Refusal.ofKernel(
                        method.display(),
                        "is not in the class file of " + method.owner().getName()));
        return new KernelCode(method, model);
    }

    private static ClassModel parse(KernelMethod method) {
        var name = method.owner().getName();
        var resource = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (var in = method.owner().getResourceAsStream(resource)) {
            if (in == null) {
                throw Refusal.ofKernel(method.display(), "has no class file that its class loader can give");
            }
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The code of a static method called here.
     *
     * @param call the call
     * @return the callee, or empty where it is declared in a superclass or cannot be loaded
     */
    public Optional<KernelCode> callee(InvokeInstruction call) {
        try {
            var loader = method.owner().getClassLoader();
            var owner = Class.forName(call.owner().asInternalName().replace('/', '.'), false, loader);
            var type = MethodType.fromMethodDescriptorString(call.type().stringValue(), loader);
            return Optional.of(of(new KernelMethod(owner, call.name().stringValue(), type)));
        } catch (ClassNotFoundException | TypeNotPresentException e) {
            return Optional.empty();
        }
    }

    /**
     * The method this one only hands its parameters on to, as {@code (a, b, n) -> Kernels.scale(a, b, n)} does.
     *
     * @return that method, or empty if this one does anything else
     */
    public Optional<KernelMethod> forwardsTo() {
        int slot = 0;
        InvokeInstruction call = null;
        for (var element : elements) {
            if (call == null && element instanceof LoadInstruction load && load.slot() == slot) {
                slot += load.typeKind().slotSize();
            } else if (call == null
                    && element instanceof InvokeInstruction invoke
                    && invoke.opcode() == Opcode.INVOKESTATIC) {
                call = invoke;
            } else if (element instanceof Instruction
                    && !(call == null && element instanceof InvokeInstruction invoke && isUnboxing(invoke))
                    && !(call != null && element instanceof ReturnInstruction r && r.opcode() == Opcode.RETURN)) {
                return Optional.empty();
            }
        }
        if (call == null || slot != parameterSlots()) {
            return Optional.empty();
        }
        return callee(call).map(KernelCode::method);
    }

    /**
     * Whether a call only takes a number out of its box.
     *
     * @param call the call
     * @return true for {@code Integer.intValue()} and its kin
     */
    public static boolean isUnboxing(InvokeInstruction call) {
        return call.owner().asInternalName().startsWith("java/lang/")
                && call.name().stringValue().endsWith("Value")
                && call.typeSymbol().parameterCount() == 0
                && call.typeSymbol().returnType().isPrimitive();
    }

    /** The method. */
    public KernelMethod method() {
        return method;
    }

    /** Short name for error texts. */
    public String display() {
        return method.display();
    }

    /** The class file attribute behind the elements. */
    public CodeAttribute attribute() {
        return attribute;
    }

    /** The method as the class file has it. */
    public MethodModel model() {
        return model;
    }

    /** All elements, instructions and pseudo-instructions, in order. */
    public List<CodeElement> elements() {
        return elements;
    }

    /** Number of elements. */
    public int size() {
        return elements.size();
    }

    /** Element at an index. */
    public CodeElement element(int index) {
        return elements.get(index);
    }

    /** Parameter and return types. */
    public MethodTypeDesc type() {
        return model.methodTypeSymbol();
    }

    /** Number of local slots the parameters take. */
    public int parameterSlots() {
        int slots = 0;
        for (var parameter : type().parameterList()) {
            slots += TypeKind.from(parameter).slotSize();
        }
        return slots;
    }

    /**
     * Local slots of the parameters.
     *
     * @return first slot of each parameter
     */
    public int[] slotsOfParameters() {
        var slots = new int[type().parameterCount()];
        int slot = 0;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = slot;
            slot += TypeKind.from(type().parameterType(i)).slotSize();
        }
        return slots;
    }

    /** Bytecode index of an element. */
    public int bytecodeIndex(int element) {
        return bytecodeIndex[element];
    }

    /** Source line of an element, or -1 where unknown. */
    public int line(int element) {
        return element >= 0 && element < lines.length ? lines[element] : -1;
    }

    /** Bytecode index of a label. */
    public int position(Label label) {
        return attribute.labelToBci(label);
    }

    /** Index of the instruction a label stands before; {@link #size()} for a label at the end. */
    public int target(Label label) {
        return instructionAt(position(label));
    }

    /** Index of the instruction at a bytecode index; {@link #size()} if there is none. */
    public int instructionAt(int position) {
        return instructionAt.getOrDefault(position, elements.size());
    }

    /** Index of the instruction after an element; {@link #size()} if there is none. */
    public int next(int index) {
        int i = index + 1;
        while (i < elements.size() && !(elements.get(i) instanceof Instruction)) {
            i++;
        }
        return i;
    }

    /** Index of the instruction before an element; -1 if there is none. */
    public int previous(int index) {
        int i = index - 1;
        while (i >= 0 && !(elements.get(i) instanceof Instruction)) {
            i--;
        }
        return i;
    }

    /** First instruction at or after an element. */
    public int atOrAfter(int index) {
        return next(index - 1);
    }

    /**
     * Slot an element writes.
     *
     * @param element an element of a method
     * @return the slot, or -1
     */
    public static int writtenSlot(CodeElement element) {
        return switch (element) {
            case StoreInstruction store -> store.slot();
            case IncrementInstruction increment -> increment.slot();
            default -> -1;
        };
    }

    /** Whether a local slot is written anywhere in a range of elements. */
    public boolean writes(int slot, int from, int to) {
        for (int i = from; i < to; i++) {
            if (writtenSlot(elements.get(i)) == slot) {
                return true;
            }
        }
        return false;
    }

    /** Elements that may run right after an element. */
    public List<Integer> successors(int index) {
        return switch (elements.get(index)) {
            case BranchInstruction branch when isGoto(branch) -> List.of(target(branch.target()));
            case BranchInstruction branch -> List.of(target(branch.target()), next(index));
            case TableSwitchInstruction table -> {
                var all = new ArrayList<Integer>();
                all.add(target(table.defaultTarget()));
                table.cases().forEach(c -> all.add(target(c.target())));
                yield all;
            }
            case LookupSwitchInstruction lookup -> {
                var all = new ArrayList<Integer>();
                all.add(target(lookup.defaultTarget()));
                lookup.cases().forEach(c -> all.add(target(c.target())));
                yield all;
            }
            case ReturnInstruction r -> List.of();
            default -> List.of(next(index));
        };
    }

    /** Whether a branch is unconditional. */
    public static boolean isGoto(BranchInstruction branch) {
        return branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W;
    }

    /** Whether a local-variable table is there (javac -g). */
    public boolean hasLocalVariables() {
        return attribute.findAttribute(Attributes.localVariableTable()).isPresent();
    }
}
