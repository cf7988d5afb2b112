package tornado.attention.bench.compare;

import tornado.attention.report.Contender;
import tornado.attention.report.Phases;
import tornado.attention.tasks.ChainOptions;

/** The baseline: the portable kernels as plain Java, scalar but for what the JIT makes of them, on one thread. */
final class SequentialRunner implements Runner {
    private final Contender contender;
    private Runnable kernels;

    /**
     * A runner without a case.
     *
     * @param processor name of the processor
     */
    SequentialRunner(String processor) {
        contender = new Contender(
                Contender.SEQUENTIAL,
                "java",
                Runtime.version().toString(),
                "none",
                "",
                processor,
                System.getProperty("java.vm.name", "JVM"),
                1,
                "portable");
    }

    @Override
    public Contender contender() {
        return contender;
    }

    @Override
    public Prepared prepare(CaseData data) {
        release();
        long start = System.nanoTime();
        var attachment = Attachment.of(data, ChainOptions.evaluation());
        kernels = attachment.chain().sequential();
        long built = System.nanoTime();
        kernels.run();
        long ran = System.nanoTime();
        return new Prepared(
                attachment.read(), attachment.cost(), new Phases(built - start, 0, ran - built, 0, 0, 0, ""));
    }

    @Override
    public long[] slice(long nanos, int most) {
        return Samples.take(kernels, nanos, most);
    }

    @Override
    public long compiling() {
        return Compilation.nanos();
    }

    @Override
    public Profile profile() {
        return Profile.NONE;
    }

    @Override
    public void release() {
        kernels = null;
    }

    @Override
    public void close() {
        release();
    }
}
