package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A bounded map for values that can be made again: the least recently used ones are dropped, and any of them when memory
 * runs short. Safe for many threads.
 */
public final class RecentlyUsed<K, V> {
    private final Map<K, SoftReference<V>> entries;

    /**
     * An empty map.
     *
     * @param most entries that are kept
     */
    public RecentlyUsed(int most) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, SoftReference<V>> eldest) {
                return size() > most;
            }
        };
    }

    /** The value of a key, made if there is none or it was dropped. */
    public synchronized V findOrMake(K key, Supplier<V> maker) {
        var reference = entries.get(key);
        var value = reference == null ? null : reference.get();
        if (value == null) {
            value = maker.get();
            entries.put(key, new SoftReference<>(value));
        }
        return value;
    }
}
