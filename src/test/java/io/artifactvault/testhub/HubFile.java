package io.artifactvault.testhub;

/** A file at a commit: its content and how the Hub stores it. Immutable; hashes are computed once, when first asked for. */
public final class HubFile {
    private final Content content;
    private final Storage storage;
    private final String blobId;

    HubFile(Content content, Storage storage) {
        this.content = content;
        this.storage = storage;
        this.blobId = Digests.gitBlob(storage == Storage.REGULAR ? content : Content.of(pointer(content)));
    }

    /** Where the bytes lie. */
    public enum Storage {
        /** In git: identified by the git blob id, delivered by the Hub. */
        REGULAR,
        /** In LFS: identified by sha256, delivered by the CDN. */
        LFS,
        /** In Xet: as LFS for plain clients, with Xet signals for those that speak it. */
        XET
    }

    public Content content() {
        return content;
    }

    public Storage storage() {
        return storage;
    }

    public long size() {
        return content.length();
    }

    public boolean isLarge() {
        return storage != Storage.REGULAR;
    }

    /** The git blob id, of the pointer text if the file is large. */
    public String blobId() {
        return blobId;
    }

    /** What the Hub gives as the file's ETag, without quotes. */
    public String identity() {
        return isLarge() ? content.sha256() : blobId;
    }

    /** The Xet hash: 64 hex digits that are not the sha256. */
    public String xetHash() {
        return Digests.hex("SHA-256", "xet:" + content.sha256());
    }

    /** What the CDN gives as ETag, without quotes: never the sha256. */
    public String cdnTag() {
        return storage == Storage.XET ? xetHash() : Digests.hex("MD5", content.sha256());
    }

    /** What git keeps: the bytes, or the pointer text of a large file. */
    public Content raw() {
        return isLarge() ? Content.of(pointer(content)) : content;
    }

    private static String pointer(Content content) {
        return "version https://git-lfs.github.com/spec/v1\noid sha256:" + content.sha256() + "\nsize "
                + content.length() + "\n";
    }
}
