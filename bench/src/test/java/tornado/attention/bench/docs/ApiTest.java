package tornado.attention.bench.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/api.md lists what is public API; everything else is called internal. */
class ApiTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("tornado.attention");

    private static boolean isApi(JavaClass type) {
        return !type.getPackageName().contains(".internal")
                && !type.getPackageName().startsWith("tornado.attention.bench");
    }

    @Test
    void thePageListsEveryPackageThatIsNotInternal() throws IOException {
        var page = Files.readString(Page.root().resolve("docs/api.md"));
        var listed = Pattern.compile("(?m)^\\|[^|]*\\| `(tornado\\.attention\\.[\\w.]+)` \\|")
                .matcher(page)
                .results()
                .map((MatchResult r) -> r.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        // Not part of the ordinary build.
        assertThat(listed.remove("tornado.attention.spark")).isTrue();
        var there = CLASSES.stream()
                .filter(ApiTest::isApi)
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(there);
    }

    @Test
    void everyPackageOfTheApiIsDescribed() throws IOException {
        var folders = new TreeSet<String>();
        for (var type : CLASSES) {
            if (isApi(type) && type.isTopLevelClass()) {
                folders.add(type.getPackageName());
            }
        }
        for (var name : folders) {
            var found = new ArrayList<String>();
            for (var module : new String[] {"tornado-kernels", "files", "tasks", "modules", "networks", "report"}) {
                var file =
                        Page.root().resolve(module + "/src/main/java/" + name.replace('.', '/') + "/package-info.java");
                if (Files.exists(file)) {
                    found.add(Files.readString(file));
                }
            }
            assertThat(found).as(name).hasSize(1).allMatch(text -> text.startsWith("/**"));
        }
    }

    @Test
    void theApiShowsNothingInternal() {
        var shown = new ArrayList<String>();
        for (var type : CLASSES) {
            if (!isApi(type) || !type.getModifiers().contains(JavaModifier.PUBLIC)) {
                continue;
            }
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (!unit.getModifiers().contains(JavaModifier.PUBLIC)) {
                    continue;
                }
                var types = new ArrayList<>(unit.getRawParameterTypes());
                types.add(unit.getRawReturnType());
                types.stream()
                        .filter(t -> t.getPackageName().contains(".internal"))
                        .forEach(t -> shown.add(unit.getFullName() + " shows " + t.getSimpleName()));
            }
        }
        assertThat(shown).isEmpty();
    }
}
