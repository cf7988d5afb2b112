package tornado.attention.report.image;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import tornado.attention.report.image.PixelMap.Range;

/** A map drawn in colours over the grey photograph it belongs to. */
final class Overlay {
    /** Share of the map's colour at its low end; the rest is the photograph, which must stay recognisable. */
    private static final double FAINT = 0.42;

    /** Share of the map's colour at its high end, where the eye should go. */
    private static final double STRONG = 0.78;

    private Overlay() {}

    /**
     * Draws.
     *
     * @param photo photograph, already of the size wanted
     * @param map map, of any size; stretched over the whole photograph
     * @param range values at the ends of the colours
     * @return a new image of the photograph's size; where the map is not finite it stays grey
     */
    static BufferedImage draw(BufferedImage photo, PixelMap map, Range range) {
        int width = photo.getWidth();
        int height = photo.getHeight();
        float[] values = map.resized(height, width).values();
        int[] pixels = photo.getRGB(0, 0, width, height, null, 0, width);
        for (int i = 0; i < pixels.length; i++) {
            double grey = luma(pixels[i]);
            if (Float.isFinite(values[i])) {
                pixels[i] = mix(grey, range.position(values[i]));
            } else {
                int level = (int) Math.round(grey);
                pixels[i] = level << 16 | level << 8 | level;
            }
        }
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, pixels, 0, width);
        return image;
    }

    private static int mix(double grey, double position) {
        int colour = ColourMap.standard().rgb(position);
        double share = FAINT + (STRONG - FAINT) * Math.clamp(position, 0, 1);
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double channel = (1 - share) * grey + share * ((colour >> shift) & 0xff);
            mixed |= (int) Math.round(channel) << shift;
        }
        return mixed;
    }

    /** Brightness as the eye weighs red, green and blue (Rec. 709 weights on the encoded values). */
    private static double luma(int rgb) {
        return 0.2126 * ((rgb >> 16) & 0xff) + 0.7152 * ((rgb >> 8) & 0xff) + 0.0722 * (rgb & 0xff);
    }

    /** The image at another size, smooth in both directions. */
    static BufferedImage scaled(BufferedImage image, int height, int width) {
        var scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        if (height < image.getHeight()) {
            int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            var result = new int[height * width];
            var plane = new float[pixels.length];
            for (int shift = 16; shift >= 0; shift -= 8) {
                for (int i = 0; i < plane.length; i++) {
                    plane[i] = (pixels[i] >> shift) & 0xff;
                }
                float[] resized = Resampling.bilinear(plane, image.getHeight(), image.getWidth(), height, width);
                for (int i = 0; i < result.length; i++) {
                    result[i] |= Math.clamp(Math.round(resized[i]), 0, 255) << shift;
                }
            }
            scaled.setRGB(0, 0, width, height, result, 0, width);
        } else {
            Graphics2D graphics = scaled.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            graphics.drawImage(image, 0, 0, width, height, null);
            graphics.dispose();
        }
        return scaled;
    }
}
