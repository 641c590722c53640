package io.artifactvault;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The house's rules hold for its classes; and each rule does catch the fixture that breaks it, in a small house of its
 * own under {@code io.artifactvault.counterexamples}.
 */
class ArchitectureTest {
    private static final ArchitectureRules RULES = new ArchitectureRules("io.artifactvault");
    private static final ArchitectureRules COUNTEREXAMPLE_RULES =
            new ArchitectureRules("io.artifactvault.counterexamples");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.artifactvault");
    private static final JavaClasses COUNTEREXAMPLES =
            new ClassFileImporter().importPackages("io.artifactvault.counterexamples");

    static Stream<ArchRule> rules() {
        return RULES.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theHouseKeepsItsRules(ArchRule rule) {
        rule.check(HOUSE);
    }

    @Test
    void theHouseIsNotEmpty() {
        assertThat(HOUSE.contain("io.artifactvault.http.Target")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "HttpUsesStore, counterexamples.store.StoredThing",
        "StoreUsesOrigin, counterexamples.origin.OriginThing",
        "CacheUsesServer, counterexamples.server.",
        "CacheUsesAnEcosystem, counterexamples.backend.alpha",
        "ServerUsesOrigin, counterexamples.origin.OriginThing",
        "ServerUsesAnEcosystem, counterexamples.backend.alpha",
        "BackendUsesItsEcosystem, counterexamples.backend.alpha",
        "BetaUsesAlpha, counterexamples.backend.alpha",
        "BetaUsesStore, counterexamples.store.StoredThing",
        "ConfigUsesTheEngine, counterexamples.cache.Engine",
        "ConfigUsesAnEcosystem, counterexamples.backend.alpha",
    })
    void aDependencyUpwardsOrSidewaysIsCaught(String culprit, String on) {
        assertThat(violations(COUNTEREXAMPLE_RULES.dependencies()))
                .anyMatch(line -> blames(line, culprit) && line.contains(on));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ConfigUsesSettings",
                "AppUsesAll",
                "AlphaUsesTheVocabulary",
                "BlockingButNoHandler",
                "SplitsByComma"
            })
    void whatTheTableAllowsIsNotCaught(String innocent) {
        assertThat(violations(COUNTEREXAMPLE_RULES.all())).noneMatch(line -> blames(line, innocent));
    }

    @Test
    void nettyOutsideItsRoomsIsCaught() {
        assertThat(violations(Stream.of(COUNTEREXAMPLE_RULES.nettyStaysInItsRooms())))
                .anyMatch(line -> line.contains("CacheUsesNetty"))
                .noneMatch(line -> line.contains("BlockingHandler"));
    }

    @ParameterizedTest
    @CsvSource({
        "java.lang.Thread.sleep",
        "java.lang.Object.wait",
        "java.util.concurrent.Future.get",
        "java.util.concurrent.CompletableFuture.get",
        "java.util.concurrent.CompletableFuture.join",
        "java.util.concurrent.CountDownLatch.await",
        "java.util.concurrent.BlockingQueue.take",
        "java.util.concurrent.Semaphore.acquire",
        "io.netty.channel.ChannelFuture.sync",
        "io.netty.util.concurrent.Future.await",
        "java.nio.file.Files.exists",
        "java.sql.DriverManager.getConnection",
    })
    void aCallThatBlocksIsCaught(String method) {
        for (String culprit : new String[] {"server.BlockingServer", "origin.BlockingHandler"}) {
            assertThat(violations(COUNTEREXAMPLE_RULES.eventLoopsNeverBlock()))
                    .anyMatch(line -> line.contains(culprit) && line.contains(method));
        }
    }

    @Test
    void aCallThatBlocksIsCaughtAsAMethodReferenceAndInALambda() {
        assertThat(violations(COUNTEREXAMPLE_RULES.eventLoopsNeverBlock()))
                .anyMatch(line -> line.contains("BlockingServer.byReference"))
                .anyMatch(line -> line.contains("BlockingServer.inALambda"));
    }

    @Test
    void aFillMayBlock() {
        assertThat(violations(COUNTEREXAMPLE_RULES.eventLoopsNeverBlock()))
                .isNotEmpty()
                .noneMatch(line -> line.contains("BlockingButNoHandler"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "byPattern(",
                "byMatches(",
                "byReference(",
                "byReplaceAll(",
                "byReplaceFirst(",
                "byScanner(",
                "bySplit splits",
                "bySplitOfAVariable splits",
                "bySplitByADot splits"
            })
    void aRegularExpressionOnForeignTextIsCaught(String way) {
        assertThat(violations(COUNTEREXAMPLE_RULES.foreignTextMeetsNoRegex()))
                .anyMatch(line -> line.contains("ReadsByRegex." + way))
                .noneMatch(line -> line.contains("SplitsByComma"));
    }

    @Test
    void aWordOfTheHubInANeutralRoomIsCaught() {
        assertThat(violations(Stream.of(COUNTEREXAMPLE_RULES.onlyItsPackageSpeaksOfTheHub())))
                .anyMatch(line -> line.contains("ServerSpeaksOfTheHub has the constant \"X-HF-"))
                .noneMatch(line -> line.contains("ServerThing"));
    }

    @Test
    void aPackageThatIsNotNullMarkedIsCaught() {
        assertThat(violations(Stream.of(COUNTEREXAMPLE_RULES.everyPackageIsNullMarked())))
                .anyMatch(line -> line.contains("counterexamples.admin.Unmarked"))
                .noneMatch(line -> line.contains("counterexamples.http."));
    }

    /** Whether the line's subject, a field or a method, belongs to that class. */
    private static boolean blames(String line, String culprit) {
        return line.matches("\\w+ <io\\.artifactvault\\.counterexamples\\.[\\w.]*\\." + culprit + "[.>].*");
    }

    private static List<String> violations(Stream<ArchRule> rules) {
        return rules.flatMap(rule -> rule.evaluate(COUNTEREXAMPLES).getFailureReport().getDetails().stream())
                .flatMap(String::lines)
                .map(String::strip)
                .toList();
    }
}
