package tornado.attention.embedded.compiler;

import tornado.attention.embedded.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.compiler.runtime.Space;
import tornado.attention.embedded.compiler.runtime.Tile;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** A generated tile with its arrays: cuts the iteration space of each phase into tiles and has workers run them. */
final class TiledKernel extends Workers.TileRun implements BoundKernel {
    private final String taskName;
    private final String display;
    private final Tile code;
    private final Space[] phases;
    private final boolean sequential;
    private final boolean measureEachRun;
    private int phase;
    private int tileCount;

    TiledKernel(String taskName, KernelAnalysis analysis, Tile code) {
        this.taskName = taskName;
        this.display = analysis.code().display();
        this.code = code;
        this.sequential = analysis.sequential().isPresent();
        this.measureEachRun = analysis.dynamicBounds();
        this.phases = new Space[sequential ? 0 : analysis.nests().size()];
        for (int i = 0; i < phases.length; i++) {
            phases[i] = new Space();
        }
    }

    @Override
    public void run(Workers workers) {
        if (sequential) {
            try {
                code.run(0, 0, 1);
            } catch (RuntimeException | Error e) {
                throw failed(e);
            }
            return;
        }
        for (phase = 0; phase < phases.length; phase++) {
            var space = phases[phase];
            if (measureEachRun || !space.isMeasured()) {
                measure(space);
            }
            tileCount = space.tiles(workers.threads());
            if (tileCount == 0) {
                continue;
            }
            prepare(tileCount);
            workers.run(this);
            if (failure() != null) {
                throw failed(failure());
            }
        }
    }

    private void measure(Space space) {
        try {
            space.measure(code, phase);
        } catch (RuntimeException | Error e) {
            throw failed(e);
        }
    }

    @Override
    void tile(int index) {
        var space = phases[phase];
        code.run(phase, space.begin(index, tileCount), space.begin(index + 1, tileCount));
    }

    private RuntimeException failed(Throwable cause) {
        if (cause instanceof VirtualMachineError error) {
            throw error;
        }
        var reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        var failure = new TornadoRuntimeException("Kernel " + display + " of task " + taskName + " failed: " + reason);
        failure.initCause(cause);
        return failure;
    }
}
