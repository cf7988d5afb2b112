package tornado.attention.networks.training;

/** Training cannot go on; the message is a sentence for the one who trains. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public TrainingException(String message) {
        super(message);
    }
}
