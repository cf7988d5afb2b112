package tornado.attention.embedded.internal.compiler.ir;

import java.lang.classfile.TypeKind;

/**
 * An array parameter of a kernel; parameters given the same array share one.
 *
 * @param parameter index of the first parameter that was given this array
 * @param element type of the elements as stored: float, int, long, double, short, byte or char
 */
public record ArrayRef(int parameter, TypeKind element) {

    /** Kind of an element on the operand stack. */
    public Kind kind() {
        return Kind.of(element);
    }
}
