package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.pypi.dist.ProjectName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileTablesTest {
    private static final ProjectName DEMO = ProjectName.parse("demo").orElseThrow();

    private static FileTable table(int files) throws IOException {
        StringBuilder page = new StringBuilder("{\"files\":[");
        for (int i = 0; i < files; i++) {
            page.append(i == 0 ? "" : ",")
                    .append("{\"filename\":\"demo-")
                    .append(i)
                    .append(".zip\",\"url\":\"https://index.test/demo-")
                    .append(i)
                    .append(".zip\"}");
        }
        byte[] bytes = page.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        FilePaths paths = new FilePaths(URI.create("https://index.test"), "", List.of());
        return FileTable.read(new ByteArrayInputStream(bytes), DEMO, paths, AgeGate.OPEN);
    }

    @Test
    void theirFilesAreBounded() throws IOException {
        FileTables tables = new FileTables(1_000);
        for (int i = 0; i < 20; i++) {
            tables.keep("page " + i, table(100));
        }

        long kept = 0;
        for (int i = 0; i < 20; i++) {
            kept += tables.find("page " + i).map(FileTable::size).orElse(0);
        }
        assertThat(kept).isLessThanOrEqualTo(1_000).isPositive();
        assertThat(tables.dropped()).isEqualTo(2_000 - kept);
    }

    @Test
    void aTableOfMoreFilesThanAllMayHaveIsKept() throws IOException {
        FileTables tables = new FileTables(10);
        tables.keep("page", table(100));

        assertThat(tables.find("page")).isPresent();
        assertThat(tables.dropped()).isZero();
    }
}
