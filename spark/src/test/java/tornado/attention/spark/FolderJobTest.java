package tornado.attention.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Attn;

/** Nothing is lost and nothing is there twice, whoever is killed. */
class FolderJobTest {
    private static final int IMAGES = 120;

    @TempDir
    private Path folder;

    private record Ended(int status, String said) {}

    private List<String> command(String... words) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-javaagent"))
                .toList());
        // What a killed Spark leaves behind lies in the test's own folder.
        command.add("-Djava.io.tmpdir=" + folder);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Attn.class.getName(), "spark"));
        command.addAll(List.of(words));
        return command;
    }

    private Ended run(List<String> command) throws IOException, InterruptedException {
        var said = folder.resolve("said.txt");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("Not ended: " + Files.readString(said));
        }
        return new Ended(process.exitValue(), Files.readString(said));
    }

    private static long parquetFiles(Path out) throws IOException {
        if (!Files.isDirectory(out)) {
            return 0;
        }
        var count = new long[1];
        Files.walkFileTree(out, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count[0] += file.toString().endsWith(".parquet") ? 1 : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE; // Spark moves them meanwhile
            }

            @Override
            public FileVisitResult postVisitDirectory(Path of, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return count[0];
    }

    private static void requireEachOnce(List<Row> rows, int count) {
        assertThat(rows).hasSize(count);
        assertThat(rows.stream().map(r -> r.getString(0)).distinct()).hasSize(count);
    }

    @Test
    void aKilledRunGoesOn() throws IOException, InterruptedException {
        var in = folder.resolve("in");
        Photos.write(in, IMAGES);
        Photos.writeDamaged(in);
        var out = folder.resolve("out");
        var words = command(
                "embed", "srm_resnet32", in.toString(), out.toString(), "--master", "local[2]", "--chunk", "16");
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("killed.txt").toFile())
                .start();
        // Some rows are committed and some are not.
        while (process.isAlive() && parquetFiles(out) < 12) {
            Thread.sleep(5);
        }
        process.destroyForcibly().waitFor();
        assertThat(out.resolve("_COMPLETE")).doesNotExist();
        var again = run(words);
        assertThat(again.said()).contains("122 images", "of them done before", "2 that could not be read");
        assertThat(again.status()).isEqualTo(1);
        assertThat(out.resolve("_COMPLETE")).exists();

        var other = run(command(
                "embed", "srm_resnet32", in.toString(), out.toString(), "--master", "local[2]", "--node", "layer3"));
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.said()).contains("holds rows by embedding of pooled").contains("choose another folder");

        var spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
        try {
            var table = spark.read().parquet(out.toString());
            assertThat(table.schema().simpleString())
                    .isEqualTo("struct<path:string,digest:string,label:string,scores:array<float>,"
                            + "embedding:array<float>,error:string>");
            var rows = table.collectAsList();
            requireEachOnce(rows, IMAGES + 2);
            assertThat(rows).allMatch(r -> r.isNullAt(2) && r.isNullAt(3));
            assertThat(rows).filteredOn(r -> r.getAs("error") != null).hasSize(2);
            assertThat(rows)
                    .filteredOn(r -> r.getAs("error") == null)
                    .allMatch(r -> r.getList(4).size() == 64);
        } finally {
            spark.stop();
        }
    }

    /** Executors are processes of their own; one is killed half-way. */
    @Test
    void aKilledExecutorLosesNothing() throws IOException, InterruptedException {
        var in = folder.resolve("in");
        Photos.write(in, IMAGES);
        var out = folder.resolve("out");
        System.setProperty("spark.testing", "true");
        System.setProperty("spark.test.home", folder.toString());
        var spark = SparkSession.builder()
                .master("local-cluster[2,1,1024]")
                .config("spark.ui.enabled", "false")
                .config("spark.executor.memory", "1024m")
                .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
                .config("spark.executorEnv.SPARK_TESTING", "1")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config(
                        "spark.executor.extraJavaOptions",
                        "--add-modules jdk.incubator.vector -Djava.awt.headless=true")
                .getOrCreate();
        try {
            var killed = new boolean[1];
            var killer = Thread.ofVirtual().start(() -> {
                try {
                    while (!killed[0]) {
                        Thread.sleep(20);
                        if (parquetFiles(out) >= 3) {
                            executors().getFirst().destroyForcibly();
                            killed[0] = true;
                        }
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            var stage = new ImageClassifier().setNetwork("srm_resnet32");
            var done = new FolderJob(JavaSparkContext.fromSparkContext(spark.sparkContext()), stage, 1000)
                    .run(in.toString(), out.toString(), "a test", counts -> {});
            killer.join(5000);
            assertThat(killed[0]).isTrue();
            assertThat(done.images()).isEqualTo(IMAGES);
            var rows = spark.read().parquet(out.toString()).collectAsList();
            requireEachOnce(rows, IMAGES);
            assertThat(rows).allMatch(r -> r.getAs("error") == null && r.isNullAt(4));
            assertThat(rows)
                    .allMatch(r -> r.getList(3).size() == 10 && !r.getString(2).isEmpty());
        } finally {
            spark.stop();
            System.clearProperty("spark.testing");
            System.clearProperty("spark.test.home");
        }
    }

    private static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .children()
                .filter(p -> {
                    try {
                        // The handle's own command line is cut where the class path is long.
                        return Files.readString(Path.of("/proc/" + p.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                                .contains("CoarseGrainedExecutorBackend");
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }
}
