package tornado.attention.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Imports point downward only: bench, networks, modules, tasks, kernels, TornadoVM's API; files and reports beside. */
class HouseTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("tornado.attention", "uk.ac.manchester.tornado");

    @Test
    void importsPointDownwardOnly() {
        layeredArchitecture()
                .consideringAllDependencies()
                .layer("bench")
                .definedBy("tornado.attention.bench..")
                .layer("report")
                .definedBy("tornado.attention.report..")
                .layer("networks")
                .definedBy("tornado.attention.networks..")
                .layer("modules")
                .definedBy("tornado.attention.modules..")
                .layer("files")
                .definedBy("tornado.attention.files..")
                .layer("tasks")
                .definedBy("tornado.attention.tasks..")
                .layer("kernels")
                .definedBy("tornado.attention.kernels..")
                .layer("api")
                .definedBy("uk.ac.manchester.tornado.api..")
                .layer("engine")
                .definedBy("tornado.attention.embedded..")
                .whereLayer("bench")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("bench")
                .whereLayer("files")
                .mayOnlyBeAccessedByLayers("bench", "report", "networks", "modules")
                .whereLayer("networks")
                .mayOnlyBeAccessedByLayers("bench")
                .whereLayer("modules")
                .mayOnlyBeAccessedByLayers("bench", "networks")
                .whereLayer("tasks")
                .mayOnlyBeAccessedByLayers("bench", "networks", "modules")
                .whereLayer("kernels")
                .mayOnlyBeAccessedByLayers("bench", "tasks")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("api")
                .check(CLASSES);
    }

    @Test
    void kernelsUseOnlyTheApiAndPlainJava() {
        classes()
                .that()
                .resideInAPackage("tornado.attention.kernels..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("tornado.attention.kernels..", "uk.ac.manchester.tornado.api..", "java.lang..")
                .check(CLASSES);
    }

    @Test
    void theFloat64ReferenceSharesNothingWithWhatItChecks() {
        noClasses()
                .that()
                .resideInAPackage("tornado.attention.modules.float64..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "tornado.attention.tasks..", "tornado.attention.kernels..", "uk.ac.manchester.tornado..")
                .check(CLASSES);
    }

    @Test
    void filesAndReportsKnowNothingOfTornadoVM() {
        noClasses()
                .that()
                .resideInAnyPackage("tornado.attention.files..", "tornado.attention.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "tornado.attention.kernels..",
                        "tornado.attention.tasks..",
                        "tornado.attention.modules..",
                        "uk.ac.manchester.tornado..")
                .check(CLASSES);
    }

    @Test
    void aNameStandsForOneThing() {
        var names = CLASSES.stream()
                .filter(c -> c.isTopLevelClass() && c.getPackageName().startsWith("tornado.attention"))
                .filter(c -> !c.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, TreeMap::new, Collectors.mapping(JavaClass::getName, toList())));
        assertThat(names).hasSizeGreaterThan(500);
        names.values().removeIf(same -> same.size() == 1);
        assertThat(names).isEmpty();
    }

    @Test
    void noPackageIsPartOfACycle() {
        slices().matching("tornado.attention.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
