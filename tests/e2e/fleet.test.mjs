// SPDX-License-Identifier: Apache-2.0
// What docs/fleet.md says of DuckDB holds: the exports of a hundred recordings of two versions are loaded by its statements, and its
// question names the one caller that holds more in the newer version.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { packagesOf } from './lib/packages.mjs';
import { inParallel } from './lib/parallel.mjs';
import { Report } from './lib/report.mjs';
import { record, run } from './lib/slabscope.mjs';

const kRuns = 50;
const kAtOnce = 2;
const kVersions = ['1.4.0', '1.5.0'];
const args = parseArgs('fleet');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const program = path.join(here, 'programs', 'fleet.cjs');
const require = await packagesOf(path.join(here, 'fleet'), 'fleet', args);
const { DuckDBInstance } = require('@duckdb/node-api');

const folder = (name) => path.join(args.work, name);
for (const name of ['recordings', 'csv']) fs.mkdirSync(folder(name));

async function makeOne(version) {
  await record(args, folder(`recordings/${version}-%p.slab`), ['--expose-gc', program, version]);
}
async function exportOne(name) {
  const ran = await run(args.slabscope, ['export', folder(`recordings/${name}`), '--format', 'csv', '-o', folder(`csv/${path.basename(name, '.slab')}.csv`)]);
  report.equal(`${ran.status}${ran.stderr}`, '0', `status and stderr of the export of ${name}`);
}

// A pid may come again within the run: then a recording replaces another.
await inParallel(kVersions.flatMap((version) => Array(kRuns).fill(() => makeOne(version))), kAtOnce);
const recordings = fs.readdirSync(folder('recordings'));
await inParallel(recordings.map((name) => () => exportOne(name)), kAtOnce);

const document = fs.readFileSync(path.join(here, '..', '..', 'docs', 'fleet.md'), 'utf8');
const statements = [...document.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, text]) => text);
report.equal(statements.length, 2, 'statements in docs/fleet.md');
process.chdir(args.work);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const ask = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
await connection.run(statements[0]);
const [{ loaded }] = await ask('SELECT count(DISTINCT recording) AS loaded FROM callers');
report.equal(Number(loaded), recordings.length, 'recordings that were loaded');
report.check(recordings.length > 1.9 * kRuns, `only ${recordings.length} recordings were made`);
const found = await ask(statements[1]);
report.equal(found.map((row) => row.function).join(), 'openSession', `callers that hold more: ${JSON.stringify(found)}`);
report.equal(Math.round(Number(found[0]?.before)), 200_000, 'bytes that sessions held before');
report.equal(Math.round(Number(found[0]?.after)), 400_000, 'bytes that sessions hold now');
const [{ grown }] = await ask("SELECT count(DISTINCT version) AS grown FROM callers WHERE function = 'answer' AND allocations > 0");
report.equal(Number(grown), 2, 'versions with the caller that only allocates more');
report.figure('recordings', recordings.length);
report.finish();
