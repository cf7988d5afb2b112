package tornado.attention.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WithoutPathsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Dattn.launcher=/home/somebody/their work/attn | -Dattn.launcher=attn",
                "-Djava.library.path=/opt/tornado/lib/ | -Djava.library.path=lib",
                "--module-path=/opt/a/x.jar:/opt/b/y.jar | --module-path=x.jar:y.jar",
                "--module-path=.:/opt/b/y | --module-path=.:y",
                "-javaagent:/home/x/agent.jar=destfile=/srv/x/jacoco.exec | -javaagent:agent.jar=destfile=jacoco.exec",
                "@/opt/tornado/tornado-argfile | @tornado-argfile",
                "-Xlog:gc*:file=/tmp/gc.log:time | -Xlog:gc*:file=gc.log:time",
                "-Dx=file:///home/somebody/x | -Dx=file:x",
                "-Dx=C:\\Users\\somebody\\x;D:/y/z | -Dx=x;z",
                "-Dx=~/secret/x | -Dx=x",
                "-Dx=../secret/x | -Dx=x",
                "-Xbootclasspath/a:/x/y.jar | -Xbootclasspath/a:y.jar",
            })
    void ofAPathInAnArgumentTheLastNameRemains(String argument, String kept) {
        assertThat(WithoutPaths.argument(argument)).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--add-modules=jdk.incubator.vector",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-XX:MaxRAMPercentage=60",
                "-XX:+UseParallelGC",
                "-XX:CompileCommand=dontinline,java/lang/String.indexOf",
                "-Dtornado.recover.bailout=False",
            })
    void whatIsNoPathStays(String argument) {
        assertThat(WithoutPaths.argument(argument)).isEqualTo(argument);
    }

    @Test
    void aSentenceKeepsItsWords() {
        assertThat(WithoutPaths.sentence("PyTorch (/opt/x/bin/python3) ended; its last words: no /tmp/a/b.st here."))
                .isEqualTo("PyTorch (python3) ended; its last words: no b.st here.");
        var plain = "It has 3/4 of the MAC/byte it needs; and/or less, 1 / 2.";
        assertThat(WithoutPaths.sentence(plain)).isEqualTo(plain);
    }

    @Test
    void aFileIsKeptAsTypedUnlessItIsAbsolute() {
        assertThat(WithoutPaths.file("")).isEmpty();
        assertThat(WithoutPaths.file("python3.12")).isEqualTo("python3.12");
        assertThat(WithoutPaths.file("venv/bin/python")).isEqualTo("venv/bin/python");
        assertThat(WithoutPaths.file("/home/somebody/venv/bin/python")).isEqualTo("python");
    }
}
