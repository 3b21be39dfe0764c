// SPDX-License-Identifier: Apache-2.0
// TypeScript compiled by tsc, and bundles of esbuild, with their maps beside them and inside, minified too: every command that
// shows callers shows the .ts files and lines; the history, and --no-source-maps, what Node ran.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { parseArgs } from './lib/args.mjs';
import { lineOf } from './lib/lines.mjs';
import { packagesOf } from './lib/packages.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

const args = parseArgs('source-maps');
const report = new Report();
const template = path.join(path.dirname(fileURLToPath(import.meta.url)), 'source-maps');
const require = await packagesOf(template, 'source-maps', args);
const esbuild = require('esbuild');

const project = path.join(args.work, 'the project');
fs.cpSync(path.join(template, 'src'), path.join(project, 'src'), { recursive: true });
fs.cpSync(path.join(template, 'kept-package'), path.join(project, 'node_modules', 'kept-package'), { recursive: true });
const sources = {
  keeps: path.join(project, 'src', 'cache.ts'),
  calls: path.join(project, 'src', 'main.ts'),
  package: path.join(project, 'node_modules', 'kept-package', 'index.js'),
};
/** "file:line" of the line of a source that is marked so. */
function placeOf(mark) {
  return `${sources[mark]}:${lineOf(sources[mark], `// @ ${mark}`)}`;
}

async function compile(out, ...options) {
  const tsc = require.resolve('typescript/bin/tsc');
  const main = path.join(project, 'src', 'main.ts');
  const ran = await run(process.execPath, [tsc, main, '--outDir', out, '--target', 'es2020', '--module', 'commonjs', ...options]);
  report.equal(ran.status, 0, `status of tsc: ${ran.stdout}`);
  return path.join(out, 'main.js');
}

function bundle(outfile, options) {
  esbuild.buildSync({
    entryPoints: [path.join(project, 'src', 'main.ts')], bundle: true, platform: 'node', target: 'node18', outfile, logLevel: 'error', ...options,
  });
  return outfile;
}

const builds = {
  tsc: { program: await compile(path.join(project, 'dist'), '--sourceMap') },
  'tsc, inline': { program: await compile(path.join(project, 'dist-inline'), '--inlineSourceMap') },
  bundle: { program: bundle(path.join(project, 'out', 'bundle.js'), { sourcemap: true }), bundled: true },
  minified: { program: bundle(path.join(project, 'out', 'min.js'), { sourcemap: true, minify: true }), bundled: true },
  'minified, inline': { program: bundle(path.join(project, 'out', 'min-inline.js'), { sourcemap: 'inline', minify: true }), bundled: true },
};

async function output(...command) {
  const ran = await run(args.slabscope, command);
  report.equal(`${ran.status}${ran.stderr}`, '0', `status and stderr of ${command.join(' ')}`);
  return ran.stdout;
}

const placesOf = (holders) => holders.map(({ file, line }) => `${file}:${line}`);

async function checkReports(name, file, expected) {
  const json = JSON.parse(await output('report', file, '--json'));
  const [end] = json.instants;
  for (const place of expected) report.check(placesOf(end.holders).includes(place), `${name}: report does not show ${place}, but ${placesOf(end.holders)}`);
  report.check(json.source_maps.files > 0 && json.source_maps.frames > 1, `${name}: source_maps are ${JSON.stringify(json.source_maps)}`);
  report.equal(json.source_maps.problems.length, 0, `${name}: problems`);
  const holder = end.holders.find((one) => placesOf([one])[0] === expected[0]);
  report.equal(holder?.function, 'keepEntry', `${name}: the function that holds`);

  const slabs = JSON.parse(await output('slabs', file, '--json', '--top', '100000'));
  const holding = new Set(slabs.slabs.flatMap(({ holders }) => placesOf(holders)));
  for (const place of expected) report.check(holding.has(place), `${name}: slabs do not show ${place}`);
}

async function checkExports(name, file, expected) {
  const folded = await output('export', file, '--format', 'folded');
  for (const place of [...expected, placeOf('calls')]) report.check(folded.includes(`(${place}:`), `${name}: folded stacks do not show ${place}`);
  const pprof = path.join(args.work, 'out.pb.gz');
  await output('export', file, '--format', 'pprof', '-o', pprof);
  const names = zlib.gunzipSync(fs.readFileSync(pprof)).toString('latin1');
  report.check(names.includes(Buffer.from(sources.keeps).toString('latin1')), `${name}: pprof does not name ${sources.keeps}`);
  const csv = await output('export', file, '--format', 'csv');
  report.check(csv.includes('"kept-package"'), `${name}: csv does not name the package`);
}

async function checkRaw(name, file, program) {
  const folder = path.dirname(program);
  const raw = JSON.parse(await output('report', file, '--json', '--no-source-maps')).instants[0].holders;
  report.check(raw.length > 0 && raw.some((holder) => path.dirname(holder.file) === folder), `${name}: --no-source-maps shows ${placesOf(raw)}`);
  report.check(!(await output('slabs', file, '--no-source-maps')).includes('.ts:'), `${name}: slabs --no-source-maps shows sources`);
  report.check(!(await output('export', file, '--format', 'folded', '--no-source-maps')).includes('.ts:'), `${name}: folded --no-source-maps shows sources`);
  const files = new Set();
  await exportJsonl(args, file, (event) => {
    if (event.type === 'frame') files.add(event.file);
  });
  report.check(files.has(program) && !files.has(sources.keeps), `${name}: the history shows other files than Node did`);
}

for (const [name, { program }] of Object.entries(builds)) {
  const file = path.join(args.work, `${name.replaceAll(/\W+/g, '-')}.slab`);
  await record(args, file, [program]);
  const expected = [placeOf('keeps'), placeOf('package')];
  await checkReports(name, file, expected);
  await checkExports(name, file, expected);
  await checkRaw(name, file, program);
}

// Of two ways to build one program: the callers are the same lines of the sources.
const ways = Object.keys(builds).map((name) => path.join(args.work, `${name.replaceAll(/\W+/g, '-')}.slab`));
const compared = JSON.parse(await output('diff', ways[0], ways[1], '--json', '--top', '1000'));
for (const side of ['before', 'after']) {
  const places = compared.callers.map((caller) => (caller[side] ? `${caller[side].file}:${caller[side].line}` : ''));
  report.check(places.some((place) => place && placeOf('keeps').endsWith(place)), `diff: ${side} shows ${places}`);
}

// A broken map: what ran is shown, and one line says why.
const broken = path.join(args.work, 'bundle.slab');
fs.writeFileSync(`${builds.bundle.program}.map`, '{"version":3,"mappings":"gggggggggggg"}');
fs.utimesSync(`${builds.bundle.program}.map`, 1, 1);
const text = await output('report', broken);
report.equal(text.split('\n').filter((line) => line.startsWith('! ') && line.includes('source map')).length, 1, 'lines about the broken map');
report.check(!text.includes('cache.ts:'), 'a broken map is applied');
const problems = JSON.parse(await output('report', broken, '--json')).source_maps.problems;
report.equal(problems[0]?.file, builds.bundle.program, 'the file whose map is broken');
const exported = await run(args.slabscope, ['export', broken, '--format', 'folded']);
report.equal(exported.status, 0, 'status of an export with a broken map');
report.equal(exported.stderr.split('\n').length, 2, `lines on stderr of an export with a broken map: ${exported.stderr}`);
report.finish();
