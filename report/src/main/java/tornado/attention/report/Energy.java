package tornado.attention.report;

/**
 * Energy of one run, where the machine reports any.
 *
 * @param joulesPerRun joules
 * @param method how it was found
 */
public record Energy(double joulesPerRun, String method) {}
