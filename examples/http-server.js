// SPDX-License-Identifier: Apache-2.0
// A server under its own load: 5,000 requests over 8 kept-alive connections, each posts a Buffer and gets one back.
// Ends by itself after about a second.
//
//   build/bin/slabscope record -o http.slab -- node examples/http-server.js
//   build/bin/slabscope report http.slab
//
// In the recording: for each request a store that a socket was read into, with native frames alone on its stack (libuv
// calls no JavaScript there); the stores of node:net's writes; and two slices from the one line of the program that
// cuts from the pool, `Buffer.concat` in `readBody`. Nothing is kept: the live bytes rise and fall with the collections.
'use strict';

const http = require('node:http');

const REQUESTS = 5_000;
const CONNECTIONS = 8;

function readBody(stream, done) {
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  stream.on('end', () => done(Buffer.concat(chunks)));
}

const server = http.createServer((request, response) => {
  readBody(request, (body) => {
    response.setHeader('content-length', body.length);
    response.end(body.reverse());
  });
});

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let begun = 0;
let ended = 0;
let bytes = 0;

function post() {
  if (begun === REQUESTS) return;
  const size = 100 + ((begun++ * 7919) % 20_000);
  const options = { host: '127.0.0.1', port: server.address().port, method: 'POST', agent };
  const request = http.request(options, (response) => {
    readBody(response, (body) => {
      if (body.length !== size) throw new Error(`posted ${size} bytes, got ${body.length}`);
      bytes += size;
      if (++ended === REQUESTS) finish();
      else post();
    });
  });
  request.setHeader('content-length', size);
  request.end(Buffer.alloc(size, 'a'));
}

function finish() {
  agent.destroy();
  server.close();
  console.log(`${ended} requests, ${(bytes / 1e6).toFixed(1)} MB posted and sent back`);
}

server.listen(0, '127.0.0.1', () => {
  performance.mark('load-begins');
  for (let i = 0; i < CONNECTIONS; i++) post();
});
