package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The part of Java that TornadoVM's compilers take. A kernel that breaks a rule here would not run on a device, so it
 * is refused here as well.
 */
final class KernelRules {
    private static final String API = "uk/ac/manchester/tornado/api/";
    private static final String JAVA_MATH = "java/lang/Math";
    private static final Set<String> BOXES = Set.of("Integer", "Float", "Long", "Double", "Short", "Byte", "Character");

    /** Methods of {@code Math} that TornadoVM 5.2 does not compile, with what to write instead. */
    private static final Map<String, String> NOT_ON_DEVICES = new TreeMap<>(Map.ofEntries(
            Map.entry("floor", "TornadoMath.floor"),
            Map.entry("ceil", "TornadoMath.ceil"),
            Map.entry("rint", "TornadoMath.floor(x + 0.5f)"),
            Map.entry("round", "TornadoMath.floor(x + 0.5f)"),
            Map.entry("log10", "TornadoMath.log(x) * 0.4342945f"),
            Map.entry("log1p", "TornadoMath.log(1 + x)"),
            Map.entry("expm1", "TornadoMath.exp(x) - 1"),
            Map.entry("cbrt", "TornadoMath.pow(x, 1f / 3)"),
            Map.entry("hypot", "TornadoMath.sqrt(x * x + y * y)"),
            Map.entry("fma", "a * b + c"),
            Map.entry("sinh", "TornadoMath.exp")));

    private final Set<KernelCodeKey> onPath = new LinkedHashSet<>();
    private final Set<KernelCodeKey> verified = new HashSet<>();

    private record KernelCodeKey(Class<?> owner, String name, String type) {
        static KernelCodeKey of(KernelCode code) {
            return new KernelCodeKey(
                    code.method().owner(),
                    code.method().name(),
                    code.method().type().toString());
        }
    }

    private KernelRules() {}

    /**
     * Verifies a kernel and the helper methods it calls.
     *
     * @param code the kernel
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException naming kernel or helper, line and
     *     rule
     */
    public static void verify(KernelCode code) {
        if (!code.model().flags().has(AccessFlag.STATIC)) {
            throw Refusal.ofKernel(code.display(), "is not static; a kernel belongs to no object");
        }
        if (!code.type().returnType().descriptorString().equals("V")) {
            throw Refusal.ofKernel(code.display(), "returns a value; a kernel writes its results into arrays");
        }
        new KernelRules().walk(code);
    }

    private void walk(KernelCode code) {
        var key = KernelCodeKey.of(code);
        onPath.add(key);
        if (!code.attribute().exceptionHandlers().isEmpty()) {
            throw Refusal.at(
                    code,
                    code.target(code.attribute().exceptionHandlers().getFirst().handler()),
                    "try is not allowed in a kernel");
        }
        for (int i = code.atOrAfter(0); i < code.size(); i = code.next(i)) {
            verify(code, i);
        }
        onPath.remove(key);
        verified.add(key);
    }

    private void verify(KernelCode code, int i) {
        switch ((Instruction) code.element(i)) {
            case ThrowInstruction t -> throw Refusal.at(code, i, "throw is not allowed in a kernel");
            case MonitorInstruction m -> throw Refusal.at(code, i, "synchronized is not allowed in a kernel");
            case InvokeDynamicInstruction d ->
                throw Refusal.at(code, i, "lambdas and string concatenation are not allowed in a kernel");
            case NewMultiArrayInstruction a ->
                throw Refusal.at(code, i, "arrays of arrays are not allowed in a kernel; use one array and an index");
            case NewReferenceArrayInstruction a ->
                throw Refusal.at(code, i, "arrays of objects are not allowed in a kernel");
            case TypeCheckInstruction t ->
                throw Refusal.at(code, i, "casts and type tests of objects are not allowed in a kernel");
            case NewObjectInstruction n -> verifyNew(code, i, n.className().asInternalName());
            case ConstantInstruction c
            when c.constantValue() instanceof String ->
                throw Refusal.at(code, i, "strings are not allowed in a kernel");
            case FieldInstruction f -> verifyField(code, i, f);
            case OperatorInstruction o
            when o.opcode() == Opcode.FREM || o.opcode() == Opcode.DREM ->
                throw Refusal.at(code, i, "% on floating-point numbers is not allowed in a kernel");
            case InvokeInstruction call -> verifyCall(code, i, call);
            default -> {}
        }
    }

    private static void verifyNew(KernelCode code, int i, String type) {
        if (type.endsWith("Exception") || type.endsWith("Error")) {
            throw Refusal.at(code, i, "throw is not allowed in a kernel");
        }
        if (!type.startsWith(API + "types/") && !isRecord(code, type)) {
            throw Refusal.at(
                    code,
                    i,
                    "new " + type.substring(type.lastIndexOf('/') + 1)
                            + " is not allowed in a kernel; only records of numbers and the vector types of the API are");
        }
    }

    private static boolean isRecord(KernelCode code, String type) {
        try {
            var loader = code.method().owner().getClassLoader();
            var loaded = Class.forName(type.replace('/', '.'), false, loader);
            return loaded.isRecord()
                    && java.util.Arrays.stream(loaded.getRecordComponents())
                            .allMatch(c -> c.getType().isPrimitive());
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void verifyField(KernelCode code, int i, FieldInstruction field) {
        var name = field.owner().name().stringValue();
        var readable =
                name.substring(name.lastIndexOf('/') + 1) + "." + field.name().stringValue();
        if (field.opcode() == Opcode.PUTFIELD || field.opcode() == Opcode.PUTSTATIC) {
            throw Refusal.at(code, i, "the field " + readable + " must not be written by a kernel");
        }
        if (field.opcode() == Opcode.GETSTATIC && !field.typeSymbol().isPrimitive()) {
            throw Refusal.at(
                    code,
                    i,
                    "the static field " + readable + " is not a number; pass arrays as parameters of the kernel");
        }
    }

    private void verifyCall(KernelCode code, int i, InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        var name = call.name().stringValue();
        if (owner.equals(JAVA_MATH)) {
            if (NOT_ON_DEVICES.containsKey(name)) {
                throw Refusal.at(code, i, "Math." + name + " does not run on devices; use " + NOT_ON_DEVICES.get(name));
            }
            return;
        }
        if (owner.startsWith(API) || isBox(owner) || isRecord(code, owner)) {
            return;
        }
        var readable = owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
        if (call.opcode() != Opcode.INVOKESTATIC || owner.startsWith("java/")) {
            throw Refusal.at(
                    code,
                    i,
                    "the call of " + readable
                            + " is not allowed; a kernel calls TornadoMath, its arrays and static helper methods");
        }
        var helper = code.callee(call)
                .orElseThrow(() -> Refusal.at(code, i, "the helper method " + readable + " cannot be loaded"));
        var key = KernelCodeKey.of(helper);
        if (onPath.contains(key)) {
            throw Refusal.at(code, i, "recursion through " + readable + " is not allowed in a kernel");
        }
        if (!verified.contains(key)) {
            walk(helper);
        }
    }

    private static boolean isBox(String owner) {
        return owner.startsWith("java/lang/") && BOXES.contains(owner.substring("java/lang/".length()));
    }
}
