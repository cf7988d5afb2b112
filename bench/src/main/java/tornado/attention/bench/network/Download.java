package tornado.attention.bench.network;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tornado.attention.bench.cli.FailureException;

/**
 * One file from the network: what has come stays beside the target until it is whole and has the digest that the server names, and a later
 * attempt goes on from there.
 */
final class Download {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What hubs say of a large file in front of its real address: SHA-256 and bytes. */
    private static final String DIGEST = "x-linked-etag";

    private static final String BYTES = "x-linked-size";
    private static final int MOST_REDIRECTS = 5;
    private static final int PARTIAL = 206;
    private static final int OK = 200;

    private final HttpClient client;
    private final URI address;

    /** What a server says of a file; the digest in hexadecimal, empty where it names none. */
    record Description(long bytes, Optional<String> digest) {}

    Download(URI address, Map<String, String> environment) {
        this.address = address;
        var builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(PATIENCE);
        proxy(address, environment).ifPresent(p -> builder.proxy(ProxySelector.of(p)));
        this.client = builder.build();
    }

    /** The proxy that the environment names, in the way of curl. */
    static Optional<InetSocketAddress> proxy(URI address, Map<String, String> environment) {
        var none = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        for (var end : none.split(",")) {
            var host = end.strip();
            if (host.equals("*") || !host.isEmpty() && address.getHost().endsWith(host)) {
                return Optional.empty();
            }
        }
        var name = address.getScheme() + "_proxy";
        var text = environment.getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
        if (text.isBlank()) {
            return Optional.empty();
        }
        var proxy = URI.create(text.contains("://") ? text : "http://" + text);
        return Optional.of(new InetSocketAddress(proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort()));
    }

    /** The answer behind all redirects, and what was said of the file on the way. */
    private HttpResponse<InputStream> get(long from, Description[] described) throws IOException {
        var at = address;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            var request = HttpRequest.newBuilder(at).timeout(PATIENCE);
            if (from > 0) {
                request.header("Range", "bytes=" + from + "-");
            }
            HttpResponse<InputStream> answer;
            try {
                answer = client.send(request.build(), BodyHandlers.ofInputStream());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FailureException(
                        "The download of " + address + " was interrupted; run it again to go on.", e);
            }
            var headers = answer.headers();
            var digest =
                    headers.firstValue(DIGEST).map(d -> d.replace("\"", "")).filter(d -> d.length() == 64);
            if (digest.isPresent()) {
                described[0] = new Description(headers.firstValueAsLong(BYTES).orElse(-1), digest);
            }
            if (answer.statusCode() / 100 != 3) {
                return answer;
            }
            answer.body().close();
            at = at.resolve(headers.firstValue("location")
                    .orElseThrow(() -> new FailureException(address + " leads nowhere; try again later.")));
        }
        throw new FailureException(address + " leads from one address to the next without end; try again later.");
    }

    /**
     * Fetches the file.
     *
     * @param target where it goes
     * @return what it was
     */
    Description to(Path target) throws IOException {
        var part = target.resolveSibling(target.getFileName() + ".part");
        long from = Files.exists(part) ? Files.size(part) : 0;
        var described = new Description[] {new Description(-1, Optional.empty())};
        var answer = get(from, described);
        try (var body = answer.body()) {
            boolean goesOn = answer.statusCode() == PARTIAL;
            boolean whole = from > 0 && from == described[0].bytes();
            if (!goesOn && answer.statusCode() != OK && !whole) {
                throw new FailureException(address + " was answered with status " + answer.statusCode()
                        + "; fetch it by hand and give the file by --weights.");
            }
            if (!whole) {
                var how = goesOn
                        ? new StandardOpenOption[] {StandardOpenOption.APPEND}
                        : new StandardOpenOption[] {
                            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
                        };
                try (var out = Files.newOutputStream(part, how)) {
                    body.transferTo(out);
                }
            }
        }
        var expected = described[0];
        long bytes = Files.size(part);
        if (expected.bytes() >= 0 && bytes < expected.bytes()) {
            throw new FailureException("Of " + address + " " + bytes + " of " + expected.bytes()
                    + " bytes have come; run it again to go on.");
        }
        var digest = digest(part);
        if (expected.digest().isPresent() && !expected.digest().get().equalsIgnoreCase(digest)) {
            Files.delete(part);
            throw new FailureException("What came of " + address + " has the SHA-256 " + digest + " instead of "
                    + expected.digest().get() + " and was thrown away; run it again.");
        }
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        return new Description(bytes, Optional.of(digest));
    }

    private static String digest(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var sha = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
