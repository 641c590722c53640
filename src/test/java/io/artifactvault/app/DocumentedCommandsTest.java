package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands that the pages name are there, with the options that they name. */
class DocumentedCommandsTest {
    /** In a line of a code block or between backticks, up to what ends a command. */
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|`)vault ([a-z][^`#|;&>\\n]*)");

    /** A command of the launcher, not of the jar. */
    private static final Set<String> LAUNCHERS = Set.of("demo");

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
                .map(Path::of)
                .toList());
        for (String folder : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(Files::isRegularFile)
                        .filter(page -> !page.toString().matches(".*\\.(png|pyc)"))
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    private static Set<String> commands() throws IOException {
        Set<String> commands = new TreeSet<>();
        for (Path page : pages()) {
            COMMAND.matcher(Files.readString(page))
                    .results()
                    .map(match -> match.group(1).strip())
                    .forEach(commands::add);
        }
        return commands;
    }

    /** What of a command is not there; nothing when all is well. */
    private static List<String> unknown(String command) {
        CommandLine at = Main.commandLine();
        List<String> unknown = new ArrayList<>();
        boolean inCommands = true;
        for (String word : command.split("\\s+", -1)) {
            Map<String, CommandLine> below = at.getSubcommands();
            String name = word.replaceAll("[\\[\\],.:]|=.*", "");
            if (inCommands && below.containsKey(name)) {
                at = below.get(name);
            } else if (inCommands && !below.isEmpty() && name.matches("[a-z]+")) {
                unknown.add(name);
                inCommands = false;
            } else if (name.startsWith("--") && name.length() > 2) {
                inCommands = false;
                if (at.getCommandSpec().findOption(name) == null) {
                    unknown.add(name);
                }
            } else {
                inCommands = false;
            }
        }
        return unknown;
    }

    @Test
    void everyCommandOnThePagesIsThereWithItsOptions() throws IOException {
        Set<String> commands = commands();
        Map<String, List<String>> wrong = commands.stream()
                .filter(command -> !LAUNCHERS.contains(command.split("\\s", 2)[0]))
                .collect(Collectors.toMap(command -> command, DocumentedCommandsTest::unknown));
        wrong.values().removeIf(List::isEmpty);

        assertThat(commands).hasSizeGreaterThan(10);
        assertThat(wrong).isEmpty();
    }

    @Test
    void aCommandThatIsNotThereWouldBeNoticed() {
        assertThat(unknown("cache stats --config FILE")).isEmpty();
        assertThat(unknown("cash stats")).containsExactly("cash");
        assertThat(unknown("cache stats --conf FILE")).containsExactly("--conf");
    }
}
