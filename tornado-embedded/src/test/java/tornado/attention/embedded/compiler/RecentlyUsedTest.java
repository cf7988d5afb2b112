package tornado.attention.embedded.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentlyUsedTest {
    @Test
    void theLeastRecentlyUsedIsDropped() {
        var cache = new RecentlyUsed<String, Object>(2);
        var a = new Object();
        var b = new Object();
        var c = new Object();
        cache.put("a", a);
        cache.put("b", b);
        assertThat(cache.find("a")).isSameAs(a);
        cache.put("c", c);
        assertThat(cache.find("b")).isNull();
        assertThat(cache.find("a")).isSameAs(a);
        assertThat(cache.find("c")).isSameAs(c);
    }
}
