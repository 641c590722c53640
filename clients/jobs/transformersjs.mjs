// Typical uses of @huggingface/transformers. Prints "ok NAME" or "FAIL NAME", a tab and the reason for each case.
import {createHash} from 'node:crypto';
import {existsSync, mkdtempSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import assert from 'node:assert/strict';

const require = createRequire(path.join(process.env.NODE_HOME, 'index.js'));
const {AutoConfig, AutoTokenizer, env} = require('@huggingface/transformers');

const expected = JSON.parse(readFileSync(path.join(process.env.EXPECTED, 'expected.json'), 'utf8'));
env.remoteHost = `${process.env.VAULT}/`;
env.allowLocalModels = false;
env.cacheDir = mkdtempSync(path.join(process.env.WORK, 'cache-'));

async function test(name, run, phases = 'cold warm restart stopped') {
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

// Fails unless the file in the client's own cache equals the repository's, byte by byte.
function same(repository, name) {
    const kept = path.join(env.cacheDir, repository, name);
    assert.ok(existsSync(kept), `${kept} is not there`);
    const bytes = readFileSync(kept);
    const file = expected.repositories[`models/${repository}`].files[name];
    assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256, `sha256 of ${name}`);
}

await test('AutoConfig.from_pretrained', async () => {
    const config = await AutoConfig.from_pretrained('acme/tiny');
    assert.equal(config.model_type, 'llama');
    same('acme/tiny', 'config.json');
});

await test('AutoTokenizer.from_pretrained', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('acme/bert');
    assert.ok(tokenizer.encode('hello').length > 0);
    same('acme/bert', 'tokenizer.json');
    same('acme/bert', 'tokenizer_config.json');
});

await test('a missing repository, and a gated one', async () => {
    await assert.rejects(AutoConfig.from_pretrained('acme/no-such-repo'));
    await assert.rejects(AutoConfig.from_pretrained('acme/gated'));
}, 'cold warm');
