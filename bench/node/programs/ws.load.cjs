// SPDX-License-Identifier: Apache-2.0
// The load on ws.cjs: eight clients that send and wait for the echo, a fixed number of messages.
'use strict';
const { check, packages, times } = require('../measured.cjs');
const WebSocket = packages()('ws');

const url = `ws://127.0.0.1:${process.argv[2]}`;
const each = times(12_000);
function client(index) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const message = Buffer.alloc(50 + 300 * index, index);
    let left = each;
    socket.on('open', () => { for (let i = 0; i < 4; i++) socket.send(message); });
    socket.on('message', (echo) => {
      check(echo.length === message.length, 'the echo has another length');
      if (--left === 0) resolve(socket);
      else if (left >= 4) socket.send(message);
    });
    socket.on('error', reject);
  });
}
async function main() {
  const sockets = await Promise.all(Array.from({ length: 8 }, (_, index) => client(index)));
  sockets[0].on('error', () => {});
  sockets[0].send('end');
}
main();
