// SPDX-License-Identifier: Apache-2.0
// What every program of the benchmark is wrapped in: a fixed amount of work that checks its own result, and one line of
// JSON with what it cost.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

/** Packages that the benchmark has installed. */
const packages = () => createRequire(path.join(process.env.BENCH_PACKAGES, 'package.json'));

function check(condition, what) {
  if (!condition) throw new Error(`the result is wrong: ${what}`);
}

/** CPU is that of the whole process from its start on, all threads; wall and `work_us` (CPU) are those of the work alone. */
function begin() {
  const wall = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  return (extra = {}) => {
    const work = process.cpuUsage(cpu);
    const all = process.cpuUsage();
    const wall_us = Number(process.hrtime.bigint() - wall) / 1000;
    const figures = { cpu_us: all.user + all.system, work_us: work.user + work.system, wall_us, rss_kib: process.resourceUsage().maxRSS, ...extra };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  };
}

async function measured(work) {
  const end = begin();
  const extra = await work();
  end(extra);
}

const kSample = 25;

/** Tells again and again what has been served by when, and for how much CPU. */
function tellProgress(served) {
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${JSON.stringify({ t: Number(process.hrtime.bigint()), cpu_us: user + system, served: served() })}\n`);
  }, kSample).unref();
}

/**
 * A server that is put under load from another process: tells its port, and ends with the request that says so.
 * `served()`: how much so far.
 */
function serving(server, served) {
  if (process.env.BENCH_PROGRESS) tellProgress(served);
  const end = begin();
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
  return (extra) => {
    server.close();
    server.closeAllConnections?.();
    end(extra);
  };
}

/** Scales the work: 1 unless the benchmark is told to be quick. */
const scale = Number(process.env.BENCH_SCALE ?? 1);
const times = (count) => Math.max(1, Math.round(count * scale));

module.exports = { check, measured, packages, serving, times };
