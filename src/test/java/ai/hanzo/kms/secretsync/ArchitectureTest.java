package ai.hanzo.kms.secretsync;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the house. */
class ArchitectureTest {
    private static final String ROOT = "ai.hanzo.kms.secretsync";
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void theHeartIsPureJava() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".sync..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                ROOT + ".sync..",
                                "java.lang..",
                                "java.util..",
                                "java.nio.charset..",
                                "java.nio",
                                "java.io",
                                "java.math..",
                                "java.security..",
                                "java.time..",
                                "java.text..",
                                "javax.crypto..")
                        // How options are written as JSON is said with annotations and a mapper, which do no I/O.
                        .or(resideInAnyPackage("com.fasterxml.jackson..")))
                .check(MAIN);
    }

    /** Packages and what else of this project each may know besides {@code sync}, and {@code egress} for whoever connects. Routes and the application wire them. */
    @ParameterizedTest
    @ValueSource(strings = {"api", "audit", "kms", "aws", "connections", "runs", "syncs", "egress", "files"})
    void thePartsDoNotKnowEachOther(String part) {
        String own = ROOT + "." + part + "..";
        DescribedPredicate<JavaClass> others = resideInAPackage(ROOT + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(own, ROOT + ".sync..", ROOT + ".egress..")))
                .as("other parts of the project");

        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(others)
                .check(MAIN);
    }

    @Test
    void whoeverIsAddedHasARule() {
        Set<String> parts = MAIN.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT + "."))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.")[0])
                .collect(Collectors.toCollection(TreeSet::new));

        // Security asks the KMS, which is all that it is for.
        assertThat(parts)
                .containsExactlyInAnyOrder(
                        "api",
                        "audit",
                        "aws",
                        "connections",
                        "egress",
                        "files",
                        "kms",
                        "runs",
                        "security",
                        "sync",
                        "syncs");
    }

    @Test
    void securityKnowsOnlyTheKms() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".security..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                ROOT + ".security..", ROOT + ".kms..", ROOT + ".sync..", ROOT + ".egress.."))))
                .check(MAIN);
    }

    @Test
    void onlyTheAwsPackageSpeaksToAws() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".aws..", ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(MAIN);
    }

    @Test
    void nobodyPrints() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(MAIN);
    }

    @Test
    void whatAClassNeedsIsInItsConstructor() {
        NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(MAIN);
    }
}
