package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The threads that share tiles. */
class WorkersTest {
    private static class Counting extends Workers.TileRun {
        final AtomicIntegerArray seen = new AtomicIntegerArray(64);
        private int failing = -1;

        @Override
        void tile(int index) {
            if (index == failing) {
                throw new ArithmeticException("tile " + index);
            }
            seen.incrementAndGet(index);
        }
    }

    @Test
    void everyTileRunsOnce() {
        for (int threads = 1; threads <= 4; threads++) {
            var run = new Counting();
            var workers = Workers.of(threads);
            for (int round = 1; round <= 2_000; round++) {
                int tiles = 1 + round % 64;
                for (int i = 0; i < 64; i++) {
                    run.seen.set(i, 0);
                }
                run.prepare(tiles, threads);
                workers.run(run, workers.threads());
                assertThat(run.failure()).isNull();
                for (int i = 0; i < 64; i++) {
                    assertThat(run.seen.get(i)).as("tile %d of %d", i, tiles).isEqualTo(i < tiles ? 1 : 0);
                }
            }
        }
    }

    /** While HotSpot compiles, fewer threads take part, and at least the caller does, until it calls for all. */
    @Test
    void asManyTakePartAsAreAdmitted() {
        for (int threads = 1; threads <= 4; threads++) {
            var workers = Workers.of(threads);
            assertThat(workers.threadsBesideCompilers()).isBetween(1, threads);
            for (int most = 1; most <= threads; most++) {
                for (int round = 0; round < 200; round++) {
                    var names = ConcurrentHashMap.<Thread>newKeySet();
                    boolean calling = round % 2 == 1;
                    var run = new Counting() {
                        @Override
                        boolean wantsAll() {
                            return calling && seen.get(8) > 0;
                        }

                        @Override
                        void tile(int index) {
                            names.add(Thread.currentThread());
                            super.tile(index);
                        }
                    };
                    run.prepare(64, threads);
                    workers.run(run, most);
                    assertThat(names).hasSizeBetween(1, calling ? threads : most);
                    for (int i = 0; i < 64; i++) {
                        assertThat(run.seen.get(i)).isEqualTo(1);
                    }
                }
            }
        }
    }

    /** Tiles wait for one another in pairs, so that no thread can be done with its share before the other has begun. */
    @Test
    void eachThreadHasAShareOfNeighbouringTiles() {
        var together = new CyclicBarrier(2);
        for (int round = 0; round < 200; round++) {
            var by = new Thread[8];
            var run = new Counting() {
                @Override
                void tile(int index) {
                    by[index] = Thread.currentThread();
                    try {
                        together.await();
                    } catch (InterruptedException | BrokenBarrierException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };
            run.prepare(8, 2);
            Workers.of(2).run(run, 2);
            assertThat(run.failure()).isNull();
            assertThat(by).startsWith(Thread.currentThread());
            assertThat(Arrays.copyOf(by, 4)).containsOnly(by[0]);
            assertThat(Arrays.copyOfRange(by, 4, 8)).containsOnly(by[4]);
            assertThat(by[4]).isNotEqualTo(by[0]);
        }
    }

    @Test
    void aFailureIsKeptAndTheNextRunIsWhole() {
        var workers = Workers.of(3);
        for (int round = 0; round < 200; round++) {
            var run = new Counting();
            run.failing = round % 40;
            run.prepare(40, 3);
            workers.run(run, workers.threads());
            assertThat(run.failure()).isInstanceOf(ArithmeticException.class);
            run.failing = -1;
            run.prepare(8, 3);
            workers.run(run, workers.threads());
            assertThat(run.failure()).isNull();
        }
    }

    @Test
    void sizesAreShared() {
        assertThat(Workers.of(2)).isSameAs(Workers.of(2));
        assertThat(Workers.of(2).threads()).isEqualTo(2);
        assertThatThrownBy(() -> Workers.of(0)).hasMessageContaining("At least one thread");
    }

    @Test
    void aRunAllocatesNothing() {
        Task3<FloatArray, FloatArray, Integer> f = JavaSubset::helpers;
        Object[] args = {Engine.floats(1, 1000), new FloatArray(1000), 1000};
        var kernel = Engine.compile(f, args, LaneOptions.JAVA).bind(args);
        var workers = Workers.of(2);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        kernel.run(workers);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            kernel.run(workers);
        }
        // The measurement itself and class loading may allocate a little; 1000 runs that allocate anything take 16 kB.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8_000);
    }
}
