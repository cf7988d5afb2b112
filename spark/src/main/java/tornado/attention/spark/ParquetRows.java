package tornado.attention.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Rows in Parquet files, with the columns and types that Spark SQL would give them. It is not asked itself: its session, plans and generated code
 * take two seconds of a command, and nothing here is a query.
 */
final class ParquetRows {
    private static final String PATH = "optional binary path (STRING);";
    private static final String ERROR = "error";

    private static final MessageType SCHEMA =
            MessageTypeParser.parseMessageType("message images { " + PATH + " optional binary digest (STRING);"
                    + " optional binary label (STRING);"
                    + " optional group scores (LIST) { repeated group list { required float element; } }"
                    + " optional group embedding (LIST) { repeated group list { required float element; } }"
                    + " optional binary error (STRING); }");

    private ParquetRows() {}

    /** Settings of a job that adds files to a folder, whose names begin as given. */
    static Configuration settings(Configuration before, String names) {
        var settings = new Configuration(before);
        settings.set("mapreduce.output.basename", names);
        settings.set("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
        settings.set(ParquetOutputFormat.COMPRESSION, CompressionCodecName.SNAPPY.name());
        settings.set(ParquetOutputFormat.JOB_SUMMARY_LEVEL, ParquetOutputFormat.JobSummaryLevel.NONE.name());
        // Digests, scores and vectors hardly ever come twice.
        settings.setBoolean(ParquetOutputFormat.ENABLE_DICTIONARY, false);
        return settings;
    }

    /** Paths of a file's rows. */
    static List<String> paths(Path file, Configuration configuration) throws IOException {
        var settings = new Configuration(configuration);
        settings.set(ReadSupport.PARQUET_READ_SCHEMA, "message paths { " + PATH + " }");
        var found = new ArrayList<String>();
        try (var reader = ParquetReader.builder(new GroupReadSupport(), file)
                .withConf(settings)
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                found.add(row.getString("path", 0));
            }
        }
        return found;
    }

    /** How many rows of a file hold an error, by what its end says of the column: no row is read. */
    static long failed(Path file, Configuration configuration) throws IOException {
        try (var reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration))) {
            long rows = 0;
            for (var block : reader.getFooter().getBlocks()) {
                for (var chunk : block.getColumns()) {
                    if (chunk.getPath().toDotString().equals(ERROR)) {
                        rows += block.getRowCount() - chunk.getStatistics().getNumNulls();
                    }
                }
            }
            return rows;
        }
    }

    /** Files beside those that are there. */
    public static final class Format extends ParquetOutputFormat<ImageRow> {
        /** Made by Spark, by name. */
        public Format() {
            super(new Writing());
        }

        /** A folder that is there already is what is wanted. */
        @Override
        public void checkOutputSpecs(JobContext job) {}
    }

    private static final class Writing extends WriteSupport<ImageRow> {
        private RecordConsumer out;

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            this.out = consumer;
        }

        @Override
        public void write(ImageRow row) {
            out.startMessage();
            text("path", row.path());
            text("digest", row.digest());
            text("label", row.made().label());
            numbers("scores", row.made().scores());
            numbers("embedding", row.made().embedding());
            text(ERROR, row.made().error());
            out.endMessage();
        }

        private void text(String column, String value) {
            if (value != null) {
                out.startField(column, SCHEMA.getFieldIndex(column));
                out.addBinary(Binary.fromString(value));
                out.endField(column, SCHEMA.getFieldIndex(column));
            }
        }

        private void numbers(String column, float[] values) {
            if (values == null) {
                return;
            }
            out.startField(column, SCHEMA.getFieldIndex(column));
            out.startGroup();
            if (values.length > 0) {
                out.startField("list", 0);
                for (float value : values) {
                    out.startGroup();
                    out.startField("element", 0);
                    out.addFloat(value);
                    out.endField("element", 0);
                    out.endGroup();
                }
                out.endField("list", 0);
            }
            out.endGroup();
            out.endField(column, SCHEMA.getFieldIndex(column));
        }
    }
}
