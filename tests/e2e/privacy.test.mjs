// SPDX-License-Identifier: Apache-2.0
// What a recording does not tell, and who cannot get at it: environment variables are not in it, arguments on request neither; its file is its
// owner's alone, whatever lay in its place; a process of another user is neither listened to nor recorded, whatever name it has taken. What
// needs a second user is looked at where the test runs as root.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { info, record, run, unpacked } from './lib/slabscope.mjs';

const kNobody = 65534;
const kForeign = 'belongs to another user';
const here = path.dirname(fileURLToPath(import.meta.url));
const args = parseArgs('privacy');
const report = new Report();
const isRoot = process.getuid() === 0;
const kProgram = ['-e', 'globalThis.kept = [Buffer.alloc(9000), Buffer.from("kept")]'];

const modeOf = (file) => (fs.statSync(file).mode & 0o777).toString(8);

async function environmentAndMode() {
  const file = path.join(args.work, 'environment.slab');
  fs.writeFileSync(file, 'older');
  fs.chmodSync(file, 0o666);
  const env = { ...process.env, A_TOKEN_NAME: 'the-secret-of-the-environment' };
  const command = [args.slabscope, 'record', '-o', file, '--', args.node, ...kProgram, 'an-argument'];
  const ran = await run('sh', ['-c', 'umask 0; exec "$@"', 'sh', ...command], { env });
  report.equal(ran.status, 0, `status of record: ${ran.stderr}`);
  report.equal(modeOf(file), '600', 'mode of a recording that replaces a file which is open to all');
  const text = await unpacked(args, file);
  report.check(text.includes('an-argument'), 'the arguments are not in the recording');
  for (const secret of ['A_TOKEN_NAME', 'the-secret-of-the-environment']) report.check(!text.includes(secret), `${secret} is in the recording`);

  const fresh = path.join(args.work, 'fresh.slab');
  const limited = await run('sh', ['-c', 'umask 0; exec "$@"', 'sh', args.slabscope, 'record', '--max-size=256K', '-o', fresh, '--', args.node, ...kProgram]);
  report.equal(limited.status, 0, `status of record --max-size: ${limited.stderr}`);
  report.equal(modeOf(fresh), '600', 'mode of a new recording');
}

async function withoutArguments() {
  const file = path.join(args.work, 'no-argv.slab');
  const secrets = ['token=the-secret-argument', 'another-secret'];
  await record(args, file, ['--zero-fill-buffers', ...kProgram, ...secrets], { recordOptions: ['--no-argv'] });
  const text = await unpacked(args, file);
  for (const secret of [...secrets, 'globalThis']) report.check(!text.includes(secret), `${secret} is in the recording in spite of --no-argv`);
  const { answer } = await info(args, file, { verify: true });
  report.equal(answer.argv.join(' '), 'node --zero-fill-buffers', 'what is left of the arguments');
  report.equal(answer.options.argv, false, 'info: options.argv');
  const told = await run(args.slabscope, ['info', file]);
  report.check(told.stdout.includes('(arguments left out)'), `info does not say that arguments were left out: ${told.stdout}`);
}

/** What another user left in a folder that is open to all. */
async function laidInWait(folder) {
  const mine = path.join(folder, 'mine');
  fs.writeFileSync(mine, 'precious');
  const laid = { file: path.join(folder, 'file.slab'), link: path.join(folder, 'link.slab'), dangling: path.join(folder, 'dangling.slab') };
  fs.writeFileSync(laid.file, '');
  fs.chmodSync(laid.file, 0o666);
  fs.chownSync(laid.file, kNobody, kNobody);
  fs.symlinkSync(mine, laid.link);
  fs.symlinkSync(path.join(folder, 'elsewhere'), laid.dangling);
  laid.pipe = path.join(folder, 'pipe.slab');
  await run('mkfifo', [laid.pipe]);
  fs.chownSync(laid.pipe, kNobody, kNobody);
  for (const link of [laid.link, laid.dangling]) fs.lchownSync(link, kNobody, kNobody);
  for (const [name, file] of Object.entries(laid)) {
    const ran = await record(args, file, kProgram);
    report.check(ran.stderr.includes(kForeign), `a foreign ${name} in the place of the recording: ${ran.stderr}`);
  }
  report.equal(fs.readFileSync(mine, 'utf8'), 'precious', 'the file that a foreign link leads to');
  report.equal(fs.statSync(laid.file).size, 0, 'bytes written into the foreign file');
  report.check(!fs.existsSync(path.join(folder, 'elsewhere')), 'a file was created where a foreign link leads');
  // Where a recording with a limit begins its successor.
  const limited = path.join(folder, 'limited.slab');
  fs.symlinkSync(mine, `${limited}.next`);
  fs.lchownSync(`${limited}.next`, kNobody, kNobody);
  await record(args, limited, ['--expose-gc', path.join(here, 'programs', 'capped.cjs'), '200000'], { recordOptions: ['--max-size=256K'] });
  const answer = (await info(args, limited)).answer;
  report.check(answer.finished && answer.dropped, `a recording did not reach its limit: ${answer.bytes} bytes`);
  report.equal(fs.readFileSync(mine, 'utf8'), 'precious', 'the file that a foreign link in the place of a successor leads to');
  report.check(fs.lstatSync(limited).isFile() && fs.statSync(limited).uid === 0, 'the recording with a limit is not a file of ours');
  report.equal(modeOf(limited), '600', 'its mode');
  const own = path.join(folder, 'own.slab');
  fs.symlinkSync(mine, own);
  await record(args, own, kProgram);
  report.equal((await info(args, mine)).answer.finished, true, 'a recording through a link of our own');
}

async function changedRights(folder) {
  const program = path.join(folder, 'other-rights');
  const refused = async (what, recorder, file) => {
    const ran = await run(...recorder(args.slabscope, 'record', '-o', path.join(folder, 'never.slab'), '--', file));
    report.equal(ran.status, 2, `status of recording a program with ${what}`);
    report.check(ran.stderr.includes('runs with other rights than yours'), `${what}: ${ran.stderr}`);
  };
  const asRoot = (command, ...more) => [command, more];
  for (const [what, mode, uid, gid] of [['set-uid', 0o4755, kNobody, 0], ['set-gid', 0o2755, 0, kNobody]]) {
    fs.copyFileSync('/bin/true', program);
    fs.chownSync(program, uid, gid);
    fs.chmodSync(program, mode);
    await refused(what, asRoot, program);
  }
  // As setcap cap_net_bind_service+ep does.
  fs.copyFileSync('/bin/true', program);
  fs.chmodSync(program, 0o755);
  const kSetXattr = 188;
  const setting = `($file, $name, $value) = ($ARGV[0], "security.capability", pack("V5", 0x02000001, 1 << 10, 0, 0, 0)); syscall(${kSetXattr}, $file, $name, $value, 20, 0) == 0 or die "$!"`;
  const set = await run('perl', ['-e', setting, program]);
  // Root may lack the right to do that (EPERM), and a file system the place for it (EOPNOTSUPP).
  if (/not permitted|not supported/.test(set.stderr)) return report.figure('file capabilities', `not tried here: ${set.stderr}`);
  report.equal(set.status, 0, `giving capabilities to a file: ${set.stderr}`);
  await refused('file capabilities', (_, ...more) => asNobody(path.join(folder, 'copies', 'bin', 'slabscope'), ...more), program);
}

const asNobody = (command, ...more) => ['setpriv', [`--reuid=${kNobody}`, `--regid=${kNobody}`, '--clear-groups', command, ...more]];

/** Another user has the same programs. */
function copyPrograms(folder) {
  const copies = path.join(folder, 'copies');
  fs.cpSync(path.dirname(args.slabscope), path.join(copies, 'bin'), { recursive: true, filter: (from) => !path.basename(from).includes('viewer') });
  for (const part of ['libslabscope_preload.so', 'slabscope']) fs.cpSync(path.join(args.build, 'lib', part), path.join(copies, 'lib', part), { recursive: true });
  fs.copyFileSync(args.node, path.join(copies, 'node'));
  return copies;
}

/** Takes an abstract name as another user, and prints what is sent to it, until its standard input ends and nobody waits any more. */
const kSquatter = `use Socket; $| = 1; socket($s, AF_UNIX, 5, 0) && bind($s, pack_sockaddr_un("\\0$ARGV[0]")) && listen($s, 5) or die "$!";
print "ready\\n";
while (1) {
  $ready = ""; vec($ready, fileno $_, 1) = 1 for \\*STDIN, $s;
  select($ready, undef, undef, undef); vec($ready, fileno $s, 1) or last;
  accept($c, $s); print "got ", sysread($c, $bytes, 4096) // "nothing", "\\n"; close $c
}`;

async function squat(name) {
  const child = spawn(...asNobody('perl', '-e', kSquatter, name));
  const squatter = { told: '', end: () => new Promise((resolve) => (child.on('close', resolve), child.stdin.end())) };
  child.stdout.setEncoding('utf8').on('data', (text) => (squatter.told += text));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return squatter;
}

/** Another user has taken the names by which our processes would meet. */
async function squattedNames(folder) {
  // The collector's: it is gone, and its name is in the environment still.
  const name = `slabscope-${'0123456789abcdef'.repeat(2)}`;
  const collector = await squat(name);
  const alone = fs.mkdtempSync(path.join(folder, 'alone-'));
  const ran = await run(args.node, ['-p', '"it ran"'], { cwd: alone, env: { ...process.env, SLABSCOPE_SOCKET: name, LD_PRELOAD: args.shim } });
  report.equal(`${ran.status} ${ran.stdout.trim()}`, '0 it ran', `a program that meets a stranger in the collector's place (${ran.stderr})`);
  await collector.end();
  report.equal(collector.told, 'ready\ngot 0\n', "what a stranger in the collector's place is told");
  report.equal(fs.readdirSync(alone).length, 0, 'recordings beside a stranger');

  // That of ctl, which is known before.
  const file = path.join(folder, 'squatted.slab');
  const script = 'echo $$; read go; exec "$@"';
  const recording = spawn('sh', ['-c', script, 'sh', args.slabscope, 'record', '-o', file, '--', args.node, '-e', 'console.log("runs"); process.stdin.resume()']);
  let said = '';
  recording.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((resolve) => recording.on('close', resolve));
  const next = () => new Promise((resolve) => recording.stdout.once('data', (text) => resolve(`${text}`.trim())));
  const pid = await next();
  const control = await squat(`slabscope-control-${pid}`);
  recording.stdin.write('go\n');
  await next();
  const ctl = await run(args.slabscope, ['ctl', pid, 'stop']);
  report.equal(ctl.status, 2, `status of ctl beside a stranger (${ctl.stdout})`);
  report.check(ctl.stderr.includes(`process ${pid} is recorded by another user`), `ctl beside a stranger: ${ctl.stderr}`);
  await control.end();
  report.equal(control.told, 'ready\ngot 0\n', 'what a stranger in the place of ctl is told');
  recording.stdin.end();
  report.equal(await ended, 0, 'status of a recording whose ctl is taken');
  report.check(said.includes(`slabscope ctl ${pid} will not work: Address already in use`), `what record says of it: ${said}`);
  report.equal((await info(args, file, { verify: true })).status, 0, 'the recording whose ctl is taken');
}

/** Another user knows the names of all sockets, and gets nowhere with them. */
async function strangers(folder, copies) {
  const file = path.join(folder, 'recorded.slab');
  const recording = spawn(args.slabscope, ['record', '-o', file, '--', args.node, '-e', 'console.log(process.pid); process.stdin.resume()']);
  let said = '';
  recording.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise((resolve) => recording.on('close', resolve));
  const pid = await new Promise((resolve) => recording.stdout.once('data', (text) => resolve(Number(text))));

  const sockets = fs.readFileSync('/proc/net/unix', 'utf8').split('\n').filter((line) => line.includes('slabscope-'));
  report.check(sockets.length >= 2, `only ${sockets.length} sockets are open`);
  report.check(sockets.every((line) => / @slabscope-/.test(line)), 'a socket is a file');
  const memory = fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').filter((line) => line.includes('slabscope') && line.includes('rw-s'));
  report.check(memory.length > 0 && memory.every((line) => line.includes('/memfd:')), `shared memory has a name in a folder: ${memory}`);

  const ctl = await run(...asNobody(path.join(copies, 'bin', 'slabscope'), 'ctl', `${pid}`, 'stop'));
  report.equal(ctl.status, 2, `status of another user's ctl (${ctl.stdout})`);
  report.check(ctl.stderr.includes('another user'), `another user's ctl: ${ctl.stderr}`);

  const environment = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter((entry) => entry.startsWith('SLABSCOPE_SOCKET='));
  report.equal(environment.length, 1, 'the variable with the name of the socket');
  const preload = `LD_PRELOAD=${path.join(copies, 'lib', 'libslabscope_preload.so')}`;
  const ran = await run(...asNobody('env', environment[0], preload, path.join(copies, 'node'), '-p', '"it ran"'), { cwd: '/' });
  report.equal(ran.stdout.trim(), 'it ran', `what another user's node prints (${ran.stderr})`);

  recording.stdin.end();
  report.equal(await ended, 0, 'status of the recorded program');
  report.check(said.includes('a process of another user wanted to be recorded and is not'), `what record said: ${said}`);
  const answer = (await info(args, file, { verify: true })).answer;
  report.equal(answer.pid, pid, 'the process of the recording');
  report.equal(answer.paused, undefined, 'a pause that another user asked for');
  report.equal(fs.readdirSync(folder).filter((name) => name.startsWith('recorded')).length, 1, 'recordings');
}

await environmentAndMode();
await withoutArguments();
if (isRoot) {
  // Not beneath the build folder, which other users may not be able to enter.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slabscope-privacy-'));
  try {
    fs.chmodSync(folder, 0o1777);
    await laidInWait(folder);
    const copies = copyPrograms(folder);
    await changedRights(folder);
    await squattedNames(folder);
    await strangers(folder, copies);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
report.figure('looked at as another user too', isRoot);
report.finish();
