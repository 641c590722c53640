package io.artifactvault.backend.pypi.dist;

import io.artifactvault.testhub.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Real wheels, small or with a payload. */
public final class Wheels {
    private Wheels() {}

    public static String metadata(String name, String version) {
        return "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\nRequires-Dist: other\n";
    }

    /** As builders write it: the metadata among the last entries, deflated. */
    public static byte[] wheel(String name, String version, int payload) {
        return zip(zip -> {
            put(zip, name + "/__init__.py", Content.generated(payload, 5).bytes(), ZipEntry.STORED);
            String folder = name + "-" + version + ".dist-info/";
            put(zip, folder + "METADATA", bytes(metadata(name, version)), ZipEntry.DEFLATED);
            put(zip, folder + "RECORD", bytes("nothing"), ZipEntry.DEFLATED);
        });
    }

    @FunctionalInterface
    public interface Entries {
        void to(ZipOutputStream zip) throws IOException;
    }

    public static byte[] zip(Entries entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entries.to(zip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static void put(ZipOutputStream zip, String path, byte[] content, int method) throws IOException {
        ZipEntry entry = new ZipEntry(path);
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setSize(content.length);
            entry.setCompressedSize(content.length);
            entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
