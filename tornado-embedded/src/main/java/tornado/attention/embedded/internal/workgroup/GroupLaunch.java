package tornado.attention.embedded.internal.workgroup;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/**
 * One run of a group kernel: as many virtual threads as a group has work-items, each of which runs its place in all
 * groups, one after the other. A thread may be ahead of the others by as many groups as the kernel's barriers allow.
 */
final class GroupLaunch {

    /** The kernel of one work-item. */
    @FunctionalInterface
    interface Body {
        void run(WorkItem item) throws Throwable;
    }

    private final String taskName;
    private final GroupShape shape;
    private final Body body;
    private final AtomicReferenceArray<WorkGroup> groups;
    private final AtomicReference<TornadoBailoutRuntimeException> failure = new AtomicReference<>();

    GroupLaunch(String taskName, GroupShape shape, Body body) {
        this.taskName = taskName;
        this.shape = shape;
        this.body = body;
        this.groups = new AtomicReferenceArray<>(shape.groups());
    }

    void run() {
        var threads = new ArrayList<Thread>();
        for (int item = 0; item < shape.itemsOfGroup(); item++) {
            int place = item;
            threads.add(Thread.startVirtualThread(() -> runPlace(place)));
        }
        boolean interrupted = false;
        for (var thread : threads) {
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    fail(new TornadoBailoutRuntimeException("Task " + taskName + " was interrupted."));
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void runPlace(int place) {
        var localIndex = shape.localIndex(place);
        for (int g = 0; g < shape.groups() && failure.get() == null; g++) {
            var group = groupAt(g);
            var item = new WorkItem(shape, group, shape.groupIndex(g), localIndex);
            try {
                body.run(item);
                if (group.end(place)) {
                    // Nobody needs its arrays any more.
                    groups.set(g, null);
                }
            } catch (WorkGroup.Abandoned e) {
                return;
            } catch (Throwable e) {
                fail(failure(item, e));
                return;
            }
        }
    }

    private WorkGroup groupAt(int index) {
        var group = groups.get(index);
        if (group == null) {
            var created = new WorkGroup(shape.itemsOfGroup());
            group = groups.compareAndSet(index, null, created) ? created : groups.get(index);
        }
        // The launch may have failed before this group was made, when there was nobody to wake in it.
        if (failure.get() != null) {
            group.abandon();
        }
        return group;
    }

    private TornadoBailoutRuntimeException failure(WorkItem item, Throwable cause) {
        var sentence = "Task " + taskName + " failed in " + item + ": "
                + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()) + ".";
        // TornadoVM's exceptions take an Exception as cause.
        return new TornadoBailoutRuntimeException(
                sentence, cause instanceof Exception exception ? exception : new RuntimeException(cause));
    }

    private void fail(TornadoBailoutRuntimeException exception) {
        if (failure.compareAndSet(null, exception)) {
            for (int g = 0; g < groups.length(); g++) {
                var group = groups.get(g);
                if (group != null) {
                    group.abandon();
                }
            }
        }
    }
}
