// Download a file through the vault with @huggingface/hub.
//
//   npm install @huggingface/hub
//   node download.mjs [REPOSITORY] [FILE]
//
// The library does not read HF_ENDPOINT, so each call gets hubUrl.
import { downloadFile, listFiles } from "@huggingface/hub";

const hubUrl = process.env.HF_ENDPOINT ?? "http://localhost:8080/huggingface";
const accessToken = process.env.HF_TOKEN; // undefined: no token is sent
const repo = process.argv[2] ?? "openai-community/gpt2";
const path = process.argv[3] ?? "config.json";

for await (const file of listFiles({ repo, hubUrl, accessToken })) {
  console.log(file.type, file.size, file.path);
}

for (const attempt of ["first", "second"]) {
  const start = performance.now();
  const blob = await downloadFile({ repo, path, hubUrl, accessToken });
  if (!blob) throw new Error(`${path} is not in ${repo}`);
  const bytes = await blob.arrayBuffer();
  console.log(`${attempt}: ${bytes.byteLength} bytes in ${Math.round(performance.now() - start)} ms`);
}
