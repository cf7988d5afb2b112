package tornado.attention.bench.operation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Option;
import tornado.attention.modules.Settings;
import tornado.attention.modules.WeightSpec;
import tornado.attention.modules.Weights;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * One operation with its settings and weights.
 *
 * @param definition what it is
 * @param settings its settings
 * @param weights its weights
 */
record Operation(Definition definition, Settings settings, Weights weights) implements AttentionModule {
    /** The tasks of an operation. */
    interface Tasks {
        /** Appends them. */
        Tensor attach(TaskChain chain, Settings settings, Weights weights, List<Tensor> inputs);
    }

    /** Shapes of the inputs for a feature map. */
    interface Inputs {
        /** One for each input. */
        List<Shape> of(Shape featureMap);
    }

    /** Multiply-accumulates an image. */
    interface Macs {
        /** For these shapes of inputs. */
        long of(Settings settings, List<Shape> inputs);
    }

    /** What an operation is; its type is made of it. */
    static final class Definition {
        private final Tasks tasks;
        private final Macs macs;
        private final ModuleType type;

        Definition(
                String name,
                String formula,
                List<Option> options,
                List<String> names,
                Function<Settings, List<WeightSpec>> specs,
                Inputs inputs,
                Tasks tasks,
                Macs macs) {
            this.tasks = tasks;
            this.macs = macs;
            type = new ModuleType(
                    name,
                    formula,
                    "",
                    options,
                    names,
                    specs,
                    (settings, weights) -> new Operation(this, settings, weights),
                    new ModuleType.Fit() {
                        @Override
                        public Map<String, Object> settings(Shape featureMap) {
                            return options.isEmpty()
                                    ? Map.of()
                                    : Map.of(options.getFirst().name(), featureMap.channels());
                        }

                        @Override
                        public List<Shape> inputs(Shape featureMap, Settings settings) {
                            return inputs.of(featureMap);
                        }
                    });
        }

        ModuleType type() {
            return type;
        }
    }

    @Override
    public ModuleType type() {
        return definition.type;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        return List.of(definition.tasks.attach(chain, settings, weights, inputs));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        return definition.macs.of(settings, inputs);
    }
}
