package tornado.attention.report.image;

import java.awt.Color;

/**
 * Colours for numbers: from a dark violet over blue-green to a light yellow. Its curve is drawn in OKLab, where equal
 * steps look equal: lightness rises in a straight line, so the order of the colours survives grey printing and colour
 * blindness; chroma and hue follow a few control points, and chroma gives way where a screen cannot show it.
 */
final class ColourMap {
    private static final int STEPS = 256;

    /** Lightness at both ends, of 0 (black) to 1 (white). */
    private static final double DARK = 0.27;

    private static final double LIGHT = 0.92;

    /** Hue in degrees and chroma at equal distances from 0 to 1. */
    private static final double[] HUES = {312, 288, 258, 222, 185, 155, 128, 106};

    private static final double[] CHROMAS = {0.115, 0.128, 0.118, 0.095, 0.103, 0.148, 0.178, 0.187};

    private static final ColourMap INSTANCE = new ColourMap();

    private final int[] colours = new int[STEPS];

    private ColourMap() {
        for (int i = 0; i < STEPS; i++) {
            double t = i / (STEPS - 1.0);
            double chroma = spline(CHROMAS, t);
            int colour;
            do {
                colour = rgb(DARK + (LIGHT - DARK) * t, chroma, Math.toRadians(spline(HUES, t)));
                chroma *= 0.99;
            } while (colour < 0);
            colours[i] = colour;
        }
    }

    /** The map; immutable. */
    static ColourMap standard() {
        return INSTANCE;
    }

    /** The colour of a position: 0 is the dark end, 1 the light one, what lies outside is taken to the end. */
    int rgb(double position) {
        return colours[(int) Math.round(Math.clamp(position, 0, 1) * (STEPS - 1))];
    }

    /** The same as a colour of Java 2D. */
    Color colour(double position) {
        return new Color(rgb(position));
    }

    /** Catmull-Rom curve through equally spaced points. */
    private static double spline(double[] points, double t) {
        double at = t * (points.length - 1);
        int i = Math.min((int) at, points.length - 2);
        double f = at - i;
        double before = i > 0 ? points[i - 1] : 2 * points[0] - points[1];
        double after = i + 2 < points.length ? points[i + 2] : 2 * points[i + 1] - points[i];
        double from = points[i];
        double to = points[i + 1];
        return from
                + f
                        * 0.5
                        * (to
                                - before
                                + f
                                        * (2 * before
                                                - 5 * from
                                                + 4 * to
                                                - after
                                                + f * (3 * (from - to) + after - before)));
    }

    /** OKLCh to sRGB (matrices of B. Ottosson, 2020), or -1 where the colour lies outside of sRGB. */
    private static int rgb(double lightness, double chroma, double hue) {
        double a = chroma * Math.cos(hue);
        double b = chroma * Math.sin(hue);
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        int red = channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
        int green = channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
        int blue = channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
        return red < 0 || green < 0 || blue < 0 ? -1 : red << 16 | green << 8 | blue;
    }

    private static double cube(double x) {
        return x * x * x;
    }

    /** Linear light to a byte of sRGB, or -1 outside of 0 to 1. */
    private static int channel(double linear) {
        if (linear < 0 || linear > 1) {
            return -1;
        }
        double encoded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
        return (int) Math.round(encoded * 255);
    }
}
