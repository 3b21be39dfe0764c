// SPDX-License-Identifier: Apache-2.0
// npm packages that a test needs. They stay in the build folder from one run to the next.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { run } from './slabscope.mjs';

/** A `require` for the dependencies of the package.json in `folder`, installed under `name` in the build folder. */
export async function packagesOf(folder, name, args) {
  const packages = path.join(args.build, 'tests', 'e2e', `${name}-packages`);
  const manifest = fs.readFileSync(path.join(folder, 'package.json'), 'utf8');
  const installed = path.join(packages, 'installed.json');
  if (!fs.existsSync(installed) || fs.readFileSync(installed, 'utf8') !== manifest) {
    // Several Node lines may be tested at once: each installs on its own, one of them is kept.
    const mine = `${packages}-${process.pid}`;
    fs.mkdirSync(mine, { recursive: true });
    fs.writeFileSync(path.join(mine, 'package.json'), manifest);
    const npm = await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], { cwd: mine });
    if (npm.status !== 0) throw new Error(`npm install failed: ${npm.stderr}`);
    fs.writeFileSync(path.join(mine, 'installed.json'), manifest);
    fs.rmSync(packages, { recursive: true, force: true });
    try {
      fs.renameSync(mine, packages);
    } catch {
      fs.rmSync(mine, { recursive: true, force: true });
    }
  }
  return createRequire(path.join(packages, 'package.json'));
}
