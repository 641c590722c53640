package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Obtained;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the pages of a project. The first index that has the project is the only one, unless the settings mix them. An
 * index that fails ends the search: it did not say that it does not have the project. Thread-safe; never blocks.
 */
final class PageSearch {
    private final PyPiSettings settings;
    private final InstantSource clock;
    private final FileTables tables;
    private final PageLimit limit;

    PageSearch(PyPiSettings settings, InstantSource clock, FileTables tables, PageLimit limit) {
        this.settings = settings;
        this.clock = clock;
        this.tables = tables;
        this.limit = limit;
    }

    /** Continues with the pages of all indexes that count for the project. */
    interface Then extends Function<Pages, Resolution> {}

    /**
     * Looks for a project that is not excluded.
     *
     * @param indexes that may be asked for it, in order; at least one
     * @param demanding whether the client asked for the page itself, so that its demands on freshness concern it
     */
    Resolution find(
            Request request, ProjectName project, List<PyPiSettings.Index> indexes, boolean demanding, Then then) {
        return new Search(request, project, demanding, then).in(indexes, List.of());
    }

    /** One search, for one request. */
    private final class Search {
        private final Request request;
        private final ProjectName project;
        private final boolean demanding;
        private final Then then;

        Search(Request request, ProjectName project, boolean demanding, Then then) {
            this.request = request;
            this.project = project;
            this.demanding = demanding;
            this.then = then;
        }

        /** @param before the pages that were found in other indexes */
        Resolution in(List<PyPiSettings.Index> indexes, List<ProjectPage> before) {
            PageResource page = new PageResource(settings, indexes.getFirst(), request, project, limit);
            return new Resolution.After(page, demanding, new Look(page, indexes.subList(1, indexes.size()), before));
        }

        private final class Look implements Resolution.Step {
            private final PageResource page;
            private final List<PyPiSettings.Index> others;
            private final List<ProjectPage> before;

            Look(PageResource page, List<PyPiSettings.Index> others, List<ProjectPage> before) {
                this.page = page;
                this.others = others;
                this.before = before;
            }

            @Override
            public Optional<Resolution> byHead(int status, Fields fields) {
                if (status == 404) {
                    return others.isEmpty() && before.isEmpty() ? Optional.empty() : Optional.of(further(before));
                }
                return status == 200
                        ? tables.find(key(fields))
                                .filter(table ->
                                        !demanding || !table.extractions().isDue(clock.instant()))
                                .map(table -> found(pageOf(table, fields)))
                        : Optional.empty();
            }

            @Override
            public Resolution byContent(Obtained response, Resolution.Stored stored) throws IOException {
                String key = key(response.fields());
                Optional<FileTable> known = tables.find(key);
                FileTable table = known.isPresent() ? known.get() : read(response);
                ProjectPage found = pageOf(table, response.fields());
                if (known.isEmpty()) {
                    found.recall(stored);
                    tables.keep(key, table);
                }
                return demanding ? found.extracting(stored, this::found) : found(found);
            }

            private FileTable read(Obtained response) throws IOException {
                return FileTable.read(response.content(), project, settings.paths(page.index), settings.gate());
            }

            private String key(Fields fields) {
                return digest(fields) + page.key();
            }

            private static String digest(Fields fields) {
                return fields.first(PageEdit.PAGE_DIGEST).orElse("");
            }

            private ProjectPage pageOf(FileTable table, Fields fields) {
                return new ProjectPage(page, project, digest(fields), table, clock.instant());
            }

            private Resolution found(ProjectPage one) {
                List<ProjectPage> all = new ArrayList<>(before);
                all.add(one);
                return settings.mix() ? further(all) : then.apply(new Pages(project, all, clock.instant()));
            }

            private Resolution further(List<ProjectPage> soFar) {
                return others.isEmpty() ? then.apply(new Pages(project, soFar, clock.instant())) : in(others, soFar);
            }
        }
    }
}
