package tornado.attention.modules.float64;

/** Products of queries with keys and values, one query after the other, so that no N x M matrix is stored. */
final class Attention64 {

    /** Turns the products of one query with all keys into weights, in place. */
    @FunctionalInterface
    interface Row {
        /** @param row M products; {@code batch} and {@code query} say whose */
        void apply(double[] row, int batch, int query);
    }

    private Attention64() {}

    /**
     * y_n = sum_m f(q_n . k)_m v_m.
     *
     * @param queries [B, N, D]
     * @param keys [B, M, D]
     * @param values [B, M, V]
     * @return [B, N, V]
     */
    static Array64 attend(Array64 queries, Array64 keys, Array64 values, Row weights) {
        int n = queries.dim(1);
        int depth = queries.dim(2);
        int m = keys.dim(1);
        int width = values.dim(2);
        var byDepth = Linear64.transpose(keys);
        var y = Array64.zeros(queries.dim(0), n, width);
        Loops64.forEach(queries.dim(0) * n, (long) queries.dim(0) * n * m * (depth + width), index -> {
            int batch = index / n;
            var row = new double[m];
            for (var d = 0; d < depth; d++) {
                double query = queries.values()[index * depth + d];
                int keyRow = (batch * depth + d) * m;
                for (var j = 0; j < m; j++) {
                    row[j] += query * byDepth.values()[keyRow + j];
                }
            }
            weights.apply(row, batch, index % n);
            for (var j = 0; j < m; j++) {
                int valueRow = (batch * m + j) * width;
                for (var v = 0; v < width; v++) {
                    y.values()[index * width + v] += row[j] * values.values()[valueRow + v];
                }
            }
        });
        return y;
    }

    /** Softmax over the keys of the products times a factor. */
    static Row softmax(double factor) {
        return (row, batch, query) -> {
            for (var j = 0; j < row.length; j++) {
                row[j] *= factor;
            }
            Activation64.softmax(row, 0, row.length, 1);
        };
    }
}
