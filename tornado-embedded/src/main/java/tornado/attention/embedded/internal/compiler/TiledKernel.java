package tornado.attention.embedded.internal.compiler;

import java.util.List;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.runtime.ScalarTile;
import tornado.attention.embedded.internal.compiler.runtime.Space;
import tornado.attention.embedded.internal.compiler.runtime.Tile;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** A generated tile with its arrays: cuts the iteration space of each phase into tiles and has workers run them. */
final class TiledKernel extends Workers.TileRun implements BoundKernel {
    private final String taskName;
    private final String display;
    private final Tile code;
    /** One space for each phase; none if the kernel runs once from begin to end. */
    private final List<Space> phases;

    private final boolean measureEachRun;
    private int phase;
    private int tileCount;

    TiledKernel(String taskName, KernelAnalysis analysis, Tile code, List<Space> phases) {
        this.taskName = taskName;
        this.display = analysis.code().display();
        this.code = code;
        this.measureEachRun = analysis.dynamicBounds();
        this.phases = phases;
    }

    @Override
    public void run(Workers workers) {
        if (phases.isEmpty()) {
            runOnce();
            return;
        }
        for (phase = 0; phase < phases.size(); phase++) {
            var space = phases.get(phase);
            if (measureEachRun || !space.isMeasured()) {
                measure(space);
            }
            int threads = space.isCold() ? workers.threadsBesideCompilers() : workers.threads();
            tileCount = space.tiles(threads);
            if (tileCount == 0) {
                continue;
            }
            prepare(tileCount);
            workers.run(this, threads);
            if (failure() != null) {
                throw failed(failure());
            }
        }
    }

    private void runOnce() {
        try {
            ((ScalarTile) code).run(0, 0, 1);
        } catch (RuntimeException | Error e) {
            throw failed(e);
        }
    }

    private void measure(Space space) {
        try {
            space.measure(code);
        } catch (RuntimeException | Error e) {
            throw failed(e);
        }
    }

    @Override
    void tile(int index) {
        phases.get(phase).run(code, index, tileCount);
    }

    /** HotSpot throws one exception again and again, without message and trace, where a compiled method has thrown it often. */
    private static String withoutTrace(Throwable cause) {
        return cause.getStackTrace().length > 0
                ? ""
                : ", of which HotSpot left the details out; start Java with -XX:-OmitStackTraceInFastThrow to see them";
    }

    private RuntimeException failed(Throwable cause) {
        if (cause instanceof VirtualMachineError error) {
            throw error;
        }
        var reason = cause.getMessage() == null
                ? cause.getClass().getSimpleName() + withoutTrace(cause)
                : cause.getMessage();
        var failure = new TornadoRuntimeException("Kernel " + display + " of task " + taskName + " failed: " + reason);
        failure.initCause(cause);
        return failure;
    }
}
