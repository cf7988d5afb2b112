package tornado.attention.embedded.internal.compiler.lanes;

import java.lang.classfile.CodeBuilder;
import tornado.attention.embedded.internal.compiler.ir.Kind;

/**
 * Which lanes are active: those inside the range at a loop's tail, and those that take a branch.
 *
 * @param slots slot of the mask for each row and unit, or null if all lanes are active
 * @param diverges whether lanes are inactive because of a branch, so that variables must keep their value in them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Mask(int[][] slots, boolean diverges) {
    /** All lanes are active. */
    static final Mask ALL = new Mask(null, false);

    boolean isPresent() {
        return slots != null;
    }

    /** Pushes the mask for vectors of a kind, if there is one. */
    void push(CodeBuilder c, V v, Kind kind, int row, int unit) {
        if (slots != null) {
            c.aload(slots[row][unit]);
            if (kind != Kind.FLOAT) {
                v.castMask(c, kind);
            }
        }
    }
}
