package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Entry {@code i} of an axis is the sum of the entries {@code lists[i]} of the input's axis: an order, a choice, a triangle.
 *
 * @param axis the axis
 * @param lists for each entry of the result the entries it is the sum of
 */
public record SelectTask(int axis, List<List<Integer>> lists) implements Task {
    /** Copies the lists. */
    public SelectTask {
        lists = lists.stream().map(List::copyOf).toList();
    }

    /** One entry each. */
    public static SelectTask of(int axis, int... entries) {
        var lists = new ArrayList<List<Integer>>();
        for (int entry : entries) {
            lists.add(List.of(entry));
        }
        return new SelectTask(axis, lists);
    }

    /** Whether each entry is one of the input's. */
    public boolean isPlain() {
        return lists.stream().allMatch(list -> list.size() == 1);
    }

    @Override
    public String word() {
        return "select";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var extents = inputs.getFirst().dims();
        int extent = axis < extents.length ? extents[axis] : 0;
        if (lists.stream().flatMap(List::stream).anyMatch(i -> i < 0 || i >= extent)) {
            throw new IllegalArgumentException("Axis " + axis + " of a value of shape " + inputs.getFirst() + " has "
                    + extent + " entries, fewer than are selected.");
        }
        extents[axis] = lists.size();
        return Shape.of(extents);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        int inner = 1;
        for (int i = axis + 1; i < x.shape().rank(); i++) {
            inner *= x.shape().dim(i);
        }
        int extent = x.shape().dim(axis);
        for (int i = 0; i < y.values().length; i++) {
            int outer = i / (inner * lists.size());
            for (int entry : lists.get(i / inner % lists.size())) {
                y.values()[i] += x.values()[(outer * extent + entry) * inner + i % inner];
            }
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var back = new ArrayList<List<Integer>>();
        for (int i = 0; i < inputs.getFirst().shape().dim(axis); i++) {
            back.add(new ArrayList<>());
        }
        for (int i = 0; i < lists.size(); i++) {
            for (int entry : lists.get(i)) {
                back.get(entry).add(i);
            }
        }
        return List.of(Value.of(new SelectTask(axis, back), gradient));
    }
}
