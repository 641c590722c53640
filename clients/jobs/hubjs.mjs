// Typical uses of @huggingface/hub. Prints "ok NAME" or "FAIL NAME", a tab and the reason for each case.
import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import assert from 'node:assert/strict';

const require = createRequire(path.join(process.env.NODE_HOME, 'index.js'));
const hub = require('@huggingface/hub');

const expected = JSON.parse(readFileSync(path.join(process.env.EXPECTED, 'expected.json'), 'utf8'));
const hubUrl = process.env.VAULT;
const repo = 'acme/tiny';
const tiny = expected.repositories['models/acme/tiny'];
const alice = expected.tokens.alice;
const bob = expected.tokens.bob;
const hardName = 'data/train.csv'; // the library cannot request names with ? or #

const asking = 'cold warm restart moved'; // cases that need the Hub: they use POST or request missing content

async function test(name, run, phases = 'cold warm restart stopped moved') {
    if (!phases.split(' ').includes(process.env.PHASE)) {
        return;
    }
    try {
        await run();
        console.log(`ok ${name}`);
    } catch (error) {
        const message = String(error?.message ?? error).split('\n').slice(0, 4).join(' ').slice(0, 300);
        console.log(`FAIL ${name}\t${error?.constructor?.name}: ${message}`);
    }
}

function same(bytes, file, name) {
    assert.equal(bytes.length, file.size, `length of ${name}`);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256, `sha256 of ${name}`);
}

async function download(parameters) {
    const blob = await hub.downloadFile({hubUrl, ...parameters});
    assert.ok(blob, `no file ${parameters.path}`);
    return Buffer.from(await blob.arrayBuffer());
}

async function list(parameters) {
    const entries = [];
    for await (const entry of hub.listFiles({hubUrl, recursive: true, ...parameters})) {
        entries.push(entry);
    }
    return entries;
}

function filesBelow(folder) {
    return readdirSync(folder, {recursive: true}).filter((name) => statSync(path.join(folder, name)).isFile());
}

await test('downloadFile: regular, large, in a folder, of one byte', async () => {
    for (const name of ['config.json', 'model.safetensors', hardName, 'one.txt', 'README.md']) {
        same(await download({repo, path: name}), tiny.files[name], name);
    }
});

await test('downloadFile: a slice of a large file', async () => {
    const whole = await download({repo, path: 'model.safetensors'});
    const blob = await hub.downloadFile({hubUrl, repo, path: 'model.safetensors'});
    const slice = Buffer.from(await blob.slice(1000, 5000).arrayBuffer());
    assert.ok(slice.equals(whole.subarray(1000, 5000)), 'bytes 1000 to 5000');
});

await test('downloadFile: an empty file', async () => {
    same(await download({repo, path: 'empty.txt'}), tiny.files['empty.txt'], 'empty.txt');
});

await test('downloadFile: a dataset, a Space, a name of one word, an old name', async () => {
    const wanted = [
        [{type: 'dataset', name: 'acme/ds'}, 'data/train.csv', 'datasets/acme/ds'],
        [{type: 'space', name: 'acme/space'}, 'index.html', 'spaces/acme/space'],
        ['gpt2', 'config.json', 'models/openai-community/gpt2'],
        ['acme/old-name', 'config.json', 'models/acme/tiny'],
    ];
    for (const [from, name, key] of wanted) {
        same(await download({repo: from, path: name}), expected.repositories[key].files[name], name);
    }
});

await test('downloadFile: at a commit, a tag, a pull request', async () => {
    for (const revision of tiny.revisions) {
        same(await download({repo, path: 'README.md', revision}), tiny.files['README.md'], revision);
    }
});

await test('downloadFile: raw, which is the pointer of a large file', async () => {
    const pointer = (await download({repo, path: 'model.safetensors', raw: true})).toString();
    const {sha256, size} = tiny.files['model.safetensors'];
    assert.equal(pointer, `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`);
}, 'cold warm restart stopped');

await test('fileDownloadInfo', async () => {
    const info = await hub.fileDownloadInfo({hubUrl, repo, path: 'model.safetensors'});
    assert.equal(info.size, tiny.files['model.safetensors'].size, 'size');
    assert.equal(info.etag.replaceAll('"', ''), tiny.files['model.safetensors'].sha256, 'etag');
    assert.equal(info.xet, undefined, 'Xet');
    assert.ok(info.url.startsWith(hubUrl), info.url);
});

await test('fileExists', async () => {
    assert.equal(await hub.fileExists({hubUrl, repo, path: 'config.json'}), true);
    assert.equal(await hub.fileExists({hubUrl, repo, path: 'no-such-file'}), false);
}, asking);

await test('listFiles', async () => {
    const entries = await list({repo});
    const names = entries.filter((entry) => entry.type === 'file').map((entry) => entry.path);
    assert.deepEqual(names.sort(), Object.keys(tiny.files).sort());
    assert.deepEqual(entries.filter((entry) => entry.xetHash), [], 'Xet hashes');
});

await test('listFiles: 1,200 over two pages', async () => {
    const names = (await list({repo: 'acme/many'})).filter((entry) => entry.type === 'file').map((entry) => entry.path);
    assert.deepEqual(names.sort(), Object.keys(expected.repositories['models/acme/many'].files).sort());
});

await test('pathsInfo', async () => {
    const found = await hub.pathsInfo({hubUrl, repo, paths: ['model.safetensors', 'config.json'], expand: true});
    for (const entry of found) {
        assert.equal(entry.size, tiny.files[entry.path].size, entry.path);
    }
    assert.equal(found.length, 2);
}, asking);

await test('modelInfo, checkRepoAccess', async () => {
    const info = await hub.modelInfo({hubUrl, name: repo, additionalFields: ['sha']});
    assert.equal(info.sha, tiny.sha);
    await hub.checkRepoAccess({hubUrl, repo});
}, 'cold warm restart stopped');

await test('snapshotDownload', async () => {
    const cacheDir = mkdtempSync(path.join(process.env.WORK, 'js-'));
    const folder = await hub.snapshotDownload({hubUrl, repo: {type: 'dataset', name: 'acme/ds'}, cacheDir});
    const ds = expected.repositories['datasets/acme/ds'];
    assert.deepEqual(filesBelow(folder).sort(), Object.keys(ds.files).sort());
    for (const name of filesBelow(folder)) {
        same(readFileSync(path.join(folder, name)), ds.files[name], name);
    }
}, asking);

await test('a missing file, a missing repository', async () => {
    assert.equal(await hub.downloadFile({hubUrl, repo, path: 'no-such-file'}), null);
    await assert.rejects(download({repo: 'acme/no-such-repo', path: 'config.json'}), (e) => e.statusCode === 401);
    await assert.rejects(list({repo: 'acme/no-such-repo', accessToken: alice}), (e) => e.statusCode === 404);
}, 'cold warm');

await test('a gated file: alice has access, others do not', async () => {
    const gated = {repo: 'acme/gated', path: 'only-here.bin'};
    const file = expected.repositories['models/acme/gated'].files['only-here.bin'];
    await assert.rejects(download(gated), (e) => e.statusCode === 401);
    same(await download({...gated, accessToken: alice}), file, 'with the token of alice');
    await assert.rejects(download({...gated, accessToken: bob}), (e) => e.statusCode === 403);
    await assert.rejects(download(gated), (e) => e.statusCode === 401);
}, 'cold warm');

await test('whoAmI', async () => {
    assert.equal((await hub.whoAmI({hubUrl, accessToken: alice})).name, 'alice');
}, 'cold warm');

await test('a push is seen', async () => {
    same(await download({repo, path: 'pushed.txt'}), tiny.files['pushed.txt'], 'pushed.txt');
}, 'moved');
