package uk.ac.manchester.tornado.api;

import java.io.Serializable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares a type of ours with the one it stands for, loaded by another class loader: everything public or protected in
 * ours has to be in the other with the same signature. What ours lacks is no difference.
 */
final class ApiComparison {

    private final Class<?> ours;
    private final Class<?> real;
    private final List<String> differences = new ArrayList<>();

    private ApiComparison(Class<?> ours, Class<?> real) {
        this.ours = ours;
        this.real = real;
    }

    /** One line for each thing of {@code ours} that {@code real} has not, or has otherwise. */
    static List<String> differences(Class<?> ours, Class<?> real) {
        var comparison = new ApiComparison(ours, real);
        comparison.compareType();
        Arrays.stream(ours.getDeclaredFields()).filter(ApiComparison::isApi).forEach(comparison::compare);
        Arrays.stream(ours.getDeclaredConstructors())
                .filter(ApiComparison::isApi)
                .forEach(comparison::compare);
        Arrays.stream(ours.getDeclaredMethods()).filter(ApiComparison::isApi).forEach(comparison::compare);
        return comparison.differences;
    }

    private static boolean isApi(Member member) {
        return isVisible(member.getModifiers()) && !member.isSynthetic();
    }

    static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private void check(String what, Object our, Object theirs) {
        if (!our.equals(theirs)) {
            differences.add(ours.getName() + ": " + what + " is " + our + ", in TornadoVM " + theirs);
        }
    }

    private void compareType() {
        check("kind", kind(ours), kind(real));
        check("visibility", visibility(ours.getModifiers()), visibility(real.getModifiers()));
        check("abstract", Modifier.isAbstract(ours.getModifiers()), Modifier.isAbstract(real.getModifiers()));
        // Nobody can extend a class that is sealed over TornadoVM's own subclasses, so final says the same.
        if (!real.isSealed() || ours.isSealed()) {
            check("final", Modifier.isFinal(ours.getModifiers()), Modifier.isFinal(real.getModifiers()));
        }
        check("type parameters", typeParameters(ours.getTypeParameters()), typeParameters(real.getTypeParameters()));
        check("annotations", annotations(ours), annotations(real));
        var added = supertypes(ours);
        added.removeAll(supertypes(real));
        if (isTaskFunction()) {
            // The one addition the engine needs; TornadoVM made it in 6.0.
            added.remove(Serializable.class.getName());
        }
        check("supertypes TornadoVM's has not", added, Set.of());
    }

    private boolean isTaskFunction() {
        return ours.getName().matches("uk\\.ac\\.manchester\\.tornado\\.api\\.common\\.TornadoFunctions\\$Task\\d+");
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "annotation";
        }
        return type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    }

    private static String visibility(int modifiers) {
        return Modifier.isPublic(modifiers) ? "public" : Modifier.isProtected(modifiers) ? "protected" : "internal";
    }

    /** Target and retention of an annotation type; other annotations of types are TornadoVM's own business. */
    private static Set<String> annotations(AnnotatedElement type) {
        return Arrays.stream(type.getAnnotations())
                .filter(a -> a.annotationType().getName().startsWith("java.lang.annotation"))
                .map(Object::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> supertypes(Class<?> type) {
        var names = new TreeSet<String>();
        collectSupertypes(type, names);
        return names;
    }

    private static void collectSupertypes(Class<?> type, Set<String> names) {
        Stream.concat(Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .forEach(names::add);
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                .forEach(supertype -> collectSupertypes(supertype, names));
    }

    private static String typeParameters(java.lang.reflect.TypeVariable<?>[] parameters) {
        return Arrays.stream(parameters)
                .map(p -> p.getName() + " extends "
                        + Arrays.stream(p.getBounds()).map(Type::getTypeName).collect(Collectors.joining(" & ")))
                .collect(Collectors.joining(", "));
    }

    private void compare(Field field) {
        Field other;
        try {
            other = real.getDeclaredField(field.getName());
        } catch (NoSuchFieldException e) {
            differences.add(ours.getName() + ": field " + field.getName() + " is not in TornadoVM");
            return;
        }
        var name = "field " + field.getName();
        check(
                name + "'s type",
                field.getGenericType().getTypeName(),
                other.getGenericType().getTypeName());
        check(name + "'s modifiers", modifiers(field), modifiers(other));
        if (isConstant(field) && isConstant(other)) {
            check(name + "'s value", value(field), value(other));
        }
    }

    private static boolean isConstant(Field field) {
        return Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && Modifier.isPublic(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
    }

    private static Object value(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError("A public constant cannot be read: " + field, e);
        }
    }

    private void compare(Constructor<?> constructor) {
        compareExecutable(
                constructor,
                Arrays.stream(real.getDeclaredConstructors())
                        .filter(other -> isApi(other) && sameParameters(constructor, other))
                        .findFirst());
    }

    private void compare(Method method) {
        // The type's own methods first: one that overrides hides the one it overrides.
        var candidates = new LinkedHashSet<Method>();
        collectMethods(real, candidates);
        var other = candidates.stream()
                .filter(m -> isApi(m) && m.getName().equals(method.getName()) && sameParameters(method, m))
                .findFirst();
        compareExecutable(method, other);
        other.ifPresent(m -> {
            var name = method.getName() + "'s result";
            check(
                    name,
                    method.getGenericReturnType().getTypeName(),
                    m.getGenericReturnType().getTypeName());
            if (ours.isInterface()) {
                check(method.getName() + " is default", method.isDefault(), m.isDefault());
            }
        });
    }

    private static void collectMethods(Class<?> type, Set<Method> methods) {
        methods.addAll(Arrays.asList(type.getDeclaredMethods()));
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                .forEach(supertype -> collectMethods(supertype, methods));
    }

    private static boolean sameParameters(Executable a, Executable b) {
        return names(a.getParameterTypes()).equals(names(b.getParameterTypes()));
    }

    private static List<String> names(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName).toList();
    }

    private void compareExecutable(Executable executable, Optional<? extends Executable> other) {
        var name = executable.getName() + names(executable.getParameterTypes());
        if (other.isEmpty()) {
            differences.add(ours.getName() + ": " + name + " is not in TornadoVM");
            return;
        }
        var theirs = other.get();
        check(name + "'s modifiers", modifiers(executable), modifiers(theirs));
        check(
                name + "'s generic parameters",
                names(executable.getGenericParameterTypes()),
                names(theirs.getGenericParameterTypes()));
        check(
                name + "'s type parameters",
                typeParameters(executable.getTypeParameters()),
                typeParameters(theirs.getTypeParameters()));
        check(
                name + "'s exceptions",
                new TreeSet<>(names(executable.getExceptionTypes())),
                new TreeSet<>(names(theirs.getExceptionTypes())));
        check(name + " has variable arity", executable.isVarArgs(), theirs.isVarArgs());
    }

    private static String modifiers(Member member) {
        int compared = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT;
        // Whether a method is final matters to subclasses only, which a final class has none of.
        return Modifier.toString(
                member.getModifiers() & (member instanceof Field ? compared | Modifier.FINAL : compared));
    }
}
