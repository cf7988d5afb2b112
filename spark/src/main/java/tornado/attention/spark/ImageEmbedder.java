package tornado.attention.spark;

import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Adds what a network makes of the images in a column: the vector in front of its classifier, or what a part of it makes, row-major, as
 * {@code array<float>}; and why there is none.
 *
 * <pre>{@code
 * var images = spark.read().format("binaryFile").load("photos");
 * var vectors = new ImageEmbedder().setNetwork("srm_resnet32").transform(images);
 * }</pre>
 */
public final class ImageEmbedder extends ImageTransformer {
    private static final long serialVersionUID = 1;

    private final Param<String> node;
    private final Param<String> outputCol;

    /** With a name of its own. */
    public ImageEmbedder() {
        this(Identifiable.randomUID("imageEmbedder"));
    }

    /** With a name that Spark gives. */
    public ImageEmbedder(String uid) {
        super(uid);
        this.node =
                new Param<>(this, "node", "part of the network, such as layer3; pooled: in front of the classifier");
        this.outputCol = new Param<>(this, "outputCol", "column with the vectors");
        setDefault(node, "pooled");
        setDefault(outputCol, "embedding");
    }

    /** Part of the network. */
    public Param<String> node() {
        return node;
    }

    /** Column with vectors. */
    public Param<String> outputCol() {
        return outputCol;
    }

    public String getNode() {
        return getOrDefault(node);
    }

    public String getOutputCol() {
        return getOrDefault(outputCol);
    }

    /** See {@link #node}. */
    public ImageEmbedder setNode(String value) {
        set(node, value);
        return this;
    }

    /** See {@link #outputCol}. */
    public ImageEmbedder setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    /** See {@link #network}. */
    public ImageEmbedder setNetwork(String value) {
        set(network(), value);
        return this;
    }

    /** See {@link #weights}. */
    public ImageEmbedder setWeights(String value) {
        set(weights(), value);
        return this;
    }

    /** See {@link #inputCol}. */
    public ImageEmbedder setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /** See {@link #errorCol}. */
    public ImageEmbedder setErrorCol(String value) {
        set(errorCol(), value);
        return this;
    }

    /** See {@link #batch}. */
    public ImageEmbedder setBatch(int value) {
        set(batch(), value);
        return this;
    }

    /** See {@link #device}. */
    public ImageEmbedder setDevice(String value) {
        set(device(), value);
        return this;
    }

    @Override
    List<StructField> added() {
        return List.of(DataTypes.createStructField(
                getOutputCol(), DataTypes.createArrayType(DataTypes.FloatType, false), true));
    }

    @Override
    Cells cells() {
        return made -> new Object[] {made.embedding()};
    }

    @Override
    String wantedNode() {
        return getNode();
    }

    /** Reads one that was saved. */
    public static MLReader<ImageEmbedder> read() {
        return new Reading().read();
    }

    /** Reads one that was saved. */
    public static ImageEmbedder load(String path) {
        return read().load(path);
    }

    private static final class Reading implements DefaultParamsReadable<ImageEmbedder> {}

    @Override
    public ImageEmbedder copy(ParamMap extra) {
        return (ImageEmbedder) super.copy(extra);
    }
}
