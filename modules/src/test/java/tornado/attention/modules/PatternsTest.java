package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.ExpandTask;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.LayerNormTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.PairsTask;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The patterns on the formulas of all modules. Each value between input and output is wanted as well, one after the other: a pattern that
 * covers it has to let go, and what is made instead is held against double precision.
 */
class PatternsTest {
    /** Values between, from which on two at a time are wanted: each takes a chain of its own. */
    private static final int MANY_BETWEEN = 40;

    private static final Shape MAP = Shape.of(2, 64, 6, 5);

    private static final double TOLERANCE = 1e-4;

    static List<ModuleType> types() {
        return Catalogue.types();
    }

    /** A formula with random inputs, and what each of its values is. */
    private record Formula(Map<Value, FloatArray> inputs, List<Value> outputs, Interpreter interpreter) {
        static Formula of(ModuleType type, RandomCases random) {
            var settings = type.settingsFor(MAP, Map.of());
            var block = type.initial(settings, 3).block();
            return of(type.fit().inputs(MAP, settings), random, given -> {
                var all = new ArrayList<>(given);
                while (all.size() < type.inputs().size()) {
                    all.add(null);
                }
                return block.apply(Collections.unmodifiableList(all));
            });
        }

        static Formula of(List<Shape> shapes, RandomCases random, Function<List<Value>, List<Value>> formula) {
            var inputs = new IdentityHashMap<Value, FloatArray>();
            var all = new ArrayList<Value>();
            var interpreter = new Interpreter(false);
            for (var shape : shapes) {
                var value = Value.input("x" + all.size(), shape);
                var floats = drawn(shape, random);
                inputs.put(value, floats);
                interpreter.with(value, Array.of(shape, floats));
                all.add(value);
            }
            return new Formula(inputs, formula.apply(all), interpreter);
        }

        /** Random numbers; of square matrices, which stand for covariances, those of products with themselves. */
        private static FloatArray drawn(Shape shape, RandomCases random) {
            var noise = random.normal(Math.toIntExact(shape.elements()));
            if (shape.rank() != 3 || shape.dim(1) != shape.dim(2)) {
                return noise;
            }
            var value = Value.input("noise", shape);
            var square = value.product(false, value, true, 1.0 / shape.dim(1));
            return FloatArray.fromArray(new Interpreter(false)
                    .with(value, Array.of(shape, noise))
                    .valueOf(square)
                    .floats());
        }

        /** The values between inputs and outputs, without what parameters alone make. */
        List<Value> between() {
            var moving = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
            moving.addAll(inputs.keySet());
            var found = new ArrayList<Value>();
            for (var value : Graph.order(outputs)) {
                if (value.inputs().stream().anyMatch(moving::contains)) {
                    moving.add(value);
                    if (!outputs.contains(value)) {
                        found.add(value);
                    }
                }
            }
            return found;
        }

        /** Makes these values and compares them; returns which patterns were used. */
        Set<String> check(List<Value> wanted, String what) {
            var chain = TaskChain.named("patterns");
            var tensors = new IdentityHashMap<Value, Tensor>();
            inputs.forEach((value, floats) -> tensors.put(value, chain.input(value.name(), value.shape(), floats)));
            var made = Lowering.append(chain, tensors, wanted);
            made.forEach(chain::output);
            try (var plan = chain.plan()) {
                plan.run();
                for (int i = 0; i < made.size(); i++) {
                    compare(
                            what,
                            plan.read(made.get(i)),
                            interpreter.valueOf(wanted.get(i)).values());
                }
            }
            var used = new TreeSet<String>();
            for (var step : chain.cost().steps()) {
                Lowering.patterns().stream()
                        .filter(p -> step.covers().equals(p) || step.covers().endsWith("(" + p + ")"))
                        .forEach(used::add);
            }
            return used;
        }

        private static void compare(String what, float[] actual, double[] expected) {
            double scale = 1;
            for (double e : expected) {
                assertThat(e).as(what).isFinite();
                scale = Math.max(scale, Math.abs(e));
            }
            assertThat(actual).as(what).hasSize(expected.length);
            for (int i = 0; i < actual.length; i++) {
                assertThat((double) actual[i])
                        .as("%s, element %d", what, i)
                        .isCloseTo(expected[i], within(TOLERANCE * scale));
            }
        }
    }

    /**
     * A formula of what no module asks for with its standard settings.
     *
     * @param pattern which has to make it
     * @param shapes of the inputs
     * @param formula of the inputs
     */
    private record Own(String pattern, List<Shape> shapes, Function<List<Value>, Value> formula) {
        @Override
        public String toString() {
            return pattern;
        }
    }

    private static Value parameter(String name, int... extents) {
        var shape = Shape.of(extents);
        var elements = new FloatArray(Math.toIntExact(shape.elements()));
        for (int i = 0; i < elements.getSize(); i++) {
            elements.set(i, 0.5f + (i * 7 % 11) / 11f); // positive, since some are variances
        }
        return Value.of(Parameter.of(new Weight(name, shape, elements)));
    }

    private static Value normed(Value x, int channels) {
        return Value.of(
                new BatchNormTask(1e-5, 0.1),
                x,
                parameter("weight", channels),
                parameter("bias", channels),
                parameter("mean", channels),
                parameter("var", channels),
                parameter("count", 1));
    }

    static List<Own> own() {
        var map = Shape.of(2, 6, 4, 5);
        var channels = Shape.of(2, 6, 1, 1);
        return List.of(
                new Own("batch norm", List.of(map), x -> normed(x.get(0), 6).relu()),
                new Own(
                        "layer norm",
                        List.of(Shape.of(3, 4, 5)),
                        x -> Value.of(new LayerNormTask(1e-5), x.get(0), parameter("w", 5), parameter("b", 5))
                                .relu()),
                new Own(
                        "multiply add",
                        List.of(map, channels, channels),
                        x -> x.get(0).times(x.get(1)).plus(x.get(2))),
                new Own("product", List.of(map, map), x -> x.get(0).times(x.get(1))),
                new Own(
                        "activation gradient",
                        List.of(map, map),
                        x -> x.get(0).times(Value.of(new MapTask(UnaryFunction.SIGMOID, 1, 0, 1), x.get(1)))),
                new Own(
                        "sum of products",
                        List.of(map, map),
                        x -> x.get(0).times(x.get(1)).sum(2, 3)),
                new Own(
                        "sum of products",
                        List.of(map, map),
                        x -> x.get(0).times(x.get(1)).sum(0, 2, 3)),
                new Own(
                        "multiply add",
                        List.of(map, channels, channels),
                        x -> Value.of(new ExpandTask(map), x.get(2))
                                .plus(x.get(0).times(x.get(1)))),
                new Own(
                        "weighted pooling",
                        List.of(Shape.of(2, 6, 20), Shape.of(2, 1, 20)),
                        x -> x.get(0).product(false, x.get(1), true, 1)),
                new Own(
                        "sigmoid of product",
                        List.of(map, channels),
                        x -> x.get(0).times(x.get(1)).sigmoid()),
                new Own(
                        "rows and columns plus",
                        List.of(map, Shape.of(2, 6, 1, 5), Shape.of(2, 6, 4, 1)),
                        x -> x.get(0).times(x.get(1)).times(x.get(2)).plus(x.get(0))),
                new Own(
                        "sliced projection",
                        List.of(map),
                        x -> x.get(0).slice(1, 2, 3).convolve(parameter("w", 7, 3, 1, 1), null, Window.plain())),
                new Own(
                        "projected pairs",
                        List.of(map),
                        x -> normed(
                                        Value.of(new PairsTask(), x.get(0))
                                                .convolve(
                                                        parameter("w", 3, 21, 1, 1), parameter("b", 3), Window.plain()),
                                        3)
                                .relu()));
    }

    /** Also with each value between wanted; where there are many, with one of the first half and one of the second. */
    private static void checkAll(Formula formula, String what) {
        var between = formula.between();
        int apart = between.size() > MANY_BETWEEN ? (between.size() + 1) / 2 : between.size();
        for (int i = 0; i < apart; i++) {
            var wanted = new ArrayList<>(formula.outputs());
            var names = new StringJoiner(" and ", what + " with ", "");
            for (int j = i; j < between.size(); j += apart) {
                var value = between.get(j);
                wanted.add(value);
                names.add("'" + value.name() + "' (" + value.task() + ")");
            }
            formula.check(wanted, names.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatIsWantedBetweenIsMade(ModuleType type) {
        RandomCases.repeat(1, random -> checkAll(Formula.of(type, random), type.name()));
    }

    @ParameterizedTest
    @MethodSource("own")
    void aPatternMakesItsFormula(Own own) {
        RandomCases.repeat(2, random -> {
            var formula =
                    Formula.of(own.shapes(), random, x -> List.of(own.formula().apply(x)));
            assertThat(formula.check(formula.outputs(), own.pattern())).contains(own.pattern());
            checkAll(formula, own.pattern());
        });
    }

    @Test
    void everyPatternIsTried() {
        var untried = new TreeSet<>(Lowering.patterns());
        untried.remove("cell part"); // takes one of two tensors and has no kernel
        own().forEach(own -> untried.remove(own.pattern()));
        types().forEach(type -> RandomCases.repeat(1, random -> {
            var formula = Formula.of(type, random);
            untried.removeAll(formula.check(formula.outputs(), type.name()));
        }));
        assertThat(untried).isEmpty();
    }
}
