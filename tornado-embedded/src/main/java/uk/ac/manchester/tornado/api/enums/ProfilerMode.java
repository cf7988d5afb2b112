package uk.ac.manchester.tornado.api.enums;

/** Where the profile of a run goes. */
public enum ProfilerMode {
    /** Printed after every run, and kept in the result. */
    CONSOLE,
    /** Kept in the result only. */
    SILENT
}
