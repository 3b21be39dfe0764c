// SPDX-License-Identifier: Apache-2.0
// examples/ci: the test of the code that leaks fails and names the line, that of the mended code passes, and where nothing can be told
// neither happens. What diff --junit writes is XML for a strict reader, whatever names are in it. The steps that docs/ci.md shows pass a
// change that keeps nothing and fail one that does.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { lineOf } from './lib/lines.mjs';
import { packagesOf } from './lib/packages.mjs';
import { Report } from './lib/report.mjs';
import { record, run } from './lib/slabscope.mjs';

const args = parseArgs('ci');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const examples = path.join(here, '..', '..', 'examples', 'ci');
const require = await packagesOf(path.join(here, 'ci'), 'ci', args);
const { SaxesParser } = require('saxes');

function nodeTest(file, env = {}) {
  return run(args.node, ['--test', file], { env: { ...process.env, SLABSCOPE: args.slabscope, ...env } });
}

const passes = await nodeTest(path.join(examples, 'sessions.test.mjs'));
report.equal(passes.status, 0, `status of the mended code: ${passes.stdout}${passes.stderr}`);

const fails = await nodeTest(path.join(examples, 'leaking.test.mjs'));
const line = lineOf(path.join(examples, 'sessions.mjs'), '// <- the leak');
report.check(line > 0, 'the example has changed: where is its leak?');
report.equal(fails.status, 1, 'status of the code that leaks');
report.check(fails.stdout.includes('1000 calls of openSessionLeaking leave memory behind'), fails.stdout);
report.check(new RegExp(`grown .*openSessionLeaking .*sessions\\.mjs:${line}:`).test(fails.stdout), `line ${line} is not named: ${fails.stdout}`);

// What the helper is told wrongly, or cannot tell, is no verdict.
async function problemOf(name, options, module = path.join(examples, 'sessions.mjs')) {
  const text = `import { noSlabLeak } from ${JSON.stringify(path.join(examples, 'no-slab-leak.mjs'))};
await noSlabLeak(${JSON.stringify(module)}, ${JSON.stringify(name)}, ${JSON.stringify(options)})
  .then(() => console.log('passed'), (error) => console.log(error.name, error.message));`;
  const program = path.join(args.work, 'problem.mjs');
  fs.writeFileSync(program, text);
  const ran = await run(args.node, [program], { env: { ...process.env, SLABSCOPE: args.slabscope } });
  return ran.stdout + ran.stderr;
}
const kProblems = [
  ['openSession', { rounds: 100 }, /^passed\n$/],
  ['openSessionLeaking', { failIf: ['held_bytes > +1GiB'] }, /^passed\n$/],
  ['openSessionLeaking', { failIf: ['held_bytes{function=openSessionLeaking} > +1KiB'] }, /^SlabLeakError /],
  ['noSuch', {}, /^Error noSuch could not be recorded:[^]*exports no function noSuch/],
  ['openSession', { slabscope: '/nowhere/slabscope' }, /^Error \/nowhere\/slabscope cannot be run/],
  ['openSession', { failIf: ['weight > +1'] }, /^Error the recording of openSession could not be compared:[^]*column 1/],
];
for (const [name, options, expected] of kProblems) {
  const said = await problemOf(name, options);
  report.check(expected.test(said), `${name} with ${JSON.stringify(options)}: ${said}`);
}
// Slabs that are kept without any slice of them.
const arrays = path.join(args.work, 'arrays.mjs');
fs.writeFileSync(arrays, 'const kept = [];\nexport const keep = () => kept.push(Buffer.allocUnsafe(3000).buffer);\n');
const keepers = await problemOf('keep', {}, arrays);
report.check(/^SlabLeakError 1000 calls of keep leave memory behind/.test(keepers), `ArrayBuffers that are kept: ${keepers}`);

process.env.NODE_OPTIONS = '--no-addons';
const blind = await problemOf('openSession', {});
delete process.env.NODE_OPTIONS;
report.check(/^Error not recorded: slices, liveness, stacks/.test(blind), `without the agent: ${blind}`);

/** The test cases of a file, read by a parser that stops at the first thing that is no XML. */
function testcasesOf(file) {
  const cases = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => report.fail(`${path.basename(file)} is not well-formed: ${error.message}`));
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') cases.push({ ...attributes });
    if (name === 'failure') cases.at(-1).failure = { ...attributes, text: '' };
  });
  parser.on('text', (text) => {
    if (cases.at(-1)?.failure) cases.at(-1).failure.text += text;
  });
  parser.write(fs.readFileSync(file, 'utf8')).close();
  return cases;
}

// Names that XML has its difficulties with, in a path and in a function.
const folder = path.join(args.work, `a & b <c> "d" ]]> é\u0007`);
fs.mkdirSync(folder);
const program = path.join(folder, 'keep.js');
fs.writeFileSync(
  program,
  `const kept = []; const it = { ['k<&>\\x1b"']: () => kept.push(Buffer.allocUnsafeSlow(1 << 20)) };
   for (let i = 0; i < process.argv[2]; i++) it['k<&>\\x1b"']();`,
);
const [few, many] = ['few', 'many'].map((name) => path.join(args.work, `${name}.slab`));
await record(args, few, [program, '2']);
await record(args, many, [program, '9']);
const junit = path.join(args.work, 'junit.xml');
const conditions = ['held_bytes > +10%', 'held_bytes{function=k<&>*} > 8MiB', 'slabs > +100', 'bytes{file="x"\u0001]]>} > 0'];
const ran = await run(args.slabscope, ['diff', few, many, '--junit', junit, ...conditions.flatMap((condition) => ['--fail-if', condition])]);
report.equal(ran.status, 1, `status of diff: ${ran.stderr}`);
const cases = testcasesOf(junit);
report.equal(cases.length, conditions.length, 'test cases');
report.equal(cases.map(({ name }) => name).join('\n'), conditions.join('\n').replace('\u0001', '\uFFFD'), 'their names');
report.equal(cases.map(({ failure }) => Boolean(failure)).join(), 'true,true,false,false', 'which failed');
for (const { failure, file, line: at } of cases.slice(0, 2)) {
  report.check(/held_bytes.* 2\.\d MiB -> 9\.\d MiB|held_bytes.* 2\.0 MiB -> 9\.0 MiB/.test(failure.message), failure.message);
  report.check(/k<&>.*keep\.js:1:\d+ .*2\.0 MiB -> 9\.0 MiB/.test(failure.text), failure.text);
  report.check(file.endsWith('keep.js') && at === '1', `the place ${file}:${at}`);
}

/** The commands of the steps in the document's job, one a step. */
function stepsOf(yaml) {
  const steps = [];
  for (const [, one, many] of yaml.matchAll(/^ +(?:- )?run: (?:\|\n((?:^ {6,}.*\n)+)|(.+)\n)/gm)) steps.push(one ?? many);
  return steps;
}

/** What the job of the document comes to in a repository whose main branch keeps `base` bytes and whose change keeps `head`. */
async function runJob(name, base, head) {
  const repository = path.join(args.work, name, 'checkout');
  fs.mkdirSync(path.join(repository, 'test'), { recursive: true });
  const program = (bytes) => `globalThis.kept = Array.from({ length: 2000 }, () => Buffer.allocUnsafe(${bytes}));\ngc();\nperformance.mark('done');\n`;
  const put = (file, text) => fs.writeFileSync(path.join(repository, file), text);
  const manifest = { name, version: '1.0.0' };
  put('package.json', JSON.stringify(manifest));
  put('package-lock.json', JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest } }));
  put('test/load.js', program(base));
  const env = { ...process.env, PATH: `${path.dirname(args.slabscope)}:${path.dirname(args.node)}:${process.env.PATH}`, GITHUB_BASE_REF: 'main', GIT_CONFIG_GLOBAL: '/dev/null' };
  const shell = (script) => run('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: repository, env });
  const made = await shell('git init -q . && git add . && git -c user.name=ci -c user.email=ci@localhost commit -q -m base && git update-ref refs/remotes/origin/main HEAD');
  report.equal(made.status, 0, `making a repository: ${made.stderr}`);
  put('test/load.js', program(head));
  const document = fs.readFileSync(path.join(here, '..', '..', 'docs', 'ci.md'), 'utf8');
  const steps = stepsOf(/^```yaml\n([^]*?)^```/m.exec(document)[1]);
  report.equal(steps.length, 4, 'steps of the job that run something');
  const outcomes = [];
  for (const step of steps) outcomes.push(await shell(step));
  const verdict = outcomes.pop();
  for (const [i, ran] of outcomes.entries()) report.equal(ran.status, 0, `${name}: status of "${steps[i]}": ${ran.stdout}${ran.stderr}`);
  const cases = testcasesOf(path.join(repository, 'slabs.xml'));
  report.equal(cases.length, 2, `${name}: test cases`);
  report.equal(cases.some(({ failure }) => failure), verdict.status !== 0, `${name}: whether a test case failed`);
  return verdict;
}
const harmless = await runJob('harmless', 1000, 1010);
report.equal(harmless.status, 0, `status of a change that keeps hardly more: ${harmless.stdout}${harmless.stderr}`);
const leaking = await runJob('leaking', 1000, 4000);
report.equal(leaking.status, 1, `status of a change that keeps four times as much: ${leaking.stdout}${leaking.stderr}`);
report.check(leaking.stderr.includes('held_bytes > +10% and held_bytes > +1MiB'), `what the job says: ${leaking.stderr}`);
report.finish();
