package tornado.attention.bench.show;

import java.util.Optional;
import tornado.attention.networks.image.Size;

/**
 * The pixels that some tokens of a network are: all of them, or all behind a few of another kind, such as a class token.
 *
 * @param prefix how many tokens are no pixels
 * @param height rows of pixels
 * @param width columns of pixels
 */
record TokenGrid(int prefix, int height, int width) {
    /** More tokens than this in front of the pixels no network has. */
    private static final int MOST = 8;

    /** The grid with the proportions of the images; empty where there is none. */
    static Optional<TokenGrid> of(int tokens, Size image) {
        for (int prefix = 0; prefix <= Math.min(MOST, tokens - 1); prefix++) {
            int pixels = tokens - prefix;
            int height = (int) Math.round(Math.sqrt((double) pixels * image.height() / image.width()));
            if (height > 0 && pixels % height == 0) {
                int width = pixels / height;
                if (Math.abs((long) height * image.width() - (long) width * image.height())
                        < Math.min(image.height(), image.width())) {
                    return Optional.of(new TokenGrid(prefix, height, width));
                }
            }
        }
        return Optional.empty();
    }
}
