// SPDX-License-Identifier: Apache-2.0
// npm packages that a test needs. They stay in the build folder from one run to the next.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { run } from './slabscope.mjs';

/** A `require` for the dependencies of the package.json in `folder`, installed under `name` in the build folder. */
export async function packagesOf(folder, name, args) {
  const manifest = fs.readFileSync(path.join(folder, 'package.json'), 'utf8');
  const version = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const packages = path.join(args.build, 'tests', 'e2e', `${name}-packages-${version}`);
  if (!fs.existsSync(packages)) {
    // Several Node lines may be tested at once: each installs on its own, and the first to be ready is kept.
    const mine = `${packages}-${process.pid}`;
    fs.mkdirSync(mine, { recursive: true });
    fs.writeFileSync(path.join(mine, 'package.json'), manifest);
    const npm = await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], { cwd: mine });
    if (npm.status !== 0) throw new Error(`npm install failed: ${npm.stderr}`);
    try {
      fs.renameSync(mine, packages);
    } catch (error) {
      fs.rmSync(mine, { recursive: true, force: true });
      if (!fs.existsSync(packages)) throw error;
    }
  }
  return createRequire(path.join(packages, 'package.json'));
}
