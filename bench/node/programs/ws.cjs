// SPDX-License-Identifier: Apache-2.0
// A WebSocket echo server, under load from another process.
'use strict';
const http = require('node:http');
const { check, packages, serving } = require('../measured.cjs');
const { WebSocketServer } = packages()('ws');

let echoed = 0;
const server = http.createServer();
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', (message, binary) => {
    if (!binary && message.toString() === 'end') {
      check(echoed > 0, 'nothing was echoed');
      for (const client of sockets.clients) client.terminate();
      finish({ made: echoed });
      return;
    }
    echoed++;
    socket.send(message, { binary });
  });
});
const finish = serving(server, () => echoed);
