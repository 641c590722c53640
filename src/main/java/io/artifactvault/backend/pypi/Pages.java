package io.artifactvault.backend.pypi;

import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.Digest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The pages of one project that count, in the order of their indexes; at least one. Of two files with one name, the
 * first counts. Never blocks.
 */
record Pages(ProjectName project, List<ProjectPage> pages, Instant now) {
    Pages {
        pages = List.copyOf(pages);
    }

    /** The file of that name. */
    Optional<FileTable.Row> named(String fileName) {
        return pages.stream()
                .flatMap(page -> page.table().named(fileName).stream())
                .findFirst();
    }

    /** What is found on the first page that lists a file of that name, or on one before it. */
    Optional<Resolution> first(String fileName, Function<ProjectPage, Optional<Resolution>> found) {
        for (ProjectPage page : pages) {
            Optional<Resolution> here = found.apply(page);
            if (here.isPresent() || page.table().named(fileName).isPresent()) {
                return here;
            }
        }
        return Optional.empty();
    }

    /** What a client receives of them. */
    Resolution view(Form form) {
        PageResource first = pages.getFirst().page();
        int ripe = pages.stream().mapToInt(page -> page.table().ripe(now)).sum();
        int withheld =
                pages.stream().mapToInt(page -> page.table().withheld(now)).sum();
        Optional<Instant> next = pages.stream()
                .flatMap(page -> page.table().nextRipe(now).stream())
                .min(Comparator.naturalOrder());
        PageView.Listing listing =
                new PageView.Listing(first.settings.paths(first.index), first.settings.gate(), extracted());
        List<PageView.Source> sources = pages.stream()
                .map(page -> new PageView.Source(page.page(), page.digest()))
                .toList();
        PageView.Moment moment = new PageView.Moment(now, ripe, withheld, next);
        return new Resolution.Found(new PageView(sources, project, form, moment, listing));
    }

    /** Of wheels that an earlier page does not name. */
    private Extractions.Extracted extracted() {
        Extractions.Extracted all = Extractions.Extracted.NOTHING;
        for (int i = 0; i < pages.size(); i++) {
            List<ProjectPage> before = pages.subList(0, i);
            Map<String, Digest> more =
                    new HashMap<>(pages.get(i).table().extractions().extracted().digests());
            more.keySet()
                    .removeIf(name -> before.stream()
                            .anyMatch(page -> page.table().named(name).isPresent()));
            all = all.with(more);
        }
        return all;
    }
}
