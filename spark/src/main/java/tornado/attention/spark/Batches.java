package tornado.attention.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/** What is made of things batch by batch, in order: the next batch is worked on when it is asked for. */
final class Batches<I, O> implements Iterator<O> {
    private final Iterator<I> things;
    private final int batch;
    private final Function<List<I>, List<O>> work;
    private final Queue<O> ready = new ArrayDeque<>();

    /** @param work gives something for each of the things, at most a batch */
    Batches(Iterator<I> things, int batch, Function<List<I>, List<O>> work) {
        this.things = things;
        this.batch = batch;
        this.work = work;
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || things.hasNext();
    }

    @Override
    public O next() {
        if (ready.isEmpty()) {
            var some = new ArrayList<I>();
            while (some.size() < batch && things.hasNext()) {
                some.add(things.next());
            }
            ready.addAll(work.apply(some));
        }
        return ready.remove();
    }
}
