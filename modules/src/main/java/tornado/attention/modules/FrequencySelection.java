package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.Value;

/**
 * FcaNet's choice of frequencies and the filters of the discrete cosine transform for them (Qin et al., arXiv 2012.11879).
 *
 * @param method {@code top}, {@code low} or {@code bot} with 1, 2, 4, 8, 16 or 32
 * @param rows row frequencies on a grid of 7
 * @param columns column frequencies on a grid of 7
 */
record FrequencySelection(String method, List<Integer> rows, List<Integer> columns) {
    /** The size on which the frequencies were chosen. */
    private static final int GRID = 7;

    private static final List<Integer> COUNTS = List.of(1, 2, 4, 8, 16, 32);

    // Row and column of each frequency as digits, best first; facts of the official code.
    private static final String TOP_ROWS = "00600114513000324635526553342261";
    private static final String TOP_COLUMNS = "01052020060463526333511242113053";
    private static final String LOW_ROWS = "00110221203401301234501234561234";
    private static final String LOW_COLUMNS = "01012012230043154321065432106543";
    private static final String BOTTOM_ROWS = "61332412445146256162243355625536";
    private static final String BOTTOM_COLUMNS = "64466314456522514350311242115333";

    /** Copies the lists. */
    FrequencySelection {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
    }

    /**
     * The selection of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static FrequencySelection named(String method) {
        for (int count : COUNTS) {
            if (method.equals("top" + count)) {
                return of(method, TOP_ROWS, TOP_COLUMNS, count);
            }
            if (method.equals("low" + count)) {
                return of(method, LOW_ROWS, LOW_COLUMNS, count);
            }
            if (method.equals("bot" + count)) {
                return of(method, BOTTOM_ROWS, BOTTOM_COLUMNS, count);
            }
        }
        throw new IllegalArgumentException("There is no frequency selection '" + method
                + "'; use top, low or bot with 1, 2, 4, 8, 16 or 32, such as top16.");
    }

    private static FrequencySelection of(String method, String rows, String columns, int count) {
        return new FrequencySelection(method, digits(rows, count), digits(columns, count));
    }

    private static List<Integer> digits(String text, int count) {
        var digits = new ArrayList<Integer>();
        text.substring(0, count).chars().forEach(c -> digits.add(c - '0'));
        return digits;
    }

    /** How many frequencies. */
    int count() {
        return rows.size();
    }

    /** The filter of a frequency: {@code [height, width]}, row-major. */
    double[] filter(int index, int height, int width) {
        int u = rows.get(index) * (height / GRID);
        int v = columns.get(index) * (width / GRID);
        var filter = new double[height * width];
        for (int p = 0; p < height; p++) {
            for (int q = 0; q < width; q++) {
                filter[p * width + q] = basis(p, u, height) * basis(q, v, width);
            }
        }
        return filter;
    }

    private static double basis(int position, int frequency, int length) {
        double value = Math.cos(Math.PI * frequency * (position + 0.5) / length) / Math.sqrt(length);
        return frequency == 0 ? value : value * Math.sqrt(2);
    }

    /** The filter of every channel, {@code [channels, height, width]}: channels are divided evenly among the frequencies. */
    float[] filters(int channels, int height, int width) {
        var values = new float[channels * height * width];
        int perFilter = channels / count();
        for (int c = 0; c < perFilter * count(); c++) {
            var filter = filter(c / perFilter, height, width);
            for (int i = 0; i < filter.length; i++) {
                values[c * filter.length + i] = (float) filter[i];
            }
        }
        return values;
    }

    /** One filter a frequency, {@code [F, 1, height, width]}, in double precision. */
    Value filters(int height, int width) {
        var values = new double[count() * height * width];
        for (int f = 0; f < count(); f++) {
            System.arraycopy(filter(f, height, width), 0, values, f * height * width, height * width);
        }
        return Value.of(new Constant("dct", new Array(Shape.of(count(), 1, height, width), values)));
    }
}
