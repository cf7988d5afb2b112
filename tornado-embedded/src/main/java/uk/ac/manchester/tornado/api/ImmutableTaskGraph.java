package uk.ac.manchester.tornado.api;

import tornado.attention.embedded.internal.runtime.GraphDefinition;

/** A task graph that no longer changes, ready for an execution plan. */
public class ImmutableTaskGraph {

    private final GraphDefinition definition;

    ImmutableTaskGraph(GraphDefinition definition) {
        this.definition = definition;
    }

    GraphDefinition definition() {
        return definition;
    }
}
