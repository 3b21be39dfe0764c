// SPDX-License-Identifier: Apache-2.0
// Receives over TLS and over plain TCP, keeps all that came, and writes down where in which store each piece lies.
'use strict';
const fs = require('fs');
const net = require('net');
const tls = require('tls');
const [, , keyFile, certFile, logFile] = process.argv;
const log = { tls: [], tcp: [] };
const kept = [];
const stores = new Map();

function keep(name, chunk) {
  kept.push(chunk);
  if (!stores.has(chunk.buffer)) stores.set(chunk.buffer, stores.size);
  log[name].push({ store: stores.get(chunk.buffer), size: chunk.buffer.byteLength, offset: chunk.byteOffset, length: chunk.length });
}

// Small messages one at a time, so that each is read on its own, then some that fill several slabs.
async function exchange(name, server, connect) {
  server.on(name === 'tls' ? 'secureConnection' : 'connection', (socket) => {
    socket.on('data', (chunk) => {
      keep(name, chunk);
      if (chunk.length < 8000) socket.write('k');
    });
    socket.on('end', () => socket.end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = await connect(server.address().port);
  for (let i = 0; i < 40; i++) {
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(Buffer.alloc(101 + 10 * i, i));
    await answered;
  }
  for (let i = 0; i < 20; i++) socket.write(Buffer.alloc(15_000, i));
  socket.end();
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  server.close();
}

async function main() {
  await exchange('tcp', net.createServer(), (port) => new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket));
  }));
  performance.mark('tls');
  const server = tls.createServer({ key: fs.readFileSync(keyFile), cert: fs.readFileSync(certFile) });
  await exchange('tls', server, (port) => new Promise((resolve) => {
    const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(socket));
  }));
  performance.mark('kept');
  fs.writeFileSync(logFile, JSON.stringify(log));
  if (kept.length === 0) throw new Error('nothing was received');
}
main();
