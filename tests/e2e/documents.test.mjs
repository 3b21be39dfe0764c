// SPDX-License-Identifier: Apache-2.0
// The documents show what there is: every command behind a "$ " runs and ends as shown, its output has the lines that are shown (but for their
// figures), every option of slabscope that is named anywhere is one that the command has, and every link leads to a file and a heading that
// are there. What the head of an example tells to run is run too. Each document runs in a folder of its own with examples/ and build/, on
// Node 24; node18 to node26 are the other lines.
//
// With --write, outputs are taken from the run: those that are whole (without "...") are replaced.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { anchorsOf, callsOf, commandsOf, linksOf, missingLine } from './lib/documents.mjs';
import { Report } from './lib/report.mjs';
import { run } from './lib/slabscope.mjs';

const kTimeout = 60_000;
const args = parseArgs('documents');
const report = new Report();
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const documents = ['README.md', ...fs.readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

// `node` and the node of each line, by name.
const bin = path.join(args.work, 'bin');
fs.mkdirSync(bin);
fs.symlinkSync(args.node, path.join(bin, 'node'));
const versions = path.resolve(args.node, '..', '..', '..');
for (const version of fs.readdirSync(versions)) {
  const node = path.join(versions, version, 'bin', 'node');
  if (/^\d+\.\d+\.\d+$/.test(version) && fs.existsSync(node)) fs.symlinkSync(node, path.join(bin, `node${version.split('.')[0]}`));
}

/** A folder in which the commands of a document find what they name. */
function folderFor(document) {
  const folder = path.join(args.work, path.basename(document, '.md'));
  fs.mkdirSync(folder);
  fs.cpSync(path.join(root, 'examples'), path.join(folder, 'examples'), { recursive: true });
  fs.symlinkSync(args.build, path.join(folder, 'build'));
  return folder;
}

const kEnvironment = { ...process.env, PATH: `${bin}:${process.env.PATH}`, LC_ALL: 'C.UTF-8' };
for (const name of Object.keys(kEnvironment)) if (/^NODE_|^SLABSCOPE|^LD_PRELOAD$/.test(name)) delete kEnvironment[name];

/** The text as it is with the outputs of this run. */
async function runDocument(document, text) {
  const folder = folderFor(document);
  const lines = text.split('\n');
  const commands = commandsOf(text);
  for (const shown of commands) {
    if (!shown.isRun) continue;
    const place = `${document}:${shown.line}`;
    const ran = await run('bash', ['-c', `exec 2>&1; ${shown.command}`], { cwd: folder, env: kEnvironment, timeout: kTimeout });
    report.equal(ran.status, shown.status, `${place}: ${shown.command}\n${ran.stdout.slice(-2000)}`);
    const seen = ran.stdout.trimEnd().split('\n');
    const missing = missingLine(shown.output, seen);
    if (args.write && shown.output.length > 0 && !shown.output.includes('...')) shown.seen = seen;
    else if (missing !== null) report.fail(`${place}: ${shown.command}\n  does not print: ${missing}\n  but:\n${ran.stdout}`);
  }
  for (const { line, output, seen } of commands.toReversed()) if (seen) lines.splice(line, output.length, ...seen);
  return lines.join('\n');
}

const helps = new Map();
async function helpOf(program, sub) {
  const key = `${program} ${sub}`;
  if (!helps.has(key)) {
    const ran = await run(path.join(args.build, 'bin', program), [...(sub ? [sub] : []), '--help'], { env: kEnvironment });
    helps.set(key, ran.status === 0 ? ran.stdout : null);
  }
  return helps.get(key);
}

async function checkOptions(document, text) {
  const calls = callsOf(text);
  for (const { line, program, sub, options } of calls) {
    const help = await helpOf(program, sub);
    if (!report.check(help !== null, `${document}:${line}: there is no ${program} ${sub}`)) continue;
    const has = (option) => new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help) || option === '--help';
    for (const option of options) report.check(has(option), `${document}:${line}: ${program} ${sub} has no ${option}`);
  }
  return calls.length;
}

function checkLinks(document, text) {
  for (const { line, target } of linksOf(text)) {
    const [place, anchor] = target.split('#');
    const file = place ? path.join(root, path.dirname(document), place) : path.join(root, document);
    if (!report.check(fs.existsSync(file), `${document}:${line}: there is no ${target}`) || !anchor) continue;
    report.check(anchorsOf(fs.readFileSync(file, 'utf8')).includes(anchor), `${document}:${line}: ${place || document} has no heading #${anchor}`);
  }
}

/** The commands that the head of an example tells to run, as a document. */
function headOf(text) {
  const told = [...text.matchAll(/^\/\/ {3}((?:SLABSCOPE=|build\/bin\/).*)$/gm)].map(([, command]) => `$ ${command}`);
  return ['```', ...told, '```'].join('\n');
}

let commands = 0;
let calls = 0;
for (const name of fs.readdirSync(path.join(root, 'examples'), { recursive: true }).filter((file) => /\.m?js$/.test(file))) {
  const document = headOf(fs.readFileSync(path.join(root, 'examples', name), 'utf8'));
  calls += await checkOptions(`examples/${name}`, document);
  commands += commandsOf(document).length;
  await runDocument(`examples/${name}`, document);
}
report.check(commands >= 12, `only ${commands} commands were found in the examples`);
for (const document of documents) {
  const file = path.join(root, document);
  const text = fs.readFileSync(file, 'utf8');
  calls += await checkOptions(document, text);
  checkLinks(document, text);
  commands += commandsOf(text).filter(({ isRun }) => isRun).length;
  const now = await runDocument(document, text);
  if (args.write && now !== text) fs.writeFileSync(file, now);
}
// Commands that are not found would all pass.
report.check(commands >= 40 && calls >= 100, `only ${commands} commands and ${calls} calls were found`);
report.figure('commands that ran', commands);
report.figure('calls of slabscope whose options were looked up', calls);
report.finish();
