package tornado.attention.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.engine.Device;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.networks.Pretrained;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.VariantChoice;

class ImageTransformerTest {
    private static final StructType SCHEMA =
            new StructType().add("name", DataTypes.StringType).add("content", DataTypes.BinaryType);

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static List<Row> images;

    @BeforeAll
    static void start() throws IOException {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
        Photos.write(folder.resolve("in"), 13);
        images = new ArrayList<>();
        try (var files = Files.walk(folder.resolve("in"))) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                images.add(RowFactory.create(file.getFileName().toString(), Files.readAllBytes(file)));
            }
        }
        images.add(RowFactory.create("empty", new byte[0]));
        images.add(RowFactory.create("none", null));
        images.add(RowFactory.create("text", new byte[] {1, 2, 3}));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Dataset<Row> rows(int partitions) {
        return spark.createDataset(images, Encoders.row(SCHEMA)).repartition(partitions);
    }

    private static Map<String, List<Float>> embeddings(Dataset<Row> made) {
        var all = new TreeMap<String, List<Float>>();
        for (var row : made.collectAsList()) {
            int vector = row.fieldIndex("embedding");
            all.put(row.getString(0), row.isNullAt(vector) ? null : row.getList(vector));
        }
        return all;
    }

    @Test
    void theSameBitsAsHereHoweverRowsArePartitioned() throws IOException {
        var pretrained = Pretrained.named("srm_resnet32").orElseThrow();
        var expected = new TreeMap<String, List<Float>>();
        try (var runner = new NetworkRunner(
                Classifier.bundled(pretrained),
                pretrained.preprocessing().size(),
                1,
                List.of("pooled"),
                null,
                ChainOptions.evaluation())) {
            for (var image : images.subList(0, 13)) {
                var prepared = pretrained.preprocessing().apply(ImageFiles.read(image.<byte[]>getAs(1), "x"));
                var vector = new ArrayList<Float>();
                for (float v :
                        runner.run(List.of(prepared)).get("pooled").values().getFirst()) {
                    vector.add(v);
                }
                expected.put(image.getString(0), vector);
            }
        }
        for (int partitions : new int[] {1, 3, 7}) {
            for (int batch : new int[] {1, 4}) {
                var embedder = new ImageEmbedder().setNetwork("srm_resnet32").setBatch(batch);
                var made = embeddings(embedder.transform(rows(partitions)));
                assertThat(made).hasSize(16);
                made.values().removeIf(v -> v == null);
                assertThat(made)
                        .as(partitions + " partitions, batches of " + batch)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void everyRowHasItsAnswerOrItsError() {
        var made = new ImageClassifier()
                .setNetwork("srm_resnet32")
                .transform(rows(2))
                .collectAsList();
        assertThat(made).hasSize(16);
        for (var row : made) {
            var name = row.getString(0);
            boolean isImage = name.endsWith(".jpg");
            assertThat(row.getAs("error") == null).as(name).isEqualTo(isImage);
            assertThat(row.getAs("label") != null).as(name).isEqualTo(isImage);
            if (isImage) {
                double sum = row.<Float>getList(row.fieldIndex("scores")).stream()
                        .mapToDouble(Float::doubleValue)
                        .sum();
                assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
            }
        }
        assertThat(made).anyMatch(r -> "there are no bytes".equals(r.getAs("error")));
        assertThat(made).anyMatch(r -> String.valueOf(r.<String>getAs("error")).contains("the file is empty"));
    }

    @Test
    void isSavedAndLoadedInAPipeline() throws IOException {
        var embedder = new ImageEmbedder()
                .setNetwork("srm_resnet32")
                .setNode("layer2")
                .setOutputCol("map")
                .setBatch(2);
        var classifier = new ImageClassifier().setNetwork("srm_resnet32").setErrorCol("why");
        var pipeline = new Pipeline().setStages(new PipelineStage[] {embedder, classifier});
        var file = folder.resolve("pipeline").toString();
        pipeline.fit(rows(1)).write().overwrite().save(file);
        var loaded = PipelineModel.load(file);
        var made = loaded.transform(rows(2));
        assertThat(made.columns()).containsExactly("name", "content", "map", "error", "label", "scores", "why");
        assertThat(made.collectAsList()).hasSize(16);
        var other = ImageEmbedder.load(save(embedder));
        assertThat(other.getNode()).isEqualTo("layer2");
        assertThat(other.uid()).isEqualTo(embedder.uid());
        assertThat(embedder.copy(new ParamMap().put(embedder.batch().w(5))).getBatch())
                .isEqualTo(5);
    }

    private static String save(ImageEmbedder embedder) throws IOException {
        var file = folder.resolve("embedder").toString();
        embedder.write().overwrite().save(file);
        return file;
    }

    @Test
    void whatDoesNotFitIsSaidBeforeAJobBegins() {
        var embedder = new ImageEmbedder().setNetwork("srm_resnet32");
        assertThatThrownBy(() ->
                        embedder.copy(ParamMap.empty()).setInputCol("picture").transform(rows(1)))
                .hasMessage("There is no column 'picture' of images; there are name, content.");
        assertThatThrownBy(() ->
                        embedder.copy(ParamMap.empty()).setInputCol("name").transform(rows(1)))
                .hasMessageContaining("holds string and not the bytes of image files");
        assertThatThrownBy(() ->
                        embedder.copy(ParamMap.empty()).setOutputCol("name").transform(rows(1)))
                .hasMessageContaining("There is a column 'name' already");
        assertThatThrownBy(
                        () -> embedder.copy(ParamMap.empty()).setNode("layer9").transform(rows(1)))
                .hasMessageContaining("layer9");
        assertThatThrownBy(() -> new ImageEmbedder().setNetwork("seresnet50").transform(rows(1)))
                .hasMessageContaining("do not come along");
        assertThatThrownBy(() -> new ImageEmbedder()
                        .setNetwork("srm_resnet32")
                        .setWeights(folder.resolve("nothing.safetensors").toString())
                        .transform(rows(1)))
                .hasMessageContaining("nothing.safetensors");
    }

    /** Two graphics processors are not here: their descriptions stand in for them, as TornadoVM would give them. */
    @Test
    void anExecutorTakesTheDeviceOfItsResource() {
        var all = List.of(
                device("0:0", DeviceProfile.Kind.CPU),
                device("0:1", DeviceProfile.Kind.GPU),
                device("0:2", DeviceProfile.Kind.GPU));
        assertThat(Slots.device("", null, all)).isNull();
        assertThat(Slots.device("0:0", "1", all)).isEqualTo("0:0");
        assertThat(Slots.device("", "0", all)).isEqualTo("0:1");
        assertThat(Slots.device("", "1", all)).isEqualTo("0:2");
        assertThat(Slots.device("", "0:2", all)).isEqualTo("0:2");
        assertThatThrownBy(() -> Slots.device("", "2", all))
                .hasMessageContaining("assigned the resource gpu 2, but TornadoVM sees 2 graphics processors");
        assertThatThrownBy(() -> Slots.device("", "GPU-af", all)).hasMessageContaining("resource gpu GPU-af");
    }

    private static Device device(String id, DeviceProfile.Kind kind) {
        return new Device(
                id,
                null,
                new DeviceProfile(kind, "OPENCL", "a device", 1 << 15, 256, 1L << 30, 8),
                "a device",
                false,
                VariantChoice.standard());
    }
}
