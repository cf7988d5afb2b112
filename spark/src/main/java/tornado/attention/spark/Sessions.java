package tornado.attention.spark;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import tornado.attention.bench.cli.FailureException;

/** Sessions of the command line. */
final class Sessions {
    private static final String JAVA = "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED"
            + " --sun-misc-unsafe-memory-access=allow -Djava.awt.headless=true";

    private Sessions() {}

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
                .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
        if (master.startsWith("local[") || master.equals("local")) {
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
