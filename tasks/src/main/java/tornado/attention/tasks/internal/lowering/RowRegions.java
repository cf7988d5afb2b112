package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.graph.Value;

/**
 * Which maps are rows of channels rather than planes: those of a region of kernels that can be made so, around depthwise convolutions, for
 * which planes have to be padded and their rows made dense.
 */
final class RowRegions {
    /** Depthwise convolutions from which on a region is worth it: the blocks of a network, not a module. */
    private static final int LEAST_DEPTHWISE = 3;

    /** Depthwise convolutions that pay for a map turned over at the region's border. */
    private static final int DEPTHWISE_A_TURN = 2;

    private final Map<Value, Lowering.Cover> covers = new IdentityHashMap<>();
    private final Map<Value, List<Lowering.Cover>> readers = new IdentityHashMap<>();
    private final Uses uses;

    private RowRegions(List<Lowering.Cover> all, Uses uses) {
        this.uses = uses;
        for (var cover : all) {
            covers.put(cover.root(), cover);
            var needs = cover.raw() != null
                    ? List.of(cover.raw().x())
                    : cover.match().needs();
            needs.forEach(need ->
                    readers.computeIfAbsent(need, n -> new ArrayList<>()).add(cover));
        }
    }

    /**
     * The values whose kernels work on rows.
     *
     * @param all what is made
     */
    static Set<Value> of(List<Lowering.Cover> all, Uses uses) {
        var chosen = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        // Graphics processors have kernels of their own for products of planes, and nobody measured FPGAs.
        var kind = uses.options().profile().kind();
        boolean suits = kind == DeviceProfile.Kind.CPU || kind == DeviceProfile.Kind.OTHER;
        if (!suits || uses.training() || !uses.options().fuse()) {
            return chosen;
        }
        var regions = new RowRegions(all, uses);
        var seen = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        for (var cover : all) {
            if (isInside(cover) && !seen.contains(cover.root())) {
                var region = regions.around(cover, seen);
                if (regions.pays(region)) {
                    region.forEach(member -> chosen.add(member.root()));
                }
            }
        }
        for (var cover : all) {
            boolean ends = form(cover) != null
                    && form(cover).kind() == RowForm.Kind.END
                    && form(cover).maps().stream().allMatch(chosen::contains);
            if (ends) {
                chosen.add(cover.root());
            }
        }
        return chosen;
    }

    private static RowForm form(Lowering.Cover cover) {
        return cover == null || cover.raw() != null
                ? null
                : cover.match().rows().orElse(null);
    }

    private static boolean isInside(Lowering.Cover cover) {
        return form(cover) != null && form(cover).makesRows();
    }

    /** All that can be made as rows and is read by, or reads, a member. */
    private List<Lowering.Cover> around(Lowering.Cover first, Set<Value> seen) {
        var region = new ArrayList<Lowering.Cover>();
        region.add(first);
        seen.add(first.root());
        for (int i = 0; i < region.size(); i++) {
            var member = region.get(i);
            var neighbours = new ArrayList<Lowering.Cover>();
            form(member).maps().forEach(map -> neighbours.add(covers.get(map)));
            readers.getOrDefault(member.root(), List.of()).stream()
                    .filter(reader -> takesAsRows(reader, member.root()))
                    .forEach(neighbours::add);
            for (var next : neighbours) {
                if (isInside(next) && seen.add(next.root())) {
                    region.add(next);
                }
            }
        }
        return region;
    }

    private static boolean takesAsRows(Lowering.Cover reader, Value map) {
        return form(reader) != null && form(reader).maps().contains(map);
    }

    /** Whether a region has depthwise convolutions enough for the maps that are turned over at its border. */
    private boolean pays(List<Lowering.Cover> region) {
        var inside = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        region.forEach(member -> inside.add(member.root()));
        var turned = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        long depthwise = 0;
        for (var member : region) {
            depthwise += form(member).kind() == RowForm.Kind.DEPTHWISE ? 1 : 0;
            form(member).maps().stream().filter(map -> !inside.contains(map)).forEach(turned::add);
            boolean leaves = uses.isKept(member.root())
                    || readers.getOrDefault(member.root(), List.of()).stream()
                            .anyMatch(reader -> !takesAsRows(reader, member.root()));
            if (leaves) {
                turned.add(member.root());
            }
        }
        return depthwise >= LEAST_DEPTHWISE && depthwise >= (long) DEPTHWISE_A_TURN * turned.size();
    }
}
