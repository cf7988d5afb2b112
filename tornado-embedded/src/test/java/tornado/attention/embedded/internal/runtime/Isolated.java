package tornado.attention.embedded.internal.runtime;

/** Runs test code with given settings of the engine, whatever the JVM's properties are. */
final class Isolated {

    private Isolated() {}

    /** An action that may throw. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    static void with(MemoryMode memory, Action action) {
        new EmbeddedOptions(2, memory).run(() -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("The test threw a checked exception.", e);
            }
        });
    }

    static void isolated(Action action) {
        with(MemoryMode.ISOLATED, action);
    }
}
