package tornado.attention.modules;

/** Checks of settings that several modules share. */
final class Layers {
    private Layers() {}

    /** Fails unless channels can be divided into groups. */
    static void requireGroups(String module, String channels, int count, String setting, int groups) {
        requirePositive(module, setting, groups);
        if (count % groups != 0) {
            throw new IllegalArgumentException("Module " + module + " needs " + channels + " divisible by " + setting
                    + ", but " + channels + " is " + count + " and " + setting + " is " + groups + ".");
        }
    }

    /** Fails unless a kernel is odd: padding {@code kernel / 2} makes an even one change the size of the map. */
    static void requireOddKernel(String module, String setting, int kernel) {
        if (kernel < 1 || kernel % 2 == 0) {
            throw new IllegalArgumentException("Module " + module + " needs odd " + setting
                    + ", because an even kernel changes the size of the map, but one is " + kernel + ".");
        }
    }

    /** Fails unless a setting is at least 1. */
    static void requirePositive(String module, String setting, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Module " + module + " needs " + setting + " of at least 1, but it is " + value + ".");
        }
    }
}
