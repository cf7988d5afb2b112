package tornado.attention.tasks;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tornado.attention.kernels.LinearGroups;
import tornado.attention.kernels.MatrixProductGroups;

/**
 * The one place where a chain's kernels are chosen: portable ones, or work-group variants with local memory. A {@code @Parallel}
 * reduction is one item a row, which leaves most of a GPU idle; a work-group variant is one group a row.
 *
 * @param workGroups whether variants are used
 * @param largest items that a group of the device may have
 * @param localFloats FP32 elements of local memory that a group may have
 * @param libraries whether products and convolutions have the forms of vendors' libraries
 * @param offersCalls whether steps say which function of a library does the same: the device's backend can call those
 * @param simdLanes items of a SIMD group that exchange values in registers; 1 where they do not
 */
record KernelVariants(
        boolean workGroups, int largest, int localFloats, boolean libraries, boolean offersCalls, int simdLanes) {
    private static final Logger LOG = System.getLogger(KernelVariants.class.getPackageName());

    /** What has been logged: each choice is said once a process. */
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** More items a group do not make a reduction faster on the GPUs of 2026, and 256 run on all of them. */
    private static final int MOST_ITEMS = 256;

    /** Where the device does not say: the least that OpenCL 1.2 asks of a GPU, 32 KiB. */
    private static final int LOCAL_BYTES = 32 * 1024;

    /** A row is worth a group of 32 from here on: below, items would have nothing to do. */
    private static final int FEW = LinearGroups.LANES;

    /** Pixels an item reads before a larger group is better. */
    private static final int AN_ITEM = 4;

    /** A fused excitation runs on one group an image: larger weights are read faster by two kernels on all processors. */
    private static final long FUSED_WEIGHTS = 1 << 21;

    /** The variants of a chain. */
    static KernelVariants of(TaskChain chain) {
        var options = chain.options();
        var profile = options.profile();
        boolean chosen = switch (options.variant()) {
            case AUTO, LIBRARY -> profile.prefersWorkGroups();
            case PORTABLE -> false;
            case WORKGROUP -> true;
        };
        boolean libraries = options.variant() == VariantChoice.LIBRARY;
        boolean called = profile.backend().equals(LibraryCall.BACKEND);
        if (libraries && !called && SAID.add(profile.backend())) {
            LOG.log(
                    Level.WARNING,
                    "Libraries of vendors are called on CUDA only; on {0} products and convolutions run in kernels of the same form.",
                    profile.backend());
        }
        say(options, chosen);
        // A profile that knows nothing of groups is met only where variants were asked for by name.
        int most = profile.maxWorkGroup() < FEW ? MOST_ITEMS : (int) Math.min(MOST_ITEMS, profile.maxWorkGroup());
        long local = profile.localMemoryBytes() > 0 ? profile.localMemoryBytes() : LOCAL_BYTES;
        return new KernelVariants(
                chosen,
                Integer.highestOneBit(most),
                (int) Math.min(local / Float.BYTES, Integer.MAX_VALUE),
                libraries,
                libraries && called,
                profile.simdLanes());
    }

    private static void say(ChainOptions options, boolean chosen) {
        var profile = options.profile();
        var why = options.variant() == VariantChoice.AUTO || options.variant() == VariantChoice.LIBRARY
                ? profile.name() + " is a " + profile.kind() + " with " + profile.localMemoryBytes()
                        + " bytes of local memory"
                        + (profile.takesWorkGroups()
                                ? ""
                                : ", but TornadoVM's SPIR-V of several such kernels is not valid")
                : "they were asked for"
                        + (chosen && !profile.takesWorkGroups()
                                ? ", although TornadoVM's SPIR-V of several of them is not valid"
                                : "");
        var text = (chosen ? "Work-group variants of kernels are used: " : "Portable kernels are used: ") + why + ".";
        if (SAID.add(text)) {
            LOG.log(!profile.takesWorkGroups() ? Level.WARNING : chosen ? Level.INFO : Level.DEBUG, text);
        }
    }

    /** Whether rows of this length are reduced by a group each. */
    boolean forRows(int length) {
        return workGroups && length >= FEW;
    }

    /** Whether linear layers on so many rows are split over the items of a group: many rows fill a GPU by themselves. */
    boolean forVectors(int rows, int inputs) {
        return workGroups && rows <= FEW && inputs >= FEW;
    }

    /** Whether two linear layers run as one kernel, the features between them in local memory. */
    boolean fusesExcitation(int inputs, int hidden, int outputs) {
        return workGroups
                && hidden + vectorSize() <= localFloats
                && (long) hidden * (inputs + outputs) <= FUSED_WEIGHTS;
    }

    /** Whether a matrix product is made in tiles. */
    boolean forTiles(int rows, int inner, int columns) {
        int tile = MatrixProductGroups.TILE;
        boolean worth = rows >= tile / 2 && columns >= tile / 2 && inner >= tile / 2;
        return workGroups && worth && largest >= MatrixProductGroups.ITEMS && localFloats >= 2 * tile * tile;
    }

    /** Groups of a tiled product. */
    static int tiles(int groups, int rows, int columns) {
        int tile = MatrixProductGroups.TILE;
        return Math.multiplyExact(groups, ((rows + tile - 1) / tile) * ((columns + tile - 1) / tile));
    }

    /** Items of a group that reduces a row of this length. */
    int rowSize(int length) {
        int wanted = Integer.highestOneBit(Math.max(1, length / AN_ITEM));
        return Math.clamp(wanted, Math.min(FEW, largest), largest);
    }

    /** Items of a group of this size that exchange values in registers. */
    int lanes(int size) {
        return size % simdLanes == 0 ? simdLanes : 1;
    }

    /** Items of a group that computes a vector. */
    int vectorSize() {
        return largest;
    }
}
