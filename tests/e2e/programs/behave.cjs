// SPDX-License-Identifier: Apache-2.0
// Small programs, each of which shows one thing that being recorded must not change: `node behave.cjs NAME`.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const cases = {
  output() {
    for (let i = 0; i < 2000; i++) process.stdout.write(`line ${i} ${Buffer.from(`é ${i}`).toString('hex')}\n`);
    console.error('to the error stream');
  },
  input() {
    process.stdin.setEncoding('utf8').on('data', (text) => process.stdout.write(text.toUpperCase()));
  },
  'exit-0'() {},
  'exit-3'() {
    process.exitCode = 3;
  },
  'exit-in-timer'() {
    setTimeout(() => process.exit(7), 10);
  },
  'exit-in-handler'() {
    process.on('exit', (code) => {
      console.log('exit handler', code);
      process.exitCode = 9;
    });
  },
  'exit-at-once'() {
    process.exit(255);
  },
  'really-exit'() {
    Buffer.allocUnsafe(10);
    process.reallyExit(5);
  },
  throws() {
    throw new Error('nobody catches this');
  },
  rejects() {
    Promise.reject(new Error('nor this'));
  },
  'throws-in-buffer'() {
    const lines = [];
    for (const bad of [() => Buffer.allocUnsafe('x'), () => Buffer.from(null), () => Buffer.alloc(-1), () => Buffer.from(new ArrayBuffer(8), 9), () => new Uint8Array(-1), () => Buffer.prototype.subarray.call(5)]) {
      try {
        bad();
      } catch (error) {
        lines.push(`${error.name} ${error.code} ${error.message}`);
      }
    }
    console.log(lines.join('\n'));
  },
  'kill-term'() {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => {}, 5000);
  },
  'kill-kill'() {
    process.kill(process.pid, 'SIGKILL');
    setTimeout(() => {}, 5000);
  },
  'kill-segv'() {
    process.kill(process.pid, 'SIGSEGV');
    setTimeout(() => {}, 5000);
  },
  abort() {
    process.abort();
  },
  descriptors() {
    const list = fs.readdirSync('/proc/self/fd').map((fd) => {
      try {
        return `${fd} ${fs.readlinkSync(`/proc/self/fd/${fd}`).replace(/\d{3,}/g, 'N')}`;
      } catch {
        return null;
      }
    });
    console.log(list.filter(Boolean).join('\n'));
  },
  inspect() {
    const { inspect } = require('node:util');
    class Mine extends Uint8Array {}
    const B = Buffer;
    console.log(inspect(B.from('abc')), inspect(new Mine(3)), inspect(Object.getPrototypeOf(B.prototype) === Uint8Array.prototype));
    console.log(B.from.name, B.prototype.subarray.name, B.prototype.subarray.length, Object.getOwnPropertyNames(B).sort().join(), Object.getOwnPropertyNames(B.prototype).length);
    console.log(Object.prototype.toString.call(B.alloc(1)), B.alloc(2) instanceof Uint8Array, B[Symbol.species].name, B[Symbol.species].length, B[Symbol.species].BYTES_PER_ELEMENT);
    console.log(Object.getPrototypeOf(B) === Uint8Array, B.of(1, 2), B.from([1, 2]).map((x) => x * 2), B.from('abcd').filter((x) => x & 1), B.concat([B.from('a'), B.from('b')]));
    console.log(process.execArgv, process.argv.slice(2), require.main.filename === __filename, Object.keys(require.cache).map((file) => path.basename(file)), module.children.length);
    console.log(performance.mark.name, performance.mark('m').name, performance.getEntriesByType('mark').length, inspect(Performance.prototype.mark));
    console.log(process.getActiveResourcesInfo(), process.listenerCount('exit'), process.eventNames());
  },
  environment() {
    console.log(process.env.SOME_VARIABLE, process.title, process.cwd() === fs.realpathSync('.'));
  },
  children() {
    const child = spawnSync(process.execPath, ['-e', 'console.log("child", Buffer.from("x").length); process.exit(4)'], { encoding: 'utf8' });
    const shell = spawnSync('sh', ['-c', 'echo from a shell; exit 6'], { encoding: 'utf8' });
    console.log(child.stdout, child.stderr.split('\n').filter((line) => !line.startsWith('slabscope: ')).join('\n'), child.status, shell.stdout, shell.stderr, shell.status);
  },
  worker() {
    const { Worker } = require('node:worker_threads');
    const worker = new Worker('require("worker_threads").parentPort.postMessage(Buffer.from("hello").toString()); process.exit(2)', { eval: true });
    worker.on('message', (text) => console.log(text));
    worker.on('exit', (code) => console.log('worker ended with', code));
  },
  'ends-when-idle'() {
    setTimeout(() => console.log('done'), 600);
  },
  signals() {
    let interrupts = 0;
    process.on('SIGINT', () => console.log(`SIGINT ${++interrupts}`));
    process.on('SIGTERM', () => {
      console.log(`SIGTERM after ${interrupts}`);
      process.exit(12);
    });
    process.on('SIGHUP', () => console.log('SIGHUP'));
    console.log(`ready ${process.pid}`);
    setTimeout(() => process.exit(99), 20000);
  },
  'no-handler'() {
    console.log(`ready ${process.pid}`);
    setTimeout(() => process.exit(99), 20000);
  },
};

if (process.argv[2] === 'list') console.log(Object.keys(cases).join('\n'));
else cases[process.argv[2]]();
