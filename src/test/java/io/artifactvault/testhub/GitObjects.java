package io.artifactvault.testhub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;

/** What git keeps of a commit: its files, folders and the commit itself, without its history. Confined to one request. */
final class GitObjects {
    private static final int COMMIT = 1;
    private static final int TREE = 2;
    private static final int BLOB = 3;

    private record Kept(int type, byte[] data) {}

    private final Map<String, Kept> objects = new LinkedHashMap<>();

    /** Adds a commit and answers its id in git, which is not the one that the Hub's API tells. */
    String add(HubCommit commit) throws IOException {
        Folder root = new Folder();
        commit.files().forEach(root::put);
        String text = "tree " + tree(root) + "\nauthor Alice <alice@example.com> 1740000000 +0000\n"
                + "committer Alice <alice@example.com> 1740000000 +0000\n\n" + commit.title() + "\n";
        return keep(COMMIT, "commit", text.getBytes(StandardCharsets.UTF_8));
    }

    private String tree(Folder folder) throws IOException {
        ByteArrayOutputStream tree = new ByteArrayOutputStream();
        // git sorts a folder as if its name ended with a slash.
        NavigableMap<String, String> lines = new TreeMap<>();
        for (Map.Entry<String, HubFile> file : folder.files.entrySet()) {
            lines.put(file.getKey(), "100644 " + blob(file.getValue()));
        }
        for (Map.Entry<String, Folder> inner : folder.folders.entrySet()) {
            lines.put(inner.getKey() + "/", "40000 " + tree(inner.getValue()));
        }
        for (Map.Entry<String, String> line : lines.entrySet()) {
            String[] modeAndId = line.getValue().split(" ", 2);
            String name = line.getKey().replaceFirst("/$", "");
            tree.writeBytes((modeAndId[0] + " " + name + "\0").getBytes(StandardCharsets.UTF_8));
            tree.writeBytes(HexFormat.of().parseHex(modeAndId[1]));
        }
        return keep(TREE, "tree", tree.toByteArray());
    }

    private String blob(HubFile file) throws IOException {
        return keep(BLOB, "blob", file.raw().bytes());
    }

    private String keep(int type, String name, byte[] data) {
        MessageDigest sha1 = sha1();
        sha1.update((name + " " + data.length + "\0").getBytes(StandardCharsets.US_ASCII));
        String id = HexFormat.of().formatHex(sha1.digest(data));
        objects.put(id, new Kept(type, data));
        return id;
    }

    /** All that was added, as a pack of version 2 without deltas. */
    byte[] pack() throws IOException {
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        pack.writeBytes("PACK\0\0\0\2".getBytes(StandardCharsets.ISO_8859_1));
        for (int shift = 24; shift >= 0; shift -= 8) {
            pack.write(objects.size() >> shift);
        }
        for (Kept object : objects.values()) {
            writeHead(pack, object);
            try (DeflaterOutputStream packed = new DeflaterOutputStream(pack)) {
                packed.write(object.data());
            }
        }
        pack.writeBytes(sha1().digest(pack.toByteArray()));
        return pack.toByteArray();
    }

    /** Four bits of the length beside the type, then seven at a time. */
    private static void writeHead(ByteArrayOutputStream pack, Kept object) {
        int size = object.data().length;
        int first = object.type() << 4 | (size & 15);
        size >>= 4;
        while (size > 0) {
            pack.write(first | 128);
            first = size & 127;
            size >>= 7;
        }
        pack.write(first);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Files and folders of one folder. */
    private static final class Folder {
        private final Map<String, HubFile> files = new TreeMap<>();
        private final Map<String, Folder> folders = new TreeMap<>();

        void put(String path, HubFile file) {
            int slash = path.indexOf('/');
            if (slash < 0) {
                files.put(path, file);
            } else {
                folders.computeIfAbsent(path.substring(0, slash), _ -> new Folder())
                        .put(path.substring(slash + 1), file);
            }
        }
    }
}
