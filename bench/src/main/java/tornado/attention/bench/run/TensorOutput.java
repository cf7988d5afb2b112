package tornado.attention.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.files.AtomicFile;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.report.internal.text.NumpyFile;

/** Writes tensors into a file whose name says the format. */
public final class TensorOutput {
    private static final String[] ENDINGS = {".safetensors", ".npy", ".csv"};

    private TensorOutput() {}

    /**
     * Checks the name of a file before anything is computed.
     *
     * @param file null where the option was not given
     * @throws UsageException if it says no format
     */
    static void require(String option, Path file) {
        if (file != null) {
            OutputFiles.ending(option, file, ENDINGS);
        }
    }

    /**
     * Writes: safetensors hold all tensors by their names and what is said of them; .npy and .csv hold one, .csv a line for each row of
     * the last axis.
     *
     * @throws UsageException if there are several and the format holds one
     */
    public static void write(String option, Path file, List<NamedTensor> tensors, Map<String, String> said)
            throws IOException {
        var ending = OutputFiles.ending(option, file, ENDINGS);
        if (ending.equals(".safetensors")) {
            var writer = new SafetensorsWriter();
            for (var tensor : tensors) {
                writer.add(
                        tensor.name(),
                        Arrays.stream(tensor.shape().dims()).asLongStream().toArray(),
                        tensor.values());
            }
            said.forEach(writer::metadata);
            writer.write(file);
            return;
        }
        if (tensors.size() != 1) {
            throw new UsageException(option + " " + file + " holds one tensor, but there are " + tensors.size() + ": "
                    + String.join(", ", tensors.stream().map(NamedTensor::name).toList())
                    + "; end it with .safetensors.");
        }
        var tensor = tensors.getFirst();
        if (ending.equals(".npy")) {
            AtomicFile.write(file, NumpyFile.of(tensor.shape().dims(), List.of(tensor.values())));
        } else {
            AtomicFile.write(file, csv(tensor));
        }
    }

    private static String csv(NamedTensor tensor) throws IOException {
        var text = new StringBuilder();
        int columns = tensor.shape().rank() == 0 ? 1 : tensor.shape().dim(-1);
        try (var printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            for (int i = 0; i < tensor.values().length; i++) {
                printer.print(tensor.values()[i]);
                if ((i + 1) % columns == 0) {
                    printer.println();
                }
            }
        }
        return text.toString();
    }
}
