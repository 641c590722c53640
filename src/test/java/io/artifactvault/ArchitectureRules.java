package io.artifactvault;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * What the architecture says about rooms, for the house that stands in one root package. A room without classes keeps
 * every rule.
 */
final class ArchitectureRules {
    /** A method that waits, by the type it belongs to (or a subtype of it) and its name; any method when empty. */
    private record Blocking(String type, List<String> methods) {
        static Blocking of(String type, String... methods) {
            return new Blocking(type, List.of(methods));
        }

        boolean isCalledBy(JavaAccess<?> access) {
            return access.getTargetOwner().isAssignableTo(type)
                    && (methods.isEmpty() || methods.contains(access.getName()));
        }
    }

    private static final List<Blocking> BLOCKING = List.of(
            Blocking.of("java.lang.Thread", "sleep", "join"),
            Blocking.of("java.lang.Object", "wait"),
            Blocking.of("java.util.concurrent.Future", "get", "join"),
            Blocking.of("java.util.concurrent.CountDownLatch", "await"),
            Blocking.of("java.util.concurrent.CyclicBarrier", "await"),
            Blocking.of("java.util.concurrent.locks.Condition", "await", "awaitNanos", "awaitUntil"),
            Blocking.of("java.util.concurrent.BlockingQueue", "take", "put"),
            Blocking.of("java.util.concurrent.Semaphore", "acquire", "acquireUninterruptibly"),
            Blocking.of("java.util.concurrent.locks.LockSupport", "park", "parkNanos", "parkUntil"),
            Blocking.of(
                    "io.netty.util.concurrent.Future", "sync", "syncUninterruptibly", "await", "awaitUninterruptibly"),
            Blocking.of("java.nio.file.Files"));

    /**
     * Classes that read no text of clients or origins by regular expressions, or none that is long: the operator's configuration and
     * command line, the vault's own page, and dates of at most 33 characters.
     */
    private static final List<String> MAY_USE_REGEX = List.of(
            ".admin.StatusPage",
            ".app.cli.CheckCommand",
            ".app.cli.RepositoryOptions",
            ".app.cli.WhyCommand",
            ".app.doctor.Endpoint",
            ".app.doctor.Python",
            ".app.doctor.Variables",
            ".config.Quantities",
            ".config.ErrorText",
            ".config.Source",
            ".config.Substitution",
            ".config.Values",
            ".config.YamlFile",
            ".http.HttpDate",
            ".origin.NoProxy");

    /** In lower case. */
    private static final Set<String> HUB_WORDS = Set.of("x-hf-", "huggingface", "xet", "datasets-server");

    /** Commands for users of the Hub's clients, and examples in messages for the operator. */
    private static final Set<String> MAY_SPEAK_OF_THE_HUB = Set.of(
            ".app.ClientEndpoint",
            ".app.cli.CheckCommand",
            ".app.cli.ConfigFileOption",
            ".app.cli.DoctorCommand",
            ".app.cli.ImportCommand",
            ".app.cli.RehearsalHub",
            ".app.cli.RehearseCommand",
            ".app.doctor.ClientToken",
            ".app.doctor.Endpoint",
            ".app.doctor.Python",
            ".app.doctor.RoundTrip",
            ".app.doctor.Variables",
            ".config.Section",
            ".config.Values");

    private static final Set<String> REGEX_OF_STRING =
            Set.of("matches", "replaceAll", "replaceFirst", "splitWithDelimiters");

    private final String root;

    ArchitectureRules(String root) {
        this.root = root;
    }

    Stream<ArchRule> all() {
        return Stream.concat(
                Stream.concat(dependencies(), eventLoopsNeverBlock()),
                Stream.concat(
                        Stream.of(nettyStaysInItsRooms(), everyPackageIsNullMarked(), onlyItsPackageSpeaksOfTheHub()),
                        foreignTextMeetsNoRegex()));
    }

    /** The table of rooms: each may use itself, what is listed, and what lies outside the house. */
    Stream<ArchRule> dependencies() {
        return Stream.of(
                httpUsesTheJdkOnly(),
                room("http"),
                room("store", "http"),
                room("origin", "http"),
                backend(),
                ecosystems(),
                ecosystemsAreStrangers(),
                room("cache", "http", "store", "origin", "backend"),
                room("snapshot", "http", "store", "backend", "cache"),
                room("server", "http", "backend", "cache"),
                room("admin", "http", "cache", "server", "snapshot"),
                config());
    }

    ArchRule nettyStaysInItsRooms() {
        return noClasses()
                .that(resideInAPackage(root + ".."))
                .and(not(resideInAnyPackage(root + ".server..", root + ".origin..", root + ".app..")))
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty.."))
                .allowEmptyShould(true)
                .as("io.netty stays in server, origin and app");
    }

    /** No waiting in {@code server}, nor in {@code origin}'s channel handlers: a fill may block, an event loop may not. */
    Stream<ArchRule> eventLoopsNeverBlock() {
        DescribedPredicate<JavaClass> handlers = resideInAPackage(root + ".origin..")
                .and(describe("handle a channel", type -> type.isAssignableTo("io.netty.channel.ChannelHandler")));
        return Stream.of(resideInAPackage(root + ".server.."), handlers)
                .flatMap(eventLoop -> Stream.of(blocksNot(eventLoop), knowsNoJdbc(eventLoop)));
    }

    /** A regular expression that goes back costs the square of a header's length, on an event loop. */
    Stream<ArchRule> foreignTextMeetsNoRegex() {
        return Stream.of(
                noClasses()
                        .that(mayMeetForeignText())
                        .should()
                        .accessTargetWhere(describe("a regular expression", ArchitectureRules::isRegex))
                        .allowEmptyShould(true)
                        .as("foreign text meets no regular expression"),
                classes()
                        .that(mayMeetForeignText())
                        .should(new SplitByLiteral())
                        .allowEmptyShould(true)
                        .as("foreign text is split by plain characters"));
    }

    /** What is particular to the Hub stands in its package; a room that serves every ecosystem has no word of it. */
    ArchRule onlyItsPackageSpeaksOfTheHub() {
        return classes()
                .that(resideInAPackage(root + ".."))
                .and(not(resideInAPackage(root + ".backend.huggingface..")))
                .and(not(describe(
                        "may speak of the Hub",
                        type -> MAY_SPEAK_OF_THE_HUB.contains(
                                outermost(type).getName().substring(root.length())))))
                .should(new HaveNoConstantOf(HUB_WORDS))
                .allowEmptyShould(true)
                .as("only backend.huggingface speaks of the Hub");
    }

    private DescribedPredicate<JavaClass> mayMeetForeignText() {
        return describe(
                "may meet foreign text",
                type -> type.getPackageName().startsWith(root)
                        && !MAY_USE_REGEX.contains(outermost(type).getName().substring(root.length())));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureRules::outermost).orElse(type);
    }

    private static boolean isRegex(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return owner.getPackageName().equals("java.util.regex")
                || owner.getName().equals("java.util.Scanner")
                || (owner.getName().equals("java.lang.String") && REGEX_OF_STRING.contains(access.getName()));
    }

    ArchRule everyPackageIsNullMarked() {
        return classes()
                .that(resideInAPackage(root + ".."))
                .and(not(resideInAPackage(root)))
                .should(new ArchCondition<>("be in a @NullMarked package") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        events.add(new SimpleConditionEvent(
                                type,
                                type.getPackage().isAnnotatedWith(NullMarked.class),
                                type.getName() + " is in a package that is not @NullMarked"));
                    }
                })
                .allowEmptyShould(true);
    }

    private ArchRule httpUsesTheJdkOnly() {
        return classes()
                .that(resideInAPackage(root + ".http.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(root + "..", "java..", "org.jspecify.annotations.."))
                .allowEmptyShould(true)
                .as("http uses the JDK only");
    }

    private ArchRule room(String name, String... mayUse) {
        return mayUseOnly(name, resideInAPackage(root + "." + name + ".."), mayUse);
    }

    private ArchRule backend() {
        return mayUseOnly("backend", resideInAPackage(root + ".backend"), "http");
    }

    private ArchRule ecosystems() {
        DescribedPredicate<JavaClass> mine = resideInAPackage(root + ".backend.(*)..");
        return mayUseOnly("an ecosystem", mine, "backend", "http");
    }

    private ArchRule ecosystemsAreStrangers() {
        return slices().matching(root + ".backend.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .as("ecosystems are strangers to one another");
    }

    /**
     * Of any room, {@code config} knows the settings record and the types that record is made of; of the ecosystems only the
     * vocabulary in which they read their own settings.
     */
    private ArchRule config() {
        DescribedPredicate<JavaClass> settings = describe("settings", ArchitectureRules::isOfSettings);
        DescribedPredicate<JavaClass> allowed = packages("http", "backend")
                .or(resideInAPackage(root + ".config.."))
                .or(settings.and(not(resideInAPackage(root + ".backend.*.."))));
        return noClasses()
                .that(resideInAPackage(root + ".config.."))
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(not(allowed)))
                .allowEmptyShould(true)
                .as("config uses http, backend and every room's settings only");
    }

    private ArchRule mayUseOnly(String name, DescribedPredicate<JavaClass> room, String... mayUse) {
        return noClasses()
                .that(room)
                .should()
                .dependOnClassesThat(
                        resideInAPackage(root + "..").and(not(room)).and(not(packages(mayUse))))
                .allowEmptyShould(true)
                .as(name + " uses nothing of the house but " + Arrays.toString(mayUse));
    }

    /** The rooms of those names; {@code backend} is the vocabulary alone, without the ecosystems. */
    private DescribedPredicate<JavaClass> packages(String... rooms) {
        return resideInAnyPackage(Arrays.stream(rooms)
                .map(room -> root + "." + room + (room.equals("backend") ? "" : ".."))
                .toArray(String[]::new));
    }

    private static boolean isOfSettings(JavaClass type) {
        return isSettings(type)
                || type.getDirectDependenciesToSelf().stream()
                        .anyMatch(dependency -> isSettings(dependency.getOriginClass()));
    }

    private static boolean isSettings(JavaClass type) {
        return type.getSimpleName().endsWith("Settings")
                || type.getEnclosingClass()
                        .filter(ArchitectureRules::isSettings)
                        .isPresent();
    }

    private static ArchRule blocksNot(DescribedPredicate<JavaClass> eventLoop) {
        return onEventLoops(eventLoop)
                .should()
                .accessTargetWhere(describe(
                        "a method that blocks",
                        access -> BLOCKING.stream().anyMatch(blocking -> blocking.isCalledBy(access))))
                .allowEmptyShould(true);
    }

    private static ArchRule knowsNoJdbc(DescribedPredicate<JavaClass> eventLoop) {
        return onEventLoops(eventLoop)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql.."))
                .allowEmptyShould(true);
    }

    private static GivenClassesConjunction onEventLoops(DescribedPredicate<JavaClass> eventLoop) {
        return noClasses().that(eventLoop);
    }
}
