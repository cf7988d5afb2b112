package example;

import java.util.Map;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.AttentionModule;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Two attention modules in one task graph, on whichever engine this program was started with. */
public final class Consumer {
    private Consumer() {}

    /** Runs them on one feature map of ones and prints where, how many kernels, and the first value. */
    public static void main(String[] arguments) {
        var shape = Shape.of(1, 64, 56, 56);
        var device = TornadoExecutionPlan.DEFAULT_DEVICE;
        var profile = DeviceProfile.of(device);
        var chain = TaskChain.named("consumer", ChainOptions.evaluation().on(profile));
        var x = chain.input("x", shape);
        var context = initial("GlobalContext", Map.of("channels", 64));
        var gate = initial("ECA", Map.of("k_size", 3));
        chain.output(gate.attach(chain, context.attach(chain, x)));
        var map = new FloatArray(Math.toIntExact(shape.elements()));
        map.init(1f);
        try (var plan = chain.plan(device)) {
            var y = plan.run(map);
            System.out.println(profile.backend() + " " + profile.name() + ": "
                    + plan.cost().kernels() + " kernels, first value " + y.get(0));
        }
    }

    private static AttentionModule initial(String name, Map<String, Object> settings) {
        var type = Catalogue.named(name);
        return type.initial(type.settings(settings), 1);
    }
}
