// SPDX-License-Identifier: Apache-2.0
// The ways to run node that are tested, and what is recorded in each. docs/compatibility.md has the same list.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packagesOf } from './packages.mjs';
import { run } from './slabscope.mjs';

/** Everything; stores without slices and callers; neither stores nor slices; or nothing of it. */
export const kAll = 'everything';
const kStores = 'stores only';
export const kNoStores = 'no stores';
export const kNothing = 'nothing';

const main = ({ program }) => program('main.cjs');
const flags = (...list) => (context) => [context.node, ...list, main(context), 'a', 'b'];
const inShell = (script) => (context) => ['sh', '-c', script, context.node, main(context)];
const library = (name) => ({ LD_PRELOAD: `/usr/lib/x86_64-linux-gnu/${name}` });
const workers = (options) => ({ node, program }) => [node, program('workers.cjs'), JSON.stringify(options)];
const family = (way) => ({ node, program }) => [node, program('family.cjs'), way];
const permission = (line) => (line === 20 ? '--experimental-permission' : '--permission');

async function mustRun(command, args, options) {
  const result = await run(command, args, options);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
}

async function buildSnapshot({ node, program, work }) {
  const blob = path.join(work, 'snapshot.blob');
  await mustRun(node, ['--snapshot-blob', blob, '--build-snapshot', program('snapshot.cjs')]);
  return [node, '--snapshot-blob', blob, program('snapshot.cjs')];
}

async function singleExecutable(context) {
  const { args, node, program, work } = context;
  const require = await packagesOf(context.packages, 'modes', args);
  const [config, blob, app] = ['sea.json', 'sea.blob', 'app'].map((name) => path.join(work, name));
  fs.writeFileSync(config, JSON.stringify({ main: program('main.cjs'), output: blob, disableExperimentalSEAWarning: true }));
  await mustRun(node, ['--experimental-sea-config', config]);
  fs.copyFileSync(node, app);
  fs.chmodSync(app, 0o755);
  const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
  const { inject } = require('postject');
  await inject(app, 'NODE_SEA_BLOB', fs.readFileSync(blob), { sentinelFuse: fuse });
  return [app, 'a', 'b'];
}

function spacedPath({ node, program, work }) {
  const folder = path.join(work, "with a space and 'quotes'");
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(program('main.cjs'), path.join(folder, 'main.cjs'));
  return [node, path.join(folder, 'main.cjs')];
}

// A shim that nobody finds in the new root leaves node as it is; the loader says so on its own.
const kChroot = `mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir -p lib lib64 usr bin app &&
  for d in lib lib64 usr bin; do mount --rbind /$d $d; done && cp "$0" app/node && cp "$1" app/main.cjs && exec chroot /mnt /app/node /app/main.cjs`;
const chroot = (context) => ['unshare', '-rm', ...inShell(kChroot)(context)];

/** Debian's own node keeps V8 in a library, and parts of its JavaScript in /usr/share/nodejs. */
function debian({ program }) {
  const root = path.join(process.env.SLABSCOPE_CACHE ?? path.join(os.homedir(), '.cache', 'slabscope'), 'debian-node');
  if (!fs.existsSync(path.join(root, 'usr', 'bin', 'node'))) throw new Error(`there is no ${root}: run scripts/setup`);
  const script = `mount -t tmpfs tmpfs /usr/share && mkdir /usr/share/nodejs && mount --bind "$0/usr/share/nodejs" /usr/share/nodejs &&
    LD_LIBRARY_PATH="$0/usr/lib/x86_64-linux-gnu" exec "$0/usr/bin/node" "$1"`;
  return ['unshare', '-rm', 'sh', '-c', script, root, program('main.cjs')];
}

/**
 * name: as docs/compatibility.md calls it; from, to: the first and the last line that has it; command(context): what is run;
 * env: set for slabscope and the plain run alike; recorded: how much; says: what a line of slabscope's on stderr must match;
 * missing: capabilities that must be named; recordings: how many; slices: at least so many in one of them, 2,000 if not
 * told; each: true where every recording has so many; stderr: false where something else than slabscope adds to it;
 * storesFrom: the first line on which Node's own allocator makes the stores; only: not a property of the line under test.
 */
export const kModes = [
  { name: 'plain', command: flags() },
  { name: 'ES module', command: ({ node, program }) => [node, program('main.mjs')] },
  { name: '-e', command: ({ node }) => [node, '-e', 'const k = []; for (let i = 0; i < 2000; i++) k.push(Buffer.allocUnsafe(40)); console.log(k.length)'] },
  { name: '--permission', command: ({ line, ...context }) => flags(permission(line), '--allow-fs-read=*')(context), recorded: kStores, says: /permission/ },
  { name: '--no-addons', command: flags('--no-addons'), recorded: kStores, says: /addons/ },
  { name: '--no_addons', command: flags('--no_addons'), recorded: kStores, says: /addons/ },
  { name: '--jitless', command: flags('--jitless') },
  { name: '--cpu-prof', command: ({ work, ...context }) => flags('--cpu-prof', `--cpu-prof-dir=${work}`)(context) },
  { name: '--heap-prof', command: ({ work, ...context }) => flags('--heap-prof', `--heap-prof-dir=${work}`)(context) },
  { name: '--inspect', command: flags('--inspect=0') },
  { name: '--test', command: ({ node, program }) => [node, '--test', program('main.test.cjs')], recordings: 2 },
  { name: '--experimental-test-coverage', command: ({ node, program }) => [node, '--test', '--experimental-test-coverage', program('main.test.cjs')], recordings: 2 },
  { name: 'loader hooks (--import)', command: ({ node, program }) => [node, '--import', program('register.mjs'), program('main.mjs')] },
  { name: 'loader hooks (--experimental-loader)', command: ({ node, program }) => [node, '--experimental-loader', program('hooks.mjs'), program('main.mjs')] },
  { name: '--frozen-intrinsics', command: flags('--frozen-intrinsics') },
  { name: '--disable-proto', command: flags('--disable-proto=throw') },
  { name: '--single-threaded', command: flags('--single-threaded') },
  { name: '--no-node-snapshot', command: flags('--no-node-snapshot') },
  { name: '--max-lazy', command: flags('--max-lazy') },
  { name: '--expose-gc', command: flags('--expose-gc') },
  { name: '--debug-arraybuffer-allocations', command: flags('--debug-arraybuffer-allocations'), recorded: kNoStores, says: /usual allocator/, missing: ['stores', 'slices', 'liveness'] },
  { name: '--build-snapshot', command: ({ node, program, work }) => [node, '--snapshot-blob', path.join(work, 'built.blob'), '--build-snapshot', program('snapshot.cjs')], recorded: kStores, missing: ['slices', 'stacks'], storesFrom: 24 },
  { name: 'start from a snapshot', command: buildSnapshot },
  { name: 'single-executable application', command: singleExecutable },
  { name: 'NODE_OPTIONS of the user', command: flags(), env: { NODE_OPTIONS: '--max-old-space-size=200 --no-warnings' } },
  { name: 'workers', command: workers([{}, { execArgv: [] }, { execArgv: ['--no-warnings'] }, { resourceLimits: { maxOldGenerationSizeMb: 30 } }, { stdout: true }]), slices: 10_000 },
  { name: 'workers with env: {}', command: workers([{ env: {} }, {}]), recorded: kStores, missing: ['worker-agents'] },
  { name: 'cluster', command: family('cluster'), recordings: 3, each: true },
  { name: 'child_process.spawn with NODE_OPTIONS', command: family('spawn'), recordings: 3, each: true },
  { name: 'child_process.exec', command: family('exec'), recordings: 3, each: true },
  { name: 'child_process.fork', command: family('fork'), recordings: 3, each: true },
  { name: 'children without the shim', command: ({ node, program }) => [node, program('bare-child.cjs')] },
  { name: 'children without the shim, with NODE_OPTIONS', command: ({ node, program }) => [node, program('bare-child.cjs')], env: { NODE_OPTIONS: '--no-deprecation' } },
  { name: 'npm start', command: ({ program }) => ['npm', '--prefix', path.dirname(program('main.cjs')), 'start'], recordings: 2 },
  { name: 'npx', command: ({ program }) => ['npx', '--no-install', '--prefix', path.dirname(program('main.cjs')), 'slabscope-modes'], cwd: ({ program }) => path.dirname(program('main.cjs')), recordings: 2 },
  { name: 'a path with spaces', command: spacedPath },
  { name: 'closed standard streams', command: inShell('exec "$0" "$1" <&- >&- 2>&-') },
  { name: 'a folder that cannot be written', command: inShell('cd /proc && exec "$0" "$1"') },
  { name: 'a cleaned environment', command: ({ node, ...context }) => ['env', '-i', node, main(context)], recorded: kNothing, says: /no node process was recorded/ },
  { name: 'chroot', command: chroot, recorded: kNothing, says: /no node process was recorded/, stderr: false },
  { name: 'jemalloc', command: flags(), env: library('libjemalloc.so.2') },
  { name: 'mimalloc', command: flags(), env: library('libmimalloc.so.2.0') },
  { name: "Debian's nodejs (libnode.so)", command: debian, only: 'debian' },
];
