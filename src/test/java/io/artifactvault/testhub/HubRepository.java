package io.artifactvault.testhub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A repository of the test Hub. Files are staged ({@link #file}, {@link #lfs}, {@link #xet}), then {@link #push} makes a
 * commit of them on main; what was staged before the first request is pushed by itself. Old commits stay valid. Guarded by
 * this.
 */
public final class HubRepository {
    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";
    private static final int SHORTEST_SHA = 7;

    private final String type;
    private final String id;
    private final TreeMap<String, HubFile> staged = new TreeMap<>();
    private final Map<String, String> refs = new LinkedHashMap<>();
    private final Map<String, HubCommit> commits = new LinkedHashMap<>();
    private String gated = "";
    private boolean hidden;
    private boolean disabled;

    HubRepository(String type, String id) {
        this.type = type;
        this.id = id;
    }

    /** {@code models}, {@code datasets} or {@code spaces}. */
    public String type() {
        return type;
    }

    /** The canonical id, {@code namespace/name}. */
    public String id() {
        return id;
    }

    /** Stages a regular (git) file. */
    public HubRepository file(String path, byte[] bytes) {
        return stage(path, Content.of(bytes), HubFile.Storage.REGULAR);
    }

    public HubRepository file(String path, String text) {
        return stage(path, Content.of(text), HubFile.Storage.REGULAR);
    }

    /** Stages an LFS file. */
    public HubRepository lfs(String path, byte[] bytes) {
        return lfs(path, Content.of(bytes));
    }

    public HubRepository lfs(String path, Content content) {
        return stage(path, content, HubFile.Storage.LFS);
    }

    /** Stages an LFS file that is kept in Xet. */
    public HubRepository xet(String path, byte[] bytes) {
        return xet(path, Content.of(bytes));
    }

    public HubRepository xet(String path, Content content) {
        return stage(path, content, HubFile.Storage.XET);
    }

    /** Stages the removal of a file. */
    public synchronized HubRepository remove(String path) {
        staged.remove(path);
        return this;
    }

    /** Commits what is staged to main and answers the new commit's sha. */
    public String push() {
        return push("main");
    }

    /** Commits what is staged to a branch, on top of it or, if it is new, of main. */
    public synchronized String push(String branch) {
        Optional<String> parent =
                Optional.ofNullable(refs.getOrDefault(BRANCHES + branch, refs.get(BRANCHES + "main")));
        HubCommit commit = HubCommit.of(type + "/" + id, parent, commits.size() + 1, staged);
        commits.put(commit.sha(), commit);
        refs.put(BRANCHES + branch, commit.sha());
        return commit.sha();
    }

    /** Forgets all commits and references, as a rewritten history does; what is staged is pushed anew. */
    public synchronized String rewrite() {
        commits.clear();
        refs.clear();
        return push();
    }

    /** Makes a branch at the head of main. */
    public HubRepository branch(String name) {
        return ref(BRANCHES + name);
    }

    /** Makes a tag at the head of main. */
    public HubRepository tag(String name) {
        return ref(TAGS + name);
    }

    /** Makes {@code refs/pr/n} at the head of main. */
    public HubRepository pullRequest(int number) {
        return ref("refs/pr/" + number);
    }

    /** Makes {@code refs/convert/name} at the head of main. */
    public HubRepository convert(String name) {
        return ref("refs/convert/" + name);
    }

    /** Whether only granted users may read files; the kind is {@code auto}. */
    public HubRepository gated(boolean on) {
        return gated(on ? "auto" : "");
    }

    /** The kind of gate, {@code auto} or {@code manual}; none if empty. */
    public synchronized HubRepository gated(String kind) {
        gated = kind;
        return this;
    }

    /** Whether only granted users may know that it exists. */
    public synchronized HubRepository hidden(boolean on) {
        hidden = on;
        return this;
    }

    /** Whether nobody may read it any more. */
    public synchronized HubRepository disabled(boolean on) {
        disabled = on;
        return this;
    }

    /** The sha at the head of main. */
    public String sha() {
        return head().sha();
    }

    /** The commit at the head of main. */
    public synchronized HubCommit head() {
        if (commits.isEmpty()) {
            push();
        }
        return commit(refs.getOrDefault(BRANCHES + "main", "")).orElseThrow();
    }

    /** The file of that path at the head of main. */
    public HubFile at(String path) {
        return head().file(path).orElseThrow(() -> new IllegalArgumentException(id + " has no file " + path));
    }

    synchronized String gate() {
        return gated;
    }

    synchronized boolean isHidden() {
        return hidden;
    }

    synchronized boolean isDisabled() {
        return disabled;
    }

    synchronized Optional<HubCommit> commit(String sha) {
        return Optional.ofNullable(commits.get(sha));
    }

    /** The commit that a branch, tag, full reference, sha, short sha or HEAD names. */
    synchronized Optional<HubCommit> find(String revision) {
        head();
        String name = revision.equals("HEAD") ? "main" : revision;
        return List.of(BRANCHES + name, TAGS + name, name).stream()
                .filter(refs::containsKey)
                .map(refs::get)
                .findFirst()
                .or(() -> expand(name))
                .flatMap(this::commit);
    }

    /** Full reference names and their commits, in order of creation. */
    synchronized Map<String, String> refs() {
        head();
        return new LinkedHashMap<>(refs);
    }

    /** A commit and its ancestors, newest first. */
    synchronized List<HubCommit> history(HubCommit from) {
        List<HubCommit> history = new ArrayList<>();
        for (Optional<HubCommit> at = Optional.of(from);
                at.isPresent();
                at = at.get().parent().flatMap(this::commit)) {
            history.add(at.get());
        }
        return history;
    }

    /** A 24-digit id that survives a rename; part of the CDN's addresses. */
    public String internalId() {
        return Digests.hex("SHA-1", type + "/" + id).substring(0, 24);
    }

    private Optional<String> expand(String revision) {
        return revision.length() < SHORTEST_SHA
                ? Optional.empty()
                : commits.keySet().stream().filter(s -> s.startsWith(revision)).findFirst();
    }

    private synchronized HubRepository ref(String name) {
        refs.put(name, sha());
        return this;
    }

    private synchronized HubRepository stage(String path, Content content, HubFile.Storage storage) {
        staged.put(path, new HubFile(content, storage));
        return this;
    }
}
