package io.artifactvault;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packages form one line, from the lowest to the highest, and no two source files need each other. */
class RoomOrderTest {
    private static final String BASE = "io.artifactvault.";
    private static final int MOST_FILES = 33;

    /** A class uses its own package and those before it. */
    private static final List<String> ORDER = List.of(
            "http",
            "http.conditional",
            "http.caching",
            "backend",
            "store.disk",
            "store",
            "store.index",
            "store.sqlite",
            "store.blob",
            "store.upkeep",
            "origin",
            "origin.address",
            "origin.wire",
            "origin.policy",
            "origin.redirect",
            "cache.content",
            "cache.request",
            "cache.lookup",
            "cache.work",
            "cache.upstream",
            "cache.fill",
            "cache.access",
            "cache.fetch",
            "cache",
            "backend.generic",
            "backend.huggingface.route",
            "backend.huggingface.json",
            "backend.huggingface.links",
            "backend.huggingface.snapshots",
            "backend.huggingface",
            "backend.pypi.dist",
            "backend.pypi.text",
            "backend.pypi.lock",
            "backend.pypi",
            "backend.oci",
            "snapshot",
            "server.wire",
            "server",
            "admin",
            "config",
            "app.doctor",
            "app",
            "app.terminal",
            "app.remote",
            "app.cli");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.artifactvault");

    @Test
    void everyPackageUsesOnlyThoseBelowIt() {
        assertThat(upwards(ORDER)).isEmpty();
    }

    @Test
    void aDependencyUpwardsIsFound() {
        assertThat(upwards(ORDER.reversed())).isNotEmpty();
    }

    @Test
    void everyPackageHasItsPlace() {
        assertThat(HOUSE.stream().map(RoomOrderTest::room).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(ORDER);
    }

    @Test
    void noPackageIsTooLargeToLearn() {
        Map<String, Set<String>> files = new TreeMap<>();
        for (JavaClass found : HOUSE) {
            if (!found.getSimpleName().equals("package-info")) {
                files.computeIfAbsent(room(found), _ -> new TreeSet<>()).add(file(found));
            }
        }
        assertThat(files).allSatisfy((_, inside) -> assertThat(inside).hasSizeLessThanOrEqualTo(MOST_FILES));
    }

    @Test
    void noTwoFilesNeedEachOther() {
        assertThat(circles(uses())).isEmpty();
    }

    @Test
    void aCircleIsFound() {
        assertThat(circles(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("b"), "d", Set.of())))
                .containsExactly(Set.of("b", "c"));
    }

    private static List<String> upwards(List<String> order) {
        List<String> found = new ArrayList<>();
        for (JavaClass user : HOUSE) {
            int mine = order.indexOf(room(user));
            for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                JavaClass used = dependency.getTargetClass();
                if (isOurs(used) && order.indexOf(room(used)) > mine) {
                    found.add(dependency.getDescription());
                }
            }
        }
        return found;
    }

    /** Which files each file uses. */
    private static Map<String, Set<String>> uses() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass user : HOUSE) {
            Set<String> used = uses.computeIfAbsent(file(user), _ -> new TreeSet<>());
            for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                if (isOurs(dependency.getTargetClass())) {
                    used.add(file(dependency.getTargetClass()));
                }
            }
            used.remove(file(user));
        }
        return uses;
    }

    /** The sets of files each of which can be reached from each other one (Tarjan's strongly connected components). */
    private static List<Set<String>> circles(Map<String, Set<String>> uses) {
        Search search = new Search(uses);
        uses.keySet().forEach(search::from);
        return search.found;
    }

    private static final class Search {
        private final Map<String, Set<String>> uses;
        private final Map<String, Integer> index = new HashMap<>();
        private final Map<String, Integer> low = new HashMap<>();
        private final Deque<String> open = new ArrayDeque<>();
        private final List<Set<String>> found = new ArrayList<>();

        Search(Map<String, Set<String>> uses) {
            this.uses = uses;
        }

        void from(String file) {
            if (index.containsKey(file)) {
                return;
            }
            index.put(file, index.size());
            low.put(file, index.get(file));
            open.push(file);
            for (String used : uses.getOrDefault(file, Set.of())) {
                from(used);
                if (open.contains(used)) {
                    low.merge(file, low.get(used), Math::min);
                }
            }
            if (low.get(file).equals(index.get(file))) {
                close(file);
            }
        }

        private void close(String root) {
            Set<String> together = new TreeSet<>();
            while (!together.contains(root)) {
                together.add(open.pop());
            }
            if (together.size() > 1) {
                found.add(together);
            }
        }
    }

    private static boolean isOurs(JavaClass any) {
        return any.getPackageName().startsWith(BASE);
    }

    private static String room(JavaClass any) {
        return any.getPackageName().substring(BASE.length());
    }

    /** The outermost class, which has a file of its own. */
    private static String file(JavaClass any) {
        String name = any.getBaseComponentType().getName();
        int inner = name.indexOf('$');
        String file = inner < 0 ? name : name.substring(0, inner);
        return file.substring(BASE.length());
    }
}
