// SPDX-License-Identifier: Apache-2.0
// What `cmake --install` puts beneath a prefix records and paints from wherever it is moved to: nothing in it knows the build or the prefix.
// The documents lead to one another there, and to the examples.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { linksOf } from './lib/documents.mjs';
import { Report } from './lib/report.mjs';
import { becomesFinished, info, record, run } from './lib/slabscope.mjs';

const args = parseArgs('install');
const report = new Report();

const prefix = path.join(args.work, 'installed');
const installing = await run('cmake', ['--install', args.build, '--prefix', prefix]);
report.equal(installing.status, 0, `status of cmake --install: ${installing.stderr}`);
const home = path.join(args.work, 'moved');
fs.renameSync(prefix, home);
const installed = { ...args, slabscope: path.join(home, 'bin', 'slabscope') };

const kFiles = [
  'bin/slabscope',
  'bin/slabscope-viewer',
  'lib/slabscope/libslabscope_preload.so',
  'lib/slabscope/agent.cjs',
  'share/slabscope/recording.proto',
  'share/applications/slabscope-viewer.desktop',
  'share/icons/hicolor/scalable/apps/slabscope-viewer.svg',
  'share/mime/packages/slabscope.xml',
  'share/man/man1/slabscope.1.gz',
  'share/man/man1/slabscope-viewer.1.gz',
  'share/bash-completion/completions/slabscope',
  'share/bash-completion/completions/slabscope-viewer',
  'share/zsh/vendor-completions/_slabscope',
  'share/zsh/vendor-completions/_slabscope-viewer',
];
for (const file of kFiles) report.check(fs.existsSync(path.join(home, file)), `${file} is not installed`);

// Debug information and messages with the path of the sources would differ from one builder to the next.
const sources = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
for (const file of kFiles.slice(0, 4)) {
  const bytes = fs.readFileSync(path.join(home, file));
  for (const folder of [sources, args.build, prefix]) report.check(!bytes.includes(folder), `${file} tells of ${folder}`);
}

const documents = path.join(home, 'share', 'doc', 'slabscope');
let links = 0;
for (const name of fs.readdirSync(documents, { recursive: true }).filter((file) => file.endsWith('.md'))) {
  for (const { target } of linksOf(fs.readFileSync(path.join(documents, name), 'utf8'))) {
    const [place] = target.split('#');
    report.check(fs.existsSync(path.join(documents, path.dirname(name), place)), `${name}: ${place} is not installed`);
    links += 1;
  }
}
report.check(links >= 50, `only ${links} links in the documents`);

async function checkRecording(file, how) {
  const { answer, status } = await info(installed, file, { verify: true });
  report.equal(status, 0, `${how}: status of info --verify`);
  report.check(answer.complete, `${how}: the recording is incomplete`);
  report.check(answer.counts.slice >= 100, `${how}: slices are missing: ${JSON.stringify(answer)}`);
}

const kProgram = 'globalThis.kept = Array.from({ length: 100 }, () => Buffer.allocUnsafe(10));';
const recorded = path.join(args.work, 'recorded.slab');
await record(installed, recorded, ['-e', kProgram]);
await checkRecording(recorded, 'record');

const shim = path.join(home, 'lib', 'slabscope', 'libslabscope_preload.so');
const alone = fs.mkdtempSync(path.join(args.work, 'alone-'));
const ran = await run(args.node, ['-e', kProgram], { cwd: alone, env: { ...process.env, LD_PRELOAD: shim } });
report.equal(ran.status, 0, `status with the shim alone: ${ran.stderr}`);
const [file] = fs.readdirSync(alone);
if (report.check(file, `the shim alone recorded nothing: ${ran.stderr}`)) {
  report.check(await becomesFinished(installed, path.join(alone, file)), 'the recording of the shim alone is never finished');
  await checkRecording(path.join(alone, file), 'the shim alone');
}

const picture = path.join(args.work, 'overview.png');
const painted = await run(path.join(home, 'bin', 'slabscope-viewer'), ['--render', 'overview', '--size', '640x480', '-o', picture, recorded]);
report.equal(painted.status, 0, `status of the viewer: ${painted.stderr}`);
report.check(fs.existsSync(picture), 'the viewer painted nothing');
report.finish();
