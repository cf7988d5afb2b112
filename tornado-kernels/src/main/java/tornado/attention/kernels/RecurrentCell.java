package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** DIANet's LSTM cell (arXiv 1905.10671), whose output passes through a sigmoid where other LSTMs have tanh. */
public final class RecurrentCell {
    private RecurrentCell() {}

    /**
     * Gates and state update in one kernel: with {@code gates = u wIn + bIn + v wState + bState} in the order input,
     * forget, candidate, output, {@code c' = sigmoid(f) c + sigmoid(i) tanh(g)} and {@code h' = sigmoid(o)
     * sigmoid(c')}. Not called {@code step}: a method's name becomes the kernel's, and OpenCL C has a function of that
     * name (TornadoVM 5.2; look again at 6.0).
     *
     * @param u {@code [batch, inputs]}, from the input
     * @param v {@code [batch, states]}, from the old output
     * @param wIn {@code [inputs, 4 * hidden]}
     * @param bIn {@code [4 * hidden]}
     * @param wState {@code [states, 4 * hidden]}
     * @param bState {@code [4 * hidden]}
     * @param c {@code [batch, hidden]}, the old state
     * @param hOut {@code [batch, hidden]}
     * @param cOut {@code [batch, hidden]}
     * @param batch rows
     * @param inputs elements of a row of {@code u}
     * @param states elements of a row of {@code v}
     * @param hidden elements of the state
     */
    public static void advance(
            FloatArray u,
            FloatArray v,
            FloatArray wIn,
            FloatArray bIn,
            FloatArray wState,
            FloatArray bState,
            FloatArray c,
            FloatArray hOut,
            FloatArray cOut,
            int batch,
            int inputs,
            int states,
            int hidden) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int j = 0; j < hidden; j++) {
                float input = bIn.get(j) + bState.get(j);
                float forget = bIn.get(hidden + j) + bState.get(hidden + j);
                float candidate = bIn.get(2 * hidden + j) + bState.get(2 * hidden + j);
                float output = bIn.get(3 * hidden + j) + bState.get(3 * hidden + j);
                for (int k = 0; k < inputs; k++) {
                    float x = u.get(b * inputs + k);
                    input += x * wIn.get(k * 4 * hidden + j);
                    forget += x * wIn.get(k * 4 * hidden + hidden + j);
                    candidate += x * wIn.get(k * 4 * hidden + 2 * hidden + j);
                    output += x * wIn.get(k * 4 * hidden + 3 * hidden + j);
                }
                for (int k = 0; k < states; k++) {
                    float x = v.get(b * states + k);
                    input += x * wState.get(k * 4 * hidden + j);
                    forget += x * wState.get(k * 4 * hidden + hidden + j);
                    candidate += x * wState.get(k * 4 * hidden + 2 * hidden + j);
                    output += x * wState.get(k * 4 * hidden + 3 * hidden + j);
                }
                float state = Activations.sigmoid(forget) * c.get(b * hidden + j)
                        + Activations.sigmoid(input) * TornadoMath.tanh(candidate);
                cOut.set(b * hidden + j, state);
                hOut.set(b * hidden + j, Activations.sigmoid(output) * Activations.sigmoid(state));
            }
        }
    }
}
