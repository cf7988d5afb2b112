package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.embedded.internal.compiler.analysis.RecentlyUsed;

class RecentlyUsedTest {
    private final List<String> made = new ArrayList<>();
    private final RecentlyUsed<String, Object> cache = new RecentlyUsed<>(2);

    @Test
    void theLeastRecentlyUsedIsDropped() {
        var a = find("a");
        var b = find("b");
        assertThat(find("a")).isSameAs(a);
        var c = find("c");
        assertThat(find("a")).isSameAs(a);
        assertThat(find("c")).isSameAs(c);
        assertThat(made).containsExactly("a", "b", "c");
        assertThat(find("b")).isNotSameAs(b);
        assertThat(made).containsExactly("a", "b", "c", "b");
    }

    private Object find(String key) {
        return cache.findOrMake(key, () -> {
            made.add(key);
            return new Object();
        });
    }
}
