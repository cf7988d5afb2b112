package tornado.attention.report;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Identity of a run: what {@code environment.json} holds and what every row carries.
 *
 * @param run unique id
 * @param started when, ISO 8601 with offset
 * @param configuration what was asked for
 * @param projectVersion version of this project
 * @param commit our commit; {@code unknown} where there is no git
 * @param dirty whether files differed from that commit; null where that is unknown
 * @param engine what executed task graphs, such as {@code embedded}
 * @param tornadovm version of the TornadoVM that executed them; {@code none (embedded engine ...)} for the embedded
 *     engine
 * @param machine where
 * @param elementType such as {@code f32}
 * @param layout such as {@code NCHW}
 * @param contenders who took part
 * @param ceilings measured ceilings by key of the contender
 * @param peer what PyTorch says of itself, or why there is none; empty where nobody asked
 * @param energy how energy is measured, or why it is not
 * @param load how busy others kept the processors before and during the run; null where that is not known
 */
public record Environment(
        String run,
        String started,
        RunConfiguration configuration,
        String projectVersion,
        String commit,
        Boolean dirty,
        String engine,
        String tornadovm,
        Machine machine,
        String elementType,
        String layout,
        List<Contender> contenders,
        Map<String, Ceiling> ceilings,
        String peer,
        String energy,
        String load) {
    /** Copies the collections. */
    public Environment {
        contenders = List.copyOf(contenders);
        ceilings = Collections.unmodifiableMap(new TreeMap<>(ceilings));
    }

    /** The same with what is known of the load. */
    public Environment withLoad(String known) {
        return new Environment(
                run,
                started,
                configuration,
                projectVersion,
                commit,
                dirty,
                engine,
                tornadovm,
                machine,
                elementType,
                layout,
                contenders,
                ceilings,
                peer,
                energy,
                known);
    }
}
