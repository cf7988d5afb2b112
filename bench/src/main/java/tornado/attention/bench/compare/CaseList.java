package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tornado.attention.bench.operation.Operations;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.Shape;

/**
 * The one list of cases: it feeds correctness, support matrix and timing on every device, and the JMH benchmarks.
 *
 * <p>Feature maps are those at which the papers put their modules (the stages of ResNet-50 and MobileNetV2), in three
 * batch sizes, and sweeps over pixels, channels and batch around 64 channels.
 */
public final class CaseList {
    private static final int[] BATCHES = {1, 8, 32};
    private static final String[] RESNET50 = {"256x56x56", "512x28x28", "1024x14x14", "2048x7x7"};
    private static final String[] MOBILENETV2 = {"24x56x56", "32x28x28", "96x14x14", "320x7x7"};
    private static final String[] PIXELS = {"1x64x7x7", "1x64x14x14", "1x64x28x28", "1x64x56x56", "1x64x112x112"};
    private static final String[] CHANNELS = {
        "1x32x14x14", "1x64x14x14", "1x128x14x14", "1x256x14x14", "1x512x14x14", "1x1024x14x14"
    };
    private static final String[] BATCH = {
        "1x64x14x14", "2x64x14x14", "4x64x14x14", "8x64x14x14", "16x64x14x14", "32x64x14x14"
    };

    /** From large to small: a quick case takes the first that its module can do in time. */
    private static final String[] QUICK = {"1x64x56x56", "1x64x28x28", "1x64x14x14", "1x64x8x8"};

    /** Multiply-accumulates that plain Java does in about a tenth of a second. */
    private static final long QUICK_MACS = 100_000_000;

    /**
     * What modules that only pool, mix a few numbers and gate are measured on as well: a map larger than the caches.
     */
    private static final String QUICK_LARGE = "8x256x56x56";

    /** Multiply-accumulates an image up to which a module does little more than move data. */
    private static final long CHEAP_MACS = 1_000_000;

    /** What PyTorch's and ONNX Runtime's users take: the attention that is in use, from large to small. */
    private static final List<String> NETWORKS = List.of(
            "seresnet50",
            "ecaresnet50d",
            "gcresnet33ts",
            "skresnet18",
            "resnet50",
            "mobilenetv3_large_100",
            "efficientnet_b0",
            "regnety_004",
            "vit_tiny_patch16_224",
            Pass.TRAINING.named("resnet20_cifar+SEAttention"));

    /** Images at once, of networks. */
    private static final int[] NETWORK_BATCHES = {1, 8};

    /** Images in a training step: what small images are trained with. */
    private static final int[] TRAINING_BATCH = {128};

    private CaseList() {}

    /** The full list of these modules. */
    public static List<Case> standard(List<ModuleType> types) {
        var cases = new ArrayList<Case>();
        for (var type : types) {
            for (int batch : BATCHES) {
                add(cases, type, "resnet50", prefixed(batch, RESNET50));
                add(cases, type, "mobilenetv2", prefixed(batch, MOBILENETV2));
            }
            add(cases, type, "sweep-pixels", PIXELS);
            add(cases, type, "sweep-channels", CHANNELS);
            add(cases, type, "sweep-batch", BATCH);
        }
        return distinct(cases);
    }

    /**
     * A short list that ends in about two and a half minutes on two cores: a small map a module, a large one for cheap
     * modules.
     */
    public static List<Case> quick(List<ModuleType> types) {
        var cases = new ArrayList<Case>();
        for (var type : types) {
            var fitting = Arrays.stream(QUICK)
                    .map(shape -> Case.of(type, Shape.parse(shape), "quick"))
                    .filter(c -> macsPerImage(c, QUICK_MACS) <= QUICK_MACS)
                    .findFirst();
            cases.add(fitting.orElseGet(() -> Case.of(type, Shape.parse(QUICK[QUICK.length - 1]), "quick")));
            var large = Case.of(type, Shape.parse(QUICK_LARGE), "quick");
            if (macsPerImage(large, CHEAP_MACS) <= CHEAP_MACS && takesTheMapAlone(large)) {
                cases.add(large);
            }
        }
        return distinct(cases);
    }

    /**
     * The operations that modules are made of, at the sizes they have there, and three blocks made of them, forward and with their gradients:
     * what to look at when one library is slower than another.
     */
    public static List<Case> operations() {
        var forward = List.of(
                operation("GlobalAveragePool", "8x256x56x56", Map.of()),
                operation("ChannelScale", "8x256x56x56", Map.of()),
                operation("Softmax", "8x1x56x56", Map.of()),
                operation("Softmax", "1x784x28x28", Map.of()),
                operation("Conv2d", "1x256x56x56", Map.of("out_channels", 64)),
                operation("Conv2d", "1x1024x14x14", Map.of("out_channels", 256)),
                operation("Mlp", "8x512x1x1", Map.of()),
                operation("LayerNorm", "8x512x14x14", Map.of()),
                operation("AttentionPool", "8x256x56x56", Map.of()),
                operation("QueryKeyProduct", "8x64x14x14", Map.of()),
                operation("AttentionValueProduct", "8x64x14x14", Map.of()),
                operation("Conv2d", "1x64x56x56", Map.of("out_channels", 64, "kernel_size", 3)),
                operation("Conv2d", "1x64x56x56", Map.of("out_channels", 64, "kernel_size", 5, "groups", 8)),
                operation("Conv2d", "1x64x56x56", Map.of("out_channels", 64, "kernel_size", 7, "groups", 64)),
                operation("SEAttention", "8x256x56x56", Map.of()),
                operation("ContextBlock2d", "8x256x56x56", Map.of()),
                operation("SKAttention", "1x64x56x56", Map.of()),
                operation("SKAttention", "1x64x56x56", Map.of("group", 8)));
        var all = new ArrayList<>(forward);
        for (var each : forward) {
            all.add(operation(
                    Pass.GRADIENT.named(each.type().name()), each.map().toString(), each.given()));
        }
        return List.copyOf(all);
    }

    /**
     * Whole networks on images.
     *
     * @param names of networks; empty for a list of nine and a training step
     * @param images batches of images; empty for one and for eight of the size a network is used with
     */
    static List<Case> networks(List<String> names, List<Shape> images) {
        var cases = new ArrayList<Case>();
        for (var name : names.isEmpty() ? NETWORKS : names) {
            var type = type(name);
            if (images.isEmpty()) {
                var size = NetworkTypes.imageSize(Pass.subject(name));
                for (int batch : Pass.of(name) == Pass.TRAINING ? TRAINING_BATCH : NETWORK_BATCHES) {
                    cases.add(Case.of(type, Shape.of(batch, 3, size.height(), size.width()), "networks"));
                }
            }
            images.forEach(shape -> cases.add(Case.of(type, shape, "given")));
        }
        return distinct(cases);
    }

    private static Case operation(String name, String map, Map<String, Object> given) {
        return new Case(type(name), given, Shape.parse(map), List.of("operations"), Case.SEED);
    }

    /**
     * The module, operation or network of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static ModuleType type(String name) {
        return Operations.find(name)
                .or(() -> NetworkTypes.find(name))
                .or(() -> Pass.find(name))
                .orElseGet(() -> Catalogue.named(name));
    }

    /** These modules on these feature maps. */
    public static List<Case> of(List<ModuleType> types, List<Shape> maps) {
        return distinct(types.stream()
                .flatMap(type -> maps.stream().map(map -> Case.of(type, map, "given")))
                .toList());
    }

    /**
     * The case of an id, such as {@code SEAttention@8x256x56x56}; it need not be in a list.
     *
     * @throws IllegalArgumentException if it names no module or no shape
     */
    public static Case find(String id) {
        int at = id.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no case; write module@shape, such as SEAttention@8x256x56x56.");
        }
        return Case.of(type(id.substring(0, at)), Shape.parse(id.substring(at + 1)), "given");
    }

    /** The cases of a list without those that a predicate holds for, such as those done already. */
    static List<Case> without(List<Case> cases, Predicate<Case> done) {
        return cases.stream().filter(done.negate()).toList();
    }

    private static String[] prefixed(int batch, String[] maps) {
        return Arrays.stream(maps).map(map -> batch + "x" + map).toArray(String[]::new);
    }

    private static void add(List<Case> cases, ModuleType type, String source, String[] shapes) {
        for (var shape : shapes) {
            cases.add(Case.of(type, Shape.parse(shape), source));
        }
    }

    private static List<Case> distinct(List<Case> cases) {
        var byId = new LinkedHashMap<String, Case>();
        cases.forEach(c -> byId.merge(c.id(), c, (first, again) -> first.alsoFrom(again.sources())));
        return List.copyOf(byId.values());
    }

    private static boolean takesTheMapAlone(Case c) {
        return c.inputs().equals(List.of(c.map()));
    }

    /**
     * Counted by a module with weights; one that is too large to make, or fits no settings, counts as more than the
     * limit.
     */
    private static long macsPerImage(Case c, long limit) {
        try {
            var settings = c.settings();
            long weights = c.type().weights(settings).stream()
                    .mapToLong(spec -> spec.shape().elements())
                    .sum();
            if (weights > limit) {
                return Long.MAX_VALUE;
            }
            var module = c.type().initial(settings, c.seed());
            return Math.max(weights, module.macsPerImage(c.inputs()));
        } catch (IllegalArgumentException _) {
            return Long.MAX_VALUE;
        }
    }
}
