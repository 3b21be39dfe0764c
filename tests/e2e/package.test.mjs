// SPDX-License-Identifier: Apache-2.0
// The Debian packages are the same when they are made again, and on a Debian 12 that has nothing else apt installs them with what they
// depend on: the demo is recorded there and a picture painted, and what is purged leaves nothing behind.
//
// That takes root, mounts of one's own and the network. The Debian is made and used in mount and process namespaces that end with each
// command: whatever becomes of the test, only a folder beneath the build is left, and the next run removes it.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { run } from './lib/slabscope.mjs';

const kSkipped = 77; // tests/e2e/CMakeLists.txt
const kSuite = 'bookworm';
const args = parseArgs('package');
const report = new Report();
const root = path.join(args.work, 'root');
const isolated = ['--mount', '--pid', '--fork', '--kill-child'];

function skip(reason) {
  process.stdout.write(`skipped: ${reason}\n`);
  process.exit(kSkipped);
}
if (process.getuid() !== 0) skip('only root makes a Debian of its own; run this test as root');
const canIsolate = await run('unshare', [...isolated, 'true']);
if (canIsolate.status !== 0) skip(`mounts of one's own are not allowed here: ${canIsolate.stderr.trim()}`);

/** Runs a command to its end, which must be a good one. */
async function must(what, command, commandArgs, options) {
  const started = Date.now();
  const ran = await run(command, commandArgs, options);
  report.figure(what, `${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (ran.status === 0) return ran.stdout;
  report.fail(`${what} ended with ${ran.status ?? ran.signal}: ${ran.stdout.slice(-2000)}${ran.stderr.slice(-2000)}`);
  return report.finish();
}

const kDate = { ...process.env, SOURCE_DATE_EPOCH: '1700000000' };
async function packagesIn(name) {
  const folder = path.join(args.work, name);
  await must('cpack', 'cpack', ['--config', path.join(args.build, 'CPackConfig.cmake'), '-B', folder], { env: kDate, cwd: args.work });
  fs.rmSync(path.join(folder, '_CPack_Packages'), { recursive: true });
  return fs.readdirSync(folder).sort().map((file) => path.join(folder, file));
}
const packages = await packagesIn('packages');
report.equal(packages.map((file) => path.basename(file).replace(/_.*_/, '_')).join(), 'slabscope-viewer_amd64.deb,slabscope_amd64.deb', 'packages');
const again = await packagesIn('again');
for (const [index, file] of packages.entries()) report.check(fs.readFileSync(file).equals(fs.readFileSync(again[index])), `${path.basename(file)} differs when it is made again`);

// Where and how this machine's own apt gets its packages.
const [mirror] = (await must('the mirror', 'apt-get', ['indextargets', '--format', '$(REPO_URI)', `Codename: ${kSuite}`])).split('\n');
if (!mirror) skip(`apt has no source with ${kSuite} here`);
const proxy = (await must('the proxy', 'apt-config', ['dump', '--format', '%v%n', 'Acquire::http::Proxy'])).trim();
const env = { ...process.env, ...(proxy && { http_proxy: proxy }), LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
// Called again it goes on where a mirror had failed it.
const making = `debootstrap --variant=minbase ${kSuite} ${root} ${mirror}`;
await must('debootstrap', 'unshare', [...isolated, 'sh', '-c', `${making} || ${making}`], { env });

/** A shell script of the clean Debian. */
const inside = (what, script) => {
  const mounted = `mount -t proc proc ${root}/proc && exec chroot ${root} env --ignore-environment PATH=/usr/bin:/usr/sbin:/bin:/sbin HOME=/root ${proxy && `http_proxy=${proxy}`} DEBIAN_FRONTEND=noninteractive sh -euc "$0"`;
  return must(what, 'unshare', [...isolated, 'sh', '-c', mounted, script], { env });
};
fs.copyFileSync(args.node, path.join(root, 'usr', 'bin', 'node'));
for (const file of packages) fs.copyFileSync(file, path.join(root, 'tmp', path.basename(file)));
fs.copyFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples', 'slab-retention.js'), path.join(root, 'tmp', 'slab-retention.js'));

await inside('apt-get install', `
  echo 'Acquire::Retries "3";' >/etc/apt/apt.conf.d/retries
  apt-get update
  apt-get install --yes --no-install-recommends --option Dpkg::Options::=--force-unsafe-io /tmp/*.deb`);
const version = await inside('--version', 'slabscope --version; slabscope-viewer --version');
report.equal(version, (await run(args.slabscope, ['--version'])).stdout + (await run(path.join(args.build, 'bin', 'slabscope-viewer'), ['--version'])).stdout, 'the version');
const told = await inside('the demo', `
  cd /tmp
  slabscope record -o demo.slab -- node slab-retention.js
  slabscope info demo.slab --verify >/dev/null
  slabscope report demo.slab
  slabscope-viewer --render overview --size 800x600 -o demo.png demo.slab`);
report.check(/handleMessage .*slab-retention\.js:27:39/.test(told), `report does not name the line: ${told}`);
const picture = fs.readFileSync(path.join(root, 'tmp', 'demo.png'));
report.check(picture.length > 10_000 && picture.subarray(1, 4).toString() === 'PNG', `no picture: ${picture.length} bytes`);
await inside('purge', `
  dpkg --purge slabscope slabscope-viewer
  ! find / -xdev -path /tmp -prune -o -path /proc -prune -o -name '*slabscope*' ! -path '/var/*' -print | grep .`);

fs.rmSync(root, { recursive: true });
report.finish();
