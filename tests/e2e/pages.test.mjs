// SPDX-License-Identifier: Apache-2.0
// The man pages and the completion of bash and zsh tell the commands and options that --help tells, and no others; the shells complete
// in earnest; --version tells the formats that a program reads. What zsh has for completing is put in place by a few functions that print what they are told.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { run } from './lib/slabscope.mjs';

const args = parseArgs('pages');
const report = new Report();
const pages = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'cmake', 'pages');
const env = { ...process.env, PATH: `${path.join(args.build, 'bin')}:${process.env.PATH}`, LC_ALL: 'C.UTF-8' };
for (const file of ['one.slab', 'two.slab', 'other.txt']) fs.writeFileSync(path.join(args.work, file), '');
fs.mkdirSync(path.join(args.work, 'folder'));

const sorted = (words) => [...new Set(words)].sort().join(' ');
const linesOf = (text) => text.split('\n').filter((line) => line !== '');

/** What a help text tells: options with what stands for their value, and commands. */
async function helpOf(...call) {
  const ran = await run(call[0], [...call.slice(1), '--help'], { env });
  report.equal(ran.status, 0, `status of ${call.join(' ')} --help`);
  const options = new Map();
  for (const [, names, value] of ran.stdout.matchAll(/^ {2}(-\S+)(?: (\S+))?/gm)) for (const name of names.split(',')) options.set(name, value ?? '');
  const commands = [...(ran.stdout.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  return { options, commands };
}

/** The options of a man page by section: a command's, or '' for the program's own. */
function manualOf(program) {
  const text = zlib.gunzipSync(fs.readFileSync(path.join(args.build, 'share', 'man', 'man1', `${program}.1.gz`))).toString();
  const section = text.split('\n.SH OPTIONS\n')[1].split('\n.SH ')[0];
  report.check(!/\s\\fR/.test(section), `${program}(1) has blanks in its tags`);
  const [own, ...others] = section.split(/^\.SS /m);
  const optionsOf = (part) => [...part.matchAll(/^\.TP\n\\fB(\S.*?)\\fR/gm)].map(([, names]) => names.replaceAll('\\', '')).filter((names) => names[0] === '-').flatMap((names) => names.split(', '));
  return new Map([['', optionsOf(own)], ...others.map((part) => [part.split('\n')[0], optionsOf(part)])]);
}

const kBash = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slabscope; printf "%s\\n" "${COMPREPLY[@]}"';
// A value behind = is one word to zsh, and two more to bash.
const bash = async (...words) => linesOf((await run('bash', ['-c', kBash, path.join(pages, 'completion.bash'), ...words.flatMap((word) => word.split(/(=)/))], { env, cwd: args.work })).stdout);
const kZsh = `
_describe() { print -l -- \${(P)4//:*} }
_files() { print -- files "$@" }
_message() { : }
_normal() { print -- command "$words[1]" $CURRENT }
compset() { : }
compadd() { shift; print -l -- "$@" }
words=("\${(@)argv}") CURRENT=$#
functions[complete_now]="$(<$0)"
complete_now`;
const zsh = async (...words) => {
  const ran = await run('zsh', ['-f', '-c', kZsh, path.join(pages, 'completion.zsh'), ...words], { env, cwd: args.work });
  report.equal(ran.stderr, '', `what zsh says of ${words.join(' ')}`);
  return linesOf(ran.stdout);
};

const { commands } = await helpOf('slabscope');
report.check(commands.length >= 9, `the commands of --help: ${commands}`);
const manual = manualOf('slabscope');
report.equal(sorted(manual.keys()), sorted(['', ...commands]), 'the commands of slabscope(1)');
const own = await helpOf('slabscope');
report.equal(sorted(await bash('slabscope', '')), sorted([...commands, ...own.options.keys()]), 'bash: the commands');
report.equal(sorted(await zsh('slabscope', '')), sorted(commands), 'zsh: the commands');
report.equal(sorted(await zsh('slabscope', '-')), sorted([...commands, ...own.options.keys()]), 'zsh: the options before a command');

for (const program of ['slabscope', 'slabscope-viewer']) {
  const { stdout } = await run(program, ['--version'], { env });
  report.check(/^[a-z-]+ \d+\.\d+\.\d+\S* \(recording formats 1 to \d+[,)].*\n$/.test(stdout), `${program} --version says "${stdout}"`);
}

const calls = [['slabscope-viewer'], ...commands.map((command) => ['slabscope', command])];
let values = 0;
for (const call of calls) {
  const [program, command = ''] = call;
  const { options } = await helpOf(...call);
  report.check(options.size >= 2, `${call.join(' ')}: options of --help`);
  report.equal(sorted(manualOf(program).get(command)), sorted(options.keys()), `${program}(1): options of ${command}`);
  for (const [name, complete] of Object.entries({ bash, zsh })) {
    report.equal(sorted(await complete(...call, '-')), sorted(options.keys()), `${name}: options of ${call.join(' ')}`);
    for (const [option, value] of options) {
      if (!value.includes('|')) continue;
      const choices = sorted(value.split('|').filter((word) => /^[a-z]/.test(word)));
      report.equal(sorted(await complete(...call, option, '')), choices, `${name}: ${call.join(' ')} ${option}`);
      values += 1;
    }
  }
}
report.check(values >= 30, `${values} lists of values`);
report.equal(sorted(manualOf('slabscope').get('')), sorted(own.options.keys()), 'slabscope(1): options of its own');

report.equal(sorted(await bash('slabscope', 'record', '--stacks=f')), 'full', 'bash: a value behind =');
report.equal(sorted(await bash('slabscope', 'report', '')), 'folder one.slab two.slab', 'bash: recordings');
report.equal(sorted(await bash('slabscope', 'report', 'o')), 'one.slab', 'bash: recordings that begin so');
report.equal(sorted(await bash('slabscope', 'export', '-o', 'o')), 'one.slab other.txt', 'bash: any file');
report.equal(sorted(await bash('slabscope', 'ctl', '1', '')), 'mark start stop', 'bash: what ctl does');
report.equal(sorted(await bash('slabscope', 'record', '-o', 'x', '--stacks=full', '--native', 'slabscope-vie')), 'slabscope-viewer', 'bash: the program to run');
report.equal(sorted(await bash('slabscope', 'record', '--', 'node', 'ot')), 'other.txt', 'bash: its arguments');
report.equal(sorted(await zsh('slabscope', 'record', '--stacks=f')), 'full off', 'zsh: a value behind =');
report.equal(sorted(await zsh('slabscope', 'report', '')), 'files -g *.slab(-.)', 'zsh: recordings');
report.equal(sorted(await zsh('slabscope', 'ctl', '1', '')), 'mark start stop', 'zsh: what ctl does');
report.equal(sorted(await zsh('slabscope', 'record', '-o', 'x', '--stacks=full', '--native', 'no')), 'command no 1', 'zsh: the program to run');
report.equal(sorted(await zsh('slabscope', 'record', '--', 'node', '-')), 'command node 2', 'zsh: its arguments');
report.finish();
