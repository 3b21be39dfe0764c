// SPDX-License-Identifier: Apache-2.0
// So many requests a second to each server, the same to all of them.
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';

const kTick = 20;
const kConnections = 8;
const kPaths = ['/json', '/token', '/compress', '/token', '/json', '/child', '/token', '/compress'];

const json = Buffer.from(JSON.stringify({ name: 'somebody', items: Array.from({ length: 40 }, (_, index) => index) }));
const body = (number) => Buffer.alloc(200 + ((number * 7919) % 20_000), `body ${number} `);

export class Load {
  #agents;
  #answers = 0;
  #hasFailed = false;
  #requests = 0;
  #timer;

  /** `onFailure` is told of each request that fails. */
  constructor(ports, perSecond, onFailure) {
    this.#agents = ports.map(() => new http.Agent({ keepAlive: true, maxSockets: kConnections }));
    const fail = (error) => {
      this.#hasFailed = true;
      onFailure(error);
    };
    const began = performance.now();
    this.#timer = setInterval(() => {
      for (const due = ((performance.now() - began) / 1000) * perSecond; this.#requests < due; this.#requests++) {
        ports.forEach((port, index) => this.#post(port, this.#agents[index], this.#requests, fail));
      }
    }, kTick);
  }

  /** Answers of all servers. */
  get answers() { return this.#answers; }

  /** Asks no more, and waits until all has been answered. */
  async end() {
    clearInterval(this.#timer);
    while (this.#answers < this.#requests * this.#agents.length && !this.#hasFailed) await setTimeout(kTick);
    for (const agent of this.#agents) agent.destroy();
  }

  #post(port, agent, number, fail) {
    const path = kPaths[number % kPaths.length];
    const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', agent }, (response) => {
      response.resume().on('end', () => { this.#answers++; });
      if (response.statusCode !== 200) fail(new Error(`${path}: status ${response.statusCode}`));
    });
    request.on('error', fail);
    request.end(path === '/json' ? json : body(number));
  }
}
