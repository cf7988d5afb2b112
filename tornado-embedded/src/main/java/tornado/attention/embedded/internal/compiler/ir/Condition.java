package tornado.attention.embedded.internal.compiler.ir;

/** What a branch depends on. */
public sealed interface Condition {
    /** How two numbers compare; any comparison with NaN is false, but {@link #NE} is true. */
    enum Relation {
        /** Less. */
        LT,
        /** Less or equal. */
        LE,
        /** Greater. */
        GT,
        /** Greater or equal. */
        GE,
        /** Equal. */
        EQ,
        /** Not equal. */
        NE;

        /** The relation that holds exactly when this does not, for integers. */
        public Relation negated() {
            return switch (this) {
                case LT -> GE;
                case LE -> GT;
                case GT -> LE;
                case GE -> LT;
                case EQ -> NE;
                case NE -> EQ;
            };
        }
    }

    /** A comparison of two numbers of the same kind. */
    record Compare(Relation relation, Expr left, Expr right) implements Condition {}

    /** The opposite. */
    record Not(Condition operand) implements Condition {}

    /** Both; the second is evaluated only where the first holds, or has no effect elsewhere. */
    record And(Condition left, Condition right) implements Condition {}

    /**
     * The opposite of a condition, as simple as possible.
     *
     * @param condition any condition
     * @return its negation
     */
    static Condition not(Condition condition) {
        return switch (condition) {
            case Not n -> n.operand();
            case Compare c
            when c.left().kind().isInteger() -> new Compare(c.relation().negated(), c.left(), c.right());
            case Compare c
            when c.relation() == Relation.EQ || c.relation() == Relation.NE ->
                new Compare(c.relation().negated(), c.left(), c.right());
            default -> new Not(condition);
        };
    }
}
