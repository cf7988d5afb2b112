package tornado.attention.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;

/** Downloads from a server of this test, which answers as a hub does: a redirect that names digest and size. */
class DownloadTest {
    private static final byte[] CONTENT = "weights, weights, weights".getBytes(StandardCharsets.US_ASCII);

    private HttpServer server;
    private String digest;
    private String range;

    @BeforeEach
    void serve() throws Exception {
        digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hub", exchange -> {
            exchange.getResponseHeaders().add("X-Linked-Etag", '"' + digest + '"');
            exchange.getResponseHeaders().add("X-Linked-Size", "" + CONTENT.length);
            exchange.getResponseHeaders().add("Location", "/file");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/file", exchange -> {
            range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.sendResponseHeaders(range == null ? 200 : 206, CONTENT.length - from);
            exchange.getResponseBody().write(CONTENT, from, CONTENT.length - from);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Download download(String path) {
        return new Download(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), Map.of());
    }

    @Test
    void aFileComesWithItsDigest(@TempDir Path folder) throws IOException {
        var target = folder.resolve("w.safetensors");
        var fetched = download("/hub").to(target);
        assertThat(Files.readAllBytes(target)).isEqualTo(CONTENT);
        assertThat(fetched.digest()).contains(digest);
        assertThat(fetched.bytes()).isEqualTo(CONTENT.length);
    }

    @Test
    void anAttemptGoesOnWhereTheOneBeforeEnded(@TempDir Path folder) throws IOException {
        var target = folder.resolve("w.safetensors");
        Files.write(folder.resolve("w.safetensors.part"), Arrays.copyOf(CONTENT, 10));
        download("/hub").to(target);
        assertThat(range).isEqualTo("bytes=10-");
        assertThat(Files.readAllBytes(target)).isEqualTo(CONTENT);
        assertThat(folder.resolve("w.safetensors.part")).doesNotExist();
    }

    @Test
    void aWrongDigestLeavesNothing(@TempDir Path folder) {
        digest = "0".repeat(64);
        assertThatThrownBy(() -> download("/hub").to(folder.resolve("w.safetensors")))
                .hasMessageContaining("and was thrown away");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsNotThereIsOneSentence(@TempDir Path folder) {
        assertThatThrownBy(() -> download("/none").to(folder.resolve("w.safetensors")))
                .hasMessageContaining("was answered with status 404; fetch it by hand");
        assertThat(Outcome.of("pull", "srm_resnet32").err()).contains("come along");
        assertThat(Outcome.of("pull", "resnet5").err()).contains("did you mean");
    }

    @Test
    void theProxyIsTheOneOfTheEnvironment() {
        var hub = URI.create("https://hub.example/x");
        assertThat(Download.proxy(hub, Map.of("https_proxy", "http://proxy.example:3128")))
                .contains(new InetSocketAddress("proxy.example", 3128));
        assertThat(Download.proxy(hub, Map.of("HTTPS_PROXY", "proxy.example")))
                .contains(new InetSocketAddress("proxy.example", 80));
        assertThat(Download.proxy(hub, Map.of("https_proxy", "http://p:1", "no_proxy", "other, hub.example")))
                .isEmpty();
        assertThat(Download.proxy(hub, Map.of())).isEmpty();
    }
}
