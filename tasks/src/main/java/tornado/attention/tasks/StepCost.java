package tornado.attention.tasks;

/**
 * What one kernel of a chain costs.
 *
 * @param task its name, such as {@code gc.context}
 * @param covers the tasks of the graph that it makes, and the pattern that found them; empty where there is no graph
 * @param variant which kernel was chosen: {@code portable} or the name of a work-group variant
 * @param macs multiply-accumulates of convolutions and matrix products
 * @param bytes device memory traffic: each tensor read counted once and each written once, unless the task says otherwise
 */
public record StepCost(String task, String covers, String variant, long macs, long bytes) {}
