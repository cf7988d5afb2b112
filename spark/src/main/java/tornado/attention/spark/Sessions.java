package tornado.attention.spark;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import tornado.attention.bench.cli.FailureException;

/** Sessions of the command line. */
final class Sessions {
    private static final String JAVA = "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED"
            + " --sun-misc-unsafe-memory-access=allow -Djava.awt.headless=true";

    private Sessions() {}

    /** Whether tasks run in the JVM that asks for them. */
    static boolean isThisProcess(String master) {
        return master.startsWith("local[") || master.equals("local");
    }

    /** How many cores Spark gives to a task by its settings; one where they name no number, which Spark refuses itself. */
    static int coresOfTask(Map<String, String> settings) {
        var cores = settings.getOrDefault("spark.task.cpus", "1");
        return cores.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(cores) : 1;
    }

    /**
     * Starts one.
     *
     * @param settings of Spark, which go before the usual ones
     * @throws FailureException if there is no such master
     */
    static SparkSession start(String name, String master, Map<String, String> settings) {
        var builder = SparkSession.builder()
                .appName(name)
                .master(master)
                .config("spark.ui.enabled", "false")
                // Rows are few and each is a network's work: generated code would take longer to compile than it saves.
                .config("spark.sql.codegen.wholeStage", "false")
                .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
        if (isThisProcess(master)) {
            builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1");
        } else {
            builder.config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                    .config("spark.executor.extraJavaOptions", JAVA);
        }
        settings.forEach(builder::config);
        try {
            return builder.getOrCreate();
        } catch (RuntimeException e) {
            throw new FailureException("Spark does not start with master " + master + ": " + e.getMessage(), e);
        }
    }
}
