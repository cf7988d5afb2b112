package tornado.attention.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import tornado.attention.bench.cli.FailureException;

/** Spark as the command line starts it. */
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
     * Starts Spark.
     *
     * @param settings of Spark, which go before the usual ones
     * @throws FailureException if there is no such master
     */
    static JavaSparkContext start(String name, String master, Map<String, String> settings) {
        var all = new SparkConf().setAppName(name).setMaster(master).set("spark.ui.enabled", "false");
        if (isThisProcess(master)) {
            all.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1");
        } else {
            all.set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                    .set("spark.executor.extraJavaOptions", JAVA);
        }
        settings.forEach(all::set);
        try {
            return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(all));
        } catch (RuntimeException e) {
            throw new FailureException("Spark does not start with master " + master + ": " + e.getMessage(), e);
        }
    }
}
