package io.artifactvault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages keep their word: what they link to and the classes they name exist. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)`");

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(
                Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md", "clients/README.md")
                        .map(Path::of)
                        .toList());
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyRelativeLinkLeadsSomewhere(Path page) throws IOException {
        List<String> dead =
                links(page).filter(link -> !leadsSomewhere(page, link)).toList();

        assertThat(dead).as("dead links in %s", page).isEmpty();
    }

    /** So that no page is found by nobody. */
    @Test
    void everyPageIsListedInTheIndex() throws IOException {
        Path index = Path.of("docs/README.md");
        Set<Path> listed = links(index)
                .map(link -> index.resolveSibling(link.replaceAll("#.*", "")).normalize())
                .collect(Collectors.toSet());
        List<Path> unlisted = pages().filter(page -> page.startsWith("docs") && !page.equals(index))
                .filter(page -> !listed.contains(page))
                .toList();

        assertThat(unlisted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/ARCHITECTURE.md", "docs/security.md", "docs/development.md"})
    void everyClassThatThePagesForDevelopersNameExists(String page) throws IOException {
        Set<String> named = CLASS_NAME
                .matcher(prose(Path.of(page)))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isNotEmpty();
        assertThat(classes()).containsAll(named);
    }

    private static Stream<String> links(Path page) throws IOException {
        return LINK.matcher(prose(page))
                .results()
                .map(match -> match.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"));
    }

    private static boolean leadsSomewhere(Path page, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    /** As GitHub makes them of headings; equal headings are none of ours. */
    private static Set<String> anchors(Path page) {
        try {
            return prose(page)
                    .lines()
                    .map(HEADING::matcher)
                    .flatMap(matcher -> matcher.matches() ? Stream.of(matcher.toMatchResult()) : Stream.empty())
                    .map(DocsTest::anchor)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError("Could not read " + page, e);
        }
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    /** The page without its code blocks. */
    private static String prose(Path page) throws IOException {
        return Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(page))
                .replaceAll("");
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src"))) {
            return sources.map(source -> source.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
