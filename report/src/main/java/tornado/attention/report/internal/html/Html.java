package tornado.attention.report.internal.html;

/** HTML as text that grows. Only {@link #raw} takes markup; everything else is escaped. */
final class Html {
    private final StringBuilder text = new StringBuilder();

    /** Text as it stands between tags or within an attribute. */
    static String escape(String plain) {
        var escaped = new StringBuilder(plain.length() + 16);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '%' -> {
                    joinWithNumber(escaped);
                    escaped.append('%');
                }
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** No line ends between a number and its per cent sign. */
    private static void joinWithNumber(StringBuilder text) {
        int last = text.length() - 1;
        if (last > 0 && text.charAt(last) == ' ' && Character.isDigit(text.charAt(last - 1))) {
            text.setCharAt(last, '\u00a0');
        }
    }

    /** Markup as it is. */
    Html raw(String markup) {
        text.append(markup);
        return this;
    }

    /** Text between an opening tag, given with its attributes, and its end. */
    Html element(String tag, String plain) {
        int space = tag.indexOf(' ');
        text.append('<').append(tag).append('>').append(escape(plain));
        text.append("</").append(space < 0 ? tag : tag.substring(0, space)).append(">\n");
        return this;
    }

    /** A number with its name, within a list of class {@code tiles}. */
    Html tile(String name, String value) {
        return raw("<div>").element("dt", name).element("dd", value).raw("</div>");
    }

    /** A paragraph. */
    Html paragraph(String plain) {
        return element("p", plain);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
