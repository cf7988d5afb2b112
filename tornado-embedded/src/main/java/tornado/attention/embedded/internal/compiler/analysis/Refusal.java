package tornado.attention.embedded.internal.compiler.analysis;

import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/** Makes the one sentence with which a kernel is refused: kernel, line, rule. */
public final class Refusal {
    private Refusal() {}

    /**
     * A refusal that concerns a place in a kernel.
     *
     * @param code the kernel or helper
     * @param element index of the offending element of the code
     * @param rule the broken rule and what to do, without a capital and without a full stop
     * @return the exception to throw
     */
    public static TornadoBailoutRuntimeException at(KernelCode code, int element, String rule) {
        var line = code.line(element);
        return new TornadoBailoutRuntimeException(
                "Kernel " + code.display() + (line > 0 ? ", line " + line : "") + ": " + rule + ".");
    }

    /**
     * A refusal that concerns a kernel as a whole.
     *
     * @param kernel its short name
     * @param rule the broken rule and what to do
     * @return the exception to throw
     */
    public static TornadoBailoutRuntimeException ofKernel(String kernel, String rule) {
        return new TornadoBailoutRuntimeException("Kernel " + kernel + ": " + rule + ".");
    }

    /**
     * A refusal that concerns the function given to a task.
     *
     * @param task name of the task
     * @param function what was given
     * @param rule the broken rule and what to do
     * @return the exception to throw
     */
    public static TornadoBailoutRuntimeException ofTask(String task, String function, String rule) {
        return new TornadoBailoutRuntimeException("Task " + task + ": " + function + " " + rule + ".");
    }
}
