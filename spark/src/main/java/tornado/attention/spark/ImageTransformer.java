package tornado.attention.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import tornado.attention.files.checkpoint.Selection;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Network;
import tornado.attention.networks.Pretrained;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;

/**
 * What embedder and classifier share: images of a binary column, each with its own answer or its own error. A row is never lost, a damaged
 * image never fails a job. An image's bits are the same however rows lie in partitions.
 */
public abstract class ImageTransformer extends Transformer implements DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> network;
    private final Param<String> weights;
    private final Param<String> inputCol;
    private final Param<String> errorCol;
    private final IntParam batch;
    private final Param<String> device;
    private transient Ready ready;
    private transient Broadcast<byte[]> everywhere;
    private transient SparkContext within;

    ImageTransformer(String uid) {
        this.uid = uid;
        this.network = new Param<>(this, "network", "timm's name, with or without the weights' tag");
        this.weights = new Param<>(
                this, "weights", "file of weights on the driver; empty for those that come with the library");
        this.inputCol = new Param<>(this, "inputCol", "binary column with PNG, JPEG, WebP, BMP or GIF files");
        this.errorCol = new Param<>(this, "errorCol", "column that says why a row has no answer");
        this.batch = new IntParam(this, "batch", "images a task works on at once", ParamValidators.gt(0));
        this.device = new Param<>(
                this,
                "device",
                "device as 'attn devices' shows it; empty for the executor's resource gpu, or the first");
        setDefault(weights, "");
        setDefault(inputCol, "content");
        setDefault(errorCol, "error");
        setDefault(batch, 1);
        setDefault(device, "");
    }

    /** The columns that are added, besides the one with errors. */
    abstract List<StructField> added();

    /** What those columns hold, in their order. */
    abstract Cells cells();

    /** What is wanted of the network besides its answer; null for nothing. */
    abstract String wantedNode();

    /** What a result is put into columns by; sent to executors. */
    interface Cells extends java.io.Serializable {
        Object[] of(Slot.Made made);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** timm's name of the network. */
    public Param<String> network() {
        return network;
    }

    /** File of weights on the driver. */
    public Param<String> weights() {
        return weights;
    }

    /** Column with files of images. */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** Column with errors. */
    public Param<String> errorCol() {
        return errorCol;
    }

    /** Images at once. */
    public IntParam batch() {
        return batch;
    }

    /** Device. */
    public Param<String> device() {
        return device;
    }

    public String getNetwork() {
        return getOrDefault(network);
    }

    public String getWeights() {
        return getOrDefault(weights);
    }

    public String getInputCol() {
        return getOrDefault(inputCol);
    }

    public String getErrorCol() {
        return getOrDefault(errorCol);
    }

    public int getBatch() {
        return (Integer) getOrDefault(batch);
    }

    public String getDevice() {
        return getOrDefault(device);
    }

    @Override
    public StructType transformSchema(StructType schema) {
        var names = Arrays.asList(schema.fieldNames());
        if (!names.contains(getInputCol())) {
            throw new IllegalArgumentException("There is no column '" + getInputCol() + "' of images; there are "
                    + String.join(", ", names) + ".");
        }
        if (!schema.apply(getInputCol()).dataType().equals(DataTypes.BinaryType)) {
            throw new IllegalArgumentException("Column '" + getInputCol() + "' holds "
                    + schema.apply(getInputCol()).dataType().simpleString()
                    + " and not the bytes of image files; read them as binary ('binaryFile').");
        }
        var result = schema;
        var fields = new ArrayList<>(added());
        fields.add(DataTypes.createStructField(getErrorCol(), DataTypes.StringType, true));
        for (var field : fields) {
            if (Arrays.asList(result.fieldNames()).contains(field.name())) {
                throw new IllegalArgumentException(
                        "There is a column '" + field.name() + "' already; give the new one another name.");
            }
            result = result.add(field);
        }
        return result;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> images) {
        var schema = transformSchema(images.schema(), true);
        var slots =
                slots(JavaSparkContext.fromSparkContext(images.sparkSession().sparkContext()));
        int rowsAtOnce = getBatch();
        int content = images.schema().fieldIndex(getInputCol());
        var cells = cells();
        MapPartitionsFunction<Row, Row> function = rows -> {
            var slot = slots.borrow();
            return new Batches<>(rows, rowsAtOnce, some -> rows(some, content, slot, cells));
        };
        return images.toDF().mapPartitions(function, Encoders.row(schema));
    }

    /** Where tasks get the compiled network from; sent to executors. */
    interface Lender extends java.io.Serializable {
        /** One for the task that asks, until it ends. */
        Slot borrow();
    }

    /** What a job's tasks borrow from; the weights are sent to the executors. */
    Lender slots(JavaSparkContext context) {
        var now = ready();
        var sent = broadcast(context, now);
        var wanted = wanted(now);
        return () -> Slots.borrow(wanted, sent::value);
    }

    private Wanted wanted(Ready now) {
        return new Wanted(pretrained().name(), now.digest(), wantedNode(), getBatch(), getDevice());
    }

    /** Compiles the network for a task of so many cores of this JVM: worth it where Spark is still busy with other things. */
    void warm(int cores) {
        var now = ready();
        Slots.warm(wanted(now), now::bytes, cores);
    }

    /** Rows with what was made of their images. */
    private static List<Row> rows(List<Row> before, int content, Slot slot, Cells cells) {
        var made =
                slot.make(before.stream().map(row -> row.<byte[]>getAs(content)).toList());
        var rows = new ArrayList<Row>();
        for (int i = 0; i < before.size(); i++) {
            rows.add(row(before.get(i), made.get(i), cells));
        }
        return rows;
    }

    private static Row row(Row before, Slot.Made made, Cells cells) {
        var more = cells.of(made);
        var all = new Object[before.size() + more.length + 1];
        for (int i = 0; i < before.size(); i++) {
            all[i] = before.get(i);
        }
        System.arraycopy(more, 0, all, before.size(), more.length);
        all[all.length - 1] = made.error();
        return RowFactory.create(all);
    }

    /** Weights as one file, for settings that did not change since. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Ready(String network, String weights, String node, byte[] bytes, String digest) {
        boolean isFor(String otherNetwork, String otherWeights, String otherNode) {
            return network.equals(otherNetwork)
                    && weights.equals(otherWeights)
                    && java.util.Objects.equals(node, otherNode);
        }
    }

    /** The weights are read once, and looked at here, so that what does not fit is said before a job begins. */
    private synchronized Ready ready() {
        var file = fileState();
        if (ready == null || !ready.isFor(getNetwork(), file, wantedNode())) {
            var bytes = weightBytes();
            ready = new Ready(getNetwork(), file, wantedNode(), bytes, digest(bytes));
            everywhere = null;
        }
        return ready;
    }

    /** The file of weights and when it was written. */
    private String fileState() {
        try {
            return getWeights().isEmpty() ? "" : getWeights() + " " + Files.getLastModifiedTime(Path.of(getWeights()));
        } catch (IOException e) {
            return getWeights(); // reading it says what is wrong
        }
    }

    /** Every executor gets them once, however often rows are asked for. */
    private synchronized Broadcast<byte[]> broadcast(JavaSparkContext context, Ready now) {
        if (everywhere == null || within != context.sc()) {
            everywhere = context.broadcast(now.bytes());
            within = context.sc();
        }
        return everywhere;
    }

    private byte[] weightBytes() {
        try {
            var network = load();
            if (wantedNode() != null) {
                requireNode(network);
            }
            var file = Files.createTempFile("attn-weights", ".safetensors");
            try {
                network.weights().save(file);
                return Files.readAllBytes(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void requireNode(Network network) {
        var size = pretrained().preprocessing().size();
        var chain = TaskChain.named("check");
        network.attach(
                chain, chain.input("images", Shape.of(1, 3, size.height(), size.width())), List.of(wantedNode()));
    }

    /** SHA-256 of the weights as executors get them. */
    String weightsDigest() {
        return ready().digest();
    }

    private Pretrained pretrained() {
        return Slots.pretrained(getNetwork(), !getWeights().isEmpty());
    }

    private Network load() throws IOException {
        var pretrained = pretrained();
        if (getWeights().isEmpty()) {
            if (!pretrained.isBundled()) {
                throw new IllegalArgumentException(
                        "The weights of " + pretrained.name() + " do not come along; fetch them from "
                                + pretrained.address() + " and set weights to the file.");
            }
            return Classifier.bundled(pretrained);
        }
        try (var file = WeightFiles.open(Path.of(getWeights()), Selection.USUAL)) {
            return Classifier.load(pretrained, file);
        }
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ImageTransformer copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
