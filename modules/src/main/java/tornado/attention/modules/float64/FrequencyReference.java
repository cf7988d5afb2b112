package tornado.attention.modules.float64;

/** FcaNet: Frequency Channel Attention Networks, Qin et al., ICCV 2021 (arXiv 2012.11879). */
final class FrequencyReference {
    /** Row and column frequency of each of the 32 filters, best first; 7 x 7 is the grid they were ranked on. */
    private record Ranking(int[] rows, int[] columns) {
        static Ranking of(String rows, String columns) {
            return new Ranking(digits(rows), digits(columns));
        }

        private static int[] digits(String word) {
            return word.chars().map(digit -> digit - '0').toArray();
        }
    }

    private static final int GRID = 7;
    private static final Ranking TOP =
            Ranking.of("00600114513000324635526553342261", "01052020060463526333511242113053");
    private static final Ranking LOW =
            Ranking.of("00110221203401301234501234561234", "01012012230043154321065432106543");
    private static final Ranking BOTTOM =
            Ranking.of("61332412445146256162243355625536", "64466314456522514350311242115333");

    private FrequencyReference() {}

    /** X sigma(W2 relu(W1 z)), z_c = sum_pq P_c D_c, P = X pooled to the size of the filters. */
    static Array64 multiSpectral(Call64 call) {
        var x = call.input();
        var filters = call.optionalParameter("dct_layer.weight").orElseGet(() -> filters(call, x.dim(1)));
        int height = filters.dim(1);
        int width = filters.dim(2);
        var pooled = x.dim(2) == height && x.dim(3) == width ? x : Pooling64.adaptiveAverage(x, height, width);
        int pixels = height * width;
        var z = Array64.zeros(x.dim(0), x.dim(1));
        for (var i = 0; i < pooled.size(); i++) {
            z.values()[i / pixels] += pooled.values()[i] * filters.values()[i % filters.size()];
        }
        return Channels64.scale(x, ChannelGateReference.gate(call, "fc", z));
    }

    private static Array64 filters(Call64 call, int channels) {
        return filters(
                call.word("freq_sel_method", "top16"),
                channels,
                call.integer("dct_h", GRID),
                call.integer("dct_w", GRID));
    }

    /** The filter of every channel, [C, h, w]; equal groups of channels share a frequency. */
    static Array64 filters(String method, int channels, int height, int width) {
        var ranking = switch (method.substring(0, 3)) {
            case "top" -> TOP;
            case "low" -> LOW;
            case "bot" -> BOTTOM;
            default ->
                throw new IllegalArgumentException("There is no choice of frequencies named \"" + method
                        + "\"; use top, low or bot with a number from 1 to 32.");
        };
        int frequencies = Integer.parseInt(method.substring(3));
        if (frequencies < 1 || frequencies > ranking.rows.length || channels % frequencies != 0) {
            throw new IllegalArgumentException(
                    channels + " channels cannot share the " + frequencies + " frequencies of \"" + method
                            + "\" equally; choose a number of frequencies (at most 32) that divides the channels.");
        }
        var filters = Array64.zeros(channels, height, width);
        for (var i = 0; i < filters.size(); i++) {
            int group = i / (height * width) / (channels / frequencies);
            int p = i / width % height;
            int q = i % width;
            int u = ranking.rows[group] * (height / GRID);
            int v = ranking.columns[group] * (width / GRID);
            filters.values()[i] = basis(p, u, height) * basis(q, v, width);
        }
        return filters;
    }

    /** The orthonormal cosine basis: cos(pi u (p + 1/2) / P) / sqrt(P), times sqrt 2 unless u = 0. */
    private static double basis(int p, int u, int size) {
        double value = Math.cos(Math.PI * u * (p + 0.5) / size) / Math.sqrt(size);
        return u == 0 ? value : value * Math.sqrt(2);
    }
}
