package example;

import java.util.Map;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.SEAttention;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** An attention block between two tasks of one's own, in one task graph: the maps between them never leave the device. */
public final class Pipeline {
    private static final Shape MAPS = Shape.of(1, 64, 56, 56);
    private static final int CHANNELS = 64;
    private static final int PIXELS = 56 * 56;

    private Pipeline() {}

    /** A task of one's own in front: eight-bit levels become numbers around 0. */
    public static void centre(IntArray levels, FloatArray maps, int elements) {
        for (@Parallel int i = 0; i < elements; i++) {
            maps.set(i, levels.get(i) / 127.5f - 1f);
        }
    }

    /** A task of one's own behind: the squared length of each pixel's vector of channels. */
    public static void energy(FloatArray maps, FloatArray energies, int channels, int pixels) {
        for (@Parallel int p = 0; p < pixels; p++) {
            float sum = 0f;
            for (int c = 0; c < channels; c++) {
                float value = maps.get(c * pixels + p);
                sum += value * value;
            }
            energies.set(p, sum);
        }
    }

    /** Runs the pipeline twice and prints where, how many kernels attention takes, and the pixel that stands out. */
    public static void main(String[] arguments) throws TornadoExecutionPlanException {
        var levels = new IntArray(CHANNELS * PIXELS);
        for (int i = 0; i < levels.getSize(); i++) {
            levels.set(i, (i * 31 + i / PIXELS * 7) % 256);
        }
        var maps = new FloatArray(CHANNELS * PIXELS);
        var energies = new FloatArray(PIXELS);

        var graph = new TaskGraph("pipeline")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, levels)
                .task("centre", Pipeline::centre, levels, maps, CHANNELS * PIXELS);

        // What the task in front leaves on the device is foreign to the chain, which ends in a tensor that the task behind reads.
        var device = TornadoExecutionPlan.DEFAULT_DEVICE;
        var profile = DeviceProfile.of(device);
        var chain = TaskChain.named("attention", ChainOptions.evaluation().on(profile));
        var x = chain.foreign("maps", MAPS, maps);
        var gated = SEAttention.initial(CHANNELS, 1).attach(chain, x);
        var context = Catalogue.named("GlobalContext");
        var attended = context.initial(context.settings(Map.of("channels", CHANNELS)), 2).attach(chain, gated);
        var cost = chain.cost();
        var grids = chain.emitInto(graph);

        graph.task("energy", Pipeline::energy, attended.array(), energies, CHANNELS, PIXELS)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, energies);

        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.withDevice(device);
            grids.ifPresent(plan::withGridScheduler);
            plan.execute(); // weights go up here, once
            plan.execute(); // 784 KiB of levels up, 12 KiB of energies down
        }
        int most = 0;
        for (int p = 1; p < PIXELS; p++) {
            most = energies.get(p) > energies.get(most) ? p : most;
        }
        System.out.println(profile.backend() + " " + profile.name() + ": attention takes " + cost.kernels()
                + " kernels between two tasks; pixel (" + most / 56 + ", " + most % 56 + ") stands out with "
                + energies.get(most));
    }
}
