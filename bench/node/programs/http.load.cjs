// SPDX-License-Identifier: Apache-2.0
// The load on http.cjs: a fixed number of requests.
'use strict';
const { check, packages, times } = require('../measured.cjs');
const autocannon = packages()('autocannon');

const url = `http://127.0.0.1:${process.argv[2]}`;
const body = JSON.stringify({ name: 'somebody', items: Array.from({ length: 40 }, (_, index) => index) });
async function main() {
  const amount = times(40_000);
  const { non2xx, errors, requests } = await autocannon({
    url, connections: 16, amount,
    requests: [{ method: 'POST', path: '/json', body }, { method: 'POST', path: '/page', body: body.repeat(10) }],
  });
  check(non2xx === 0 && errors === 0 && requests.total === amount, 'requests failed');
  await fetch(`${url}/end`, { headers: { connection: 'close' } }).then((answer) => answer.text());
}
main();
