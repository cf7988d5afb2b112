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
 * Adds what is on the images in a column: the likeliest class by name, the softmax of all classes as {@code array<float>}, and why there is
 * none.
 *
 * <pre>{@code
 * var images = spark.read().format("binaryFile").load("photos");
 * new ImageClassifier().setNetwork("srm_resnet32").transform(images).select("path", "label").show();
 * }</pre>
 */
public final class ImageClassifier extends ImageTransformer {
    private static final long serialVersionUID = 1;

    private final Param<String> labelCol;
    private final Param<String> scoresCol;

    /** With a name of its own. */
    public ImageClassifier() {
        this(Identifiable.randomUID("imageClassifier"));
    }

    /** With a name that Spark gives. */
    public ImageClassifier(String uid) {
        super(uid);
        this.labelCol = new Param<>(this, "labelCol", "column with the name of the likeliest class");
        this.scoresCol = new Param<>(this, "scoresCol", "column with the softmax of all classes");
        setDefault(labelCol, "label");
        setDefault(scoresCol, "scores");
    }

    /** Column with names. */
    public Param<String> labelCol() {
        return labelCol;
    }

    /** Column with shares. */
    public Param<String> scoresCol() {
        return scoresCol;
    }

    public String getLabelCol() {
        return getOrDefault(labelCol);
    }

    public String getScoresCol() {
        return getOrDefault(scoresCol);
    }

    /** See {@link #labelCol}. */
    public ImageClassifier setLabelCol(String value) {
        set(labelCol, value);
        return this;
    }

    /** See {@link #scoresCol}. */
    public ImageClassifier setScoresCol(String value) {
        set(scoresCol, value);
        return this;
    }

    /** See {@link #network}. */
    public ImageClassifier setNetwork(String value) {
        set(network(), value);
        return this;
    }

    /** See {@link #weights}. */
    public ImageClassifier setWeights(String value) {
        set(weights(), value);
        return this;
    }

    /** See {@link #inputCol}. */
    public ImageClassifier setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    /** See {@link #errorCol}. */
    public ImageClassifier setErrorCol(String value) {
        set(errorCol(), value);
        return this;
    }

    /** See {@link #batch}. */
    public ImageClassifier setBatch(int value) {
        set(batch(), value);
        return this;
    }

    /** See {@link #device}. */
    public ImageClassifier setDevice(String value) {
        set(device(), value);
        return this;
    }

    @Override
    List<StructField> added() {
        return List.of(
                DataTypes.createStructField(getLabelCol(), DataTypes.StringType, true),
                DataTypes.createStructField(
                        getScoresCol(), DataTypes.createArrayType(DataTypes.FloatType, false), true));
    }

    @Override
    Cells cells() {
        return made -> new Object[] {made.label(), made.scores()};
    }

    @Override
    String wantedNode() {
        return null;
    }

    /** Reads one that was saved. */
    public static MLReader<ImageClassifier> read() {
        return new Reading().read();
    }

    /** Reads one that was saved. */
    public static ImageClassifier load(String path) {
        return read().load(path);
    }

    private static final class Reading implements DefaultParamsReadable<ImageClassifier> {}

    @Override
    public ImageClassifier copy(ParamMap extra) {
        return (ImageClassifier) super.copy(extra);
    }
}
