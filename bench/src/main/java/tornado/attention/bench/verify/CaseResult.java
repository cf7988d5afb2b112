package tornado.attention.bench.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import tornado.attention.report.Verdict;

/**
 * What came of one case.
 *
 * @param module name of the module; the beginning of the file's name where the file cannot be read
 * @param name name of the case
 * @param mode {@code eval} or {@code train}; null where unknown
 * @param engine {@code embedded} or {@code tornadovm}
 * @param device its id
 * @param maxAbs largest absolute error; null where nothing was compared
 * @param maxRel largest error relative to the largest expected value of its tensor; null where nothing was compared
 * @param tolerance largest {@code maxRel} that passes; null where nothing was compared
 * @param verdict the verdict
 * @param reason one sentence where the verdict is not {@link Verdict#PASS}; else null
 */
public record CaseResult(
        String module,
        String name,
        String mode,
        String engine,
        String device,
        Double maxAbs,
        Double maxRel,
        Double tolerance,
        Verdict verdict,
        String reason) {
    /** As a JSON object: the names of the record's fields, {@code case} for the name. */
    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("module", module);
        json.put("case", name);
        json.put("mode", mode);
        json.put("engine", engine);
        json.put("device", device);
        json.put("maxAbs", maxAbs);
        json.put("maxRel", maxRel);
        json.put("tolerance", tolerance);
        json.put("verdict", verdict.word());
        json.put("reason", reason);
        return json;
    }
}
