// SPDX-License-Identifier: Apache-2.0
// A server as they are in the wild: JSON and binary bodies, a cache of small slices of what came in, two workers that compress,
// a child process that lasts, and every few seconds a worker and a child that do not. What is kept is bounded.
'use strict';
const http = require('node:http');
const path = require('node:path');
const { fork } = require('node:child_process');
const { Worker } = require('node:worker_threads');

const kWorkers = 2;
const kKeptTokens = 1_000;
const kTokenBytes = 16;
const kSecondsBetweenPassers = 10;

const helper = path.join(__dirname, 'helper.cjs');
const tokens = [];
let served = 0;

/** Sends each request on and hands the answer to whoever asked. */
class Waiting {
  #next = 0;
  #done = new Map();
  ask(send, done) {
    const id = this.#next++;
    this.#done.set(id, done);
    send(id);
  }
  answer({ id, result }) {
    this.#done.get(id)(result);
    this.#done.delete(id);
  }
}

const compressors = Array.from({ length: kWorkers }, () => {
  const worker = new Worker(helper);
  const waiting = new Waiting();
  worker.on('message', (message) => waiting.answer(message));
  return { worker, waiting };
});
const child = fork(helper);
const childWaits = new Waiting();
child.on('message', (message) => childWaits.answer(message));

function compress(body, done) {
  const { worker, waiting } = compressors[served % kWorkers];
  const bytes = new Uint8Array(body);
  waiting.ask((id) => worker.postMessage({ id, bytes }, [bytes.buffer]), (result) => done(Buffer.from(result.buffer)));
}

function keepToken(body) {
  tokens.push(body.subarray(0, kTokenBytes));
  if (tokens.length > kKeptTokens) tokens.shift();
}

const kAnswers = {
  '/json': (body, done) => {
    const asked = JSON.parse(body.toString());
    done(Buffer.from(JSON.stringify({ ...asked, items: asked.items.map((item) => item * 2) })));
  },
  '/token': (body, done) => { keepToken(body); done(Buffer.concat([body.subarray(0, kTokenBytes), Buffer.from('kept')])); },
  '/compress': compress,
  '/child': (body, done) => childWaits.ask((id) => child.send({ id, text: body.toString('latin1', 0, 500) }), (text) => done(Buffer.from(text))),
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    served++;
    kAnswers[request.url](Buffer.concat(chunks), (answer) => response.end(answer));
  });
});

const passers = setInterval(() => {
  new Worker(helper, { argv: ['--pass'] });
  fork(helper, ['--pass']);
}, kSecondsBetweenPassers * 1000);

process.on('SIGTERM', () => {
  clearInterval(passers);
  server.close();
  server.closeAllConnections();
  for (const { worker } of compressors) worker.postMessage(null);
  child.disconnect();
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port, pid: process.pid, child: child.pid })}\n`);
});
