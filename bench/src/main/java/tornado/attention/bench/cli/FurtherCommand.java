package tornado.attention.bench.cli;

import java.util.concurrent.Callable;

/** A command that a jar on the class path brings along, found as a service; its annotation names it. */
public interface FurtherCommand extends Callable<Integer> {}
