package tornado.attention.bench.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tornado.attention.tasks.VariantChoice;

/** The variants of kernels by their names. */
public final class VariantConverter implements ITypeConverter<VariantChoice> {
    /** Made by the command line. */
    public VariantConverter() {}

    @Override
    public VariantChoice convert(String text) {
        try {
            return VariantChoice.named(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
