package tornado.attention.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.CorruptFiles;
import tornado.attention.bench.Outcome;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.SafetensorsWriter;

class VerifyCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private static Path bundled(String name) throws IOException {
        try (var cases = CaseFiles.bundled()) {
            return cases.files().stream()
                    .filter(f -> CaseFiles.nameOf(f).equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void oneLineAModule() throws IOException {
        var outcome = Outcome.of("verify", bundled("ECA__k7"), bundled("ECA__k1"), bundled("SEWeightModule__c32"));
        assertThat(outcome.status()).as(outcome.err()).isZero();
        var lines = outcome.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).containsSubsequence("module", "cases", "worst error", "tolerance", "verdict");
        assertThat(lines.get(1)).containsPattern("^SEWeightModule +1 +\\d\\.\\de-\\d\\d +1\\.0e-05 +pass$");
        assertThat(lines.get(2)).containsPattern("^ECA +2 .* pass$");
        assertThat(lines.get(3)).startsWith("3 cases pass, 0 fail, 0 unsupported on embedded");
    }

    @Test
    void jsonHasOneRecordACase() throws IOException {
        var file = folder.resolve("verify.json");
        var corrupt = CorruptFiles.write(folder.resolve("ECA__broken.safetensors"), "{", 0);
        var unknown = renamed(bundled("ECA__k1"), folder.resolve("x.safetensors"), "NotYetThere");
        var outcome = Outcome.of("verify", bundled("ECA__k7"), corrupt, unknown, "--json", file);
        assertThat(outcome.status()).isEqualTo(1);
        var records = JSON.readTree(file.toFile());
        assertThat(records).hasSize(3);
        for (var record : records) {
            var names = new ArrayList<String>();
            record.fieldNames().forEachRemaining(names::add);
            assertThat(names)
                    .containsExactly(
                            "module",
                            "case",
                            "mode",
                            "engine",
                            "device",
                            "maxAbs",
                            "maxRel",
                            "tolerance",
                            "verdict",
                            "reason");
            assertThat(record.get("engine").asText()).isEqualTo("embedded");
            assertThat(record.get("device").asText()).isEqualTo("0:0");
        }
        var pass = byCase(records, "ECA__k7");
        assertThat(pass.get("verdict").asText()).isEqualTo("pass");
        assertThat(pass.get("mode").asText()).isEqualTo("eval");
        assertThat(pass.get("maxRel").asDouble())
                .isBetween(0.0, pass.get("tolerance").asDouble());
        assertThat(pass.get("reason").isNull()).isTrue();
        var broken = byCase(records, "ECA__broken");
        assertThat(broken.get("verdict").asText()).isEqualTo("fail");
        assertThat(broken.get("module").asText()).isEqualTo("ECA");
        assertThat(broken.get("reason").asText()).contains("ECA__broken.safetensors");
        var missing = byCase(records, "ECA__k1");
        assertThat(missing.get("verdict").asText()).isEqualTo("unsupported");
        assertThat(missing.get("maxAbs").isNull()).isTrue();
        assertThat(missing.get("reason").asText()).isEqualTo("Module NotYetThere is not implemented.");
        assertThat(outcome.out()).containsPattern("NotYetThere +1 +- +- +unsupported");
    }

    private static JsonNode byCase(JsonNode records, String name) {
        for (var record : records) {
            if (record.get("case").asText().equals(name)) {
                return record;
            }
        }
        throw new AssertionError("no record of " + name + " in " + records);
    }

    /** The same case said to be of another module. */
    private static Path renamed(Path from, Path to, String module) throws IOException {
        return copied(from, to, module, 0);
    }

    /** A copy of a case with another module's name and something added to the first expected value. */
    private static Path copied(Path from, Path to, String module, double added) throws IOException {
        var writer = new SafetensorsWriter();
        try (var file = SafetensorsFile.open(from)) {
            for (var name : file.names()) {
                var info = file.info(name);
                switch (info.dtype()) {
                    case F64 -> {
                        var values = file.doubles(name);
                        values[0] += added;
                        writer.add(name, info.shape(), values);
                    }
                    case F32 -> writer.add(name, info.shape(), file.floats(name));
                    default -> throw new AssertionError(name + " is " + info.dtype());
                }
            }
            file.metadata().forEach((key, value) -> writer.metadata(key, key.equals("module") ? module : value));
        }
        writer.write(to);
        return to;
    }

    @Test
    void aWrongResultFails() throws IOException {
        var file = copied(bundled("ECA__k7"), folder.resolve("wrong.safetensors"), "ECA", 0.01);
        var outcome = Outcome.of("verify", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("1 of 1 fail", "ECA__k7: output64: element 0 is ", "0 cases pass, 1 fail");
        assertThat(Outcome.of("verify", file, "--tolerance", "0.1").status()).isZero();
    }

    @Test
    void everyCorruptFileIsAFailedCaseWithItsSentence() throws IOException {
        for (var entry : CorruptFiles.all(folder).entrySet()) {
            var outcome = Outcome.of("verify", entry.getKey(), "--json", "-");
            assertThat(outcome.status()).as(outcome.err()).isEqualTo(1);
            var record = JSON.readTree(outcome.out()).get(0);
            assertThat(record.get("verdict").asText()).isEqualTo("fail");
            assertThat(record.get("reason").asText())
                    .contains(entry.getKey().toString())
                    .contains(entry.getValue())
                    .doesNotContain("\n");
        }
    }

    @Test
    void aSafetensorsFileThatIsNoCaseFails() throws IOException {
        var file = folder.resolve("plain.safetensors");
        new SafetensorsWriter().add("input", new long[] {2}, new float[2]).write(file);
        var outcome = Outcome.of("verify", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("its metadata have no 'mode'");
    }

    @Test
    void foldersAreReadRecursivelyWithoutTables() throws IOException {
        var deep = Files.createDirectories(folder.resolve("a/b"));
        var tables = Files.createDirectories(folder.resolve("a/tables"));
        Files.copy(bundled("ECA__k7"), deep.resolve("ECA__k7.safetensors"));
        Files.copy(bundled("ECA__k1"), tables.resolve("ECA__k1.safetensors"));
        Files.writeString(folder.resolve("notes.txt"), "none");
        var link = Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
        try (var cases = CaseFiles.in(List.of(folder))) {
            assertThat(cases.files()).containsExactly(deep.resolve("ECA__k7.safetensors"));
        }
        try (var cases = CaseFiles.in(List.of(link))) {
            assertThat(cases.files()).containsExactly(link.resolve("a/b/ECA__k7.safetensors"));
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void aFolderWithoutACaseIsAnError() {
        var outcome = Outcome.of("verify", folder);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("there is no .safetensors file in this folder");
    }

    @Test
    void aNormOverOneValueHasItsOwnTolerance() throws IOException {
        try (var single = SafetensorsFile.open(bundled("ContextBlock2d__avg_mul_add_planes1"));
                var usual = SafetensorsFile.open(bundled("ContextBlock2d__avg_add"))) {
            assertThat(Tolerance.of(single)).isEqualTo(5e-5);
            assertThat(Tolerance.of(usual)).isEqualTo(1e-5);
        }
    }

    @Test
    void relaxedMathIsKnownByBackendAndFlags() {
        assertThat(VerifyCommand.isRelaxed("OPENCL", null)).isTrue();
        assertThat(VerifyCommand.isRelaxed("OPENCL", "-cl-mad-enable -cl-fast-relaxed-math -w"))
                .isTrue();
        assertThat(VerifyCommand.isRelaxed("OPENCL", "-w")).isFalse();
        assertThat(VerifyCommand.isRelaxed("JAVA", null)).isFalse();
        assertThat(VerifyCommand.isRelaxed("CUDA", null)).isFalse();
    }
}
