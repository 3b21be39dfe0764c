// SPDX-License-Identifier: Apache-2.0
// A server of JSON and of buffers, under load from another process.
'use strict';
const http = require('node:http');
const { check, serving } = require('../measured.cjs');

let served = 0;
let bytes = 0;
const page = Buffer.alloc(6000, 'page ');
const server = http.createServer((request, response) => {
  if (request.url === '/end') {
    response.end('bye');
    check(served > 0 && bytes > 0, 'nothing was served');
    finish({ made: served });
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    served++;
    const body = Buffer.concat(chunks);
    bytes += body.length;
    if (request.url === '/json') {
      const asked = JSON.parse(body.toString());
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...asked, served, items: asked.items.map((item) => item * 2) }));
    } else {
      response.end(Buffer.concat([body.subarray(0, 16), page]));
    }
  });
});
const finish = serving(server, () => served);
