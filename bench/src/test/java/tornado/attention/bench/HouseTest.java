package tornado.attention.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Imports point downward only: bench, networks, modules, tasks, kernels, TornadoVM's API. */
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
                .layer("networks")
                .definedBy("tornado.attention.networks..")
                .layer("modules")
                .definedBy("tornado.attention.modules..")
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
    void noPackageOfTheLibraryIsPartOfACycle() {
        var library = CLASSES.that(JavaClass.Predicates.resideInAnyPackage(
                "tornado.attention.kernels..",
                "tornado.attention.tasks..",
                "tornado.attention.modules..",
                "tornado.attention.networks.."));
        slices().matching("tornado.attention.(**)").should().beFreeOfCycles().check(library);
    }
}
