package tornado.attention.bench.compare;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.bench.machine.MachineInfo;
import tornado.attention.report.Differences;
import tornado.attention.report.Environment;
import tornado.attention.report.RunConfiguration;

/** Who, where and with what a run is. */
final class RunIdentity {
    private RunIdentity() {}

    /** The run that begins now. */
    static Environment of(RunConfiguration configuration, Field field) {
        var engine = Engine.current();
        var commit = MachineInfo.commit();
        return new Environment(
                UUID.randomUUID().toString(),
                OffsetDateTime.now(ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString(),
                configuration,
                Engine.projectVersion(),
                commit.commit(),
                commit.dirty(),
                engine.name(),
                engine.name().equals(Engine.TORNADOVM) ? engine.version() : "none (embedded engine)",
                MachineInfo.machine(),
                Case.ELEMENT_TYPE,
                Case.LAYOUT,
                field.contenders(),
                Map.of(),
                field.peerState(),
                EnergyMeter.ofThisMachine().method(),
                null);
    }

    /** The same with what the devices reach at best. */
    static Environment withCeilings(Environment e, Field field) {
        return new Environment(
                e.run(),
                e.started(),
                e.configuration(),
                e.projectVersion(),
                e.commit(),
                e.dirty(),
                e.engine(),
                e.tornadovm(),
                e.machine(),
                e.elementType(),
                e.layout(),
                e.contenders(),
                field.ceilings(),
                e.peer(),
                e.energy(),
                e.load());
    }

    /**
     * A folder holds rows of one machine and one build only; several are merged by {@code attn report}.
     *
     * @throws FailureException if the run was another one's
     */
    static void requireSame(Path resume, Environment before, Environment now) {
        var differences = new Differences()
                .of("commit", before.commit(), now.commit())
                .of("engine", before.engine() + " " + before.tornadovm(), now.engine() + " " + now.tornadovm())
                .of("JDK", before.machine().jdk(), now.machine().jdk())
                .of("processor", before.machine().cpu(), now.machine().cpu())
                .of("cores", before.machine().cores(), now.machine().cores());
        if (!before.configuration().peers().isEmpty()) {
            differences.of("PyTorch (--python names its Python)", before.peer(), now.peer());
        }
        if (!differences.isEmpty()) {
            throw new FailureException("The run in " + resume + " cannot go on here: " + differences
                    + "; start a new run and merge both with 'attn report'.");
        }
    }
}
