package uk.ac.manchester.tornado.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison sees what it has to see, also where no TornadoVM is there to compare with. */
class ApiComparisonTest {

    /** What stands for TornadoVM's type. */
    public static class Real implements Comparable<Real> {
        public static final int LIMIT = 4;
        protected long size;

        public Real(int size) {}

        public <T extends Number> List<T> of(List<T> values) {
            return values;
        }

        public void close() throws Exception {}

        @Override
        public int compareTo(Real other) {
            return 0;
        }

        public static void all(Object... values) {}
    }

    /** A true subset. */
    public static class Subset {
        public static final int LIMIT = 4;

        public Subset(int size) {}

        public <T extends Number> List<T> of(List<T> values) {
            return values;
        }

        void ownBusiness() {}
    }

    /** Wrong in every way that matters. */
    public static final class Wrong implements Serializable {
        public static final int LIMIT = 5;
        public int added;
        public int size;

        public Wrong() {}

        public <T> List<T> of(List<T> values) {
            return values;
        }

        public void close() {}

        public static void all(Object[] values) {}

        public void more() {}
    }

    @Test
    void subsetHasNoDifferences() {
        assertThat(ApiComparison.differences(Subset.class, Real.class)).isEmpty();
    }

    @Test
    void everyDifferenceIsReported() {
        var lines = String.join("\n", ApiComparison.differences(Wrong.class, Real.class));

        assertThat(lines)
                .contains("final is true, in TornadoVM false")
                .contains("supertypes TornadoVM's has not is [java.io.Serializable]")
                .contains("field LIMIT's value is 5, in TornadoVM 4")
                .contains("field added is not in TornadoVM")
                .contains("field size's type is int, in TornadoVM long")
                .contains("Wrong[] is not in TornadoVM")
                .contains("of[java.util.List]'s type parameters is T extends java.lang.Object")
                .contains("close[]'s exceptions is [], in TornadoVM [java.lang.Exception]")
                .contains("all[java.lang.Object[]] has variable arity is false")
                .contains("more[] is not in TornadoVM")
                .doesNotContain("compareTo");
    }
}
