/** What an engine says before anything runs, and a lab that has just come up. */
import assert from 'node:assert/strict';
import { randomHex } from '../../system/random.js';
import { addRoute, askProxy, eventually, isUp, migrate } from './checks.js';
import { planOf, signal, topologyOf } from './opened.js';
import type { Requirements } from './opened.js';

export const beginning: Requirements = {
  'says what runs, with versions': ({ readiness }) => {
    const names = readiness.software.map(({ name }) => name);
    assert.ok(names.includes('kong') && names.includes('postgres'), names.join(', '));
    for (const { name, version } of readiness.software) assert.match(version, /\d/, name);
    const kong = readiness.software.find(({ name }) => name === 'kong');
    assert.equal(readiness.rehearsal, kong?.kind === 'stand-in');
    assert.ok(readiness.tools.has('kong'));
    return Promise.resolve();
  },

  'refuses with its reason what it cannot do, and nothing else, before anything starts': async ({
    instance,
    lab,
    ...setup
  }) => {
    const plan = planOf(topologyOf(setup), [
      { kind: 'cut-off' },
      { kind: 'kill', target: 'kong', nodes: 'all' },
    ]);
    const { refusals } = await instance.prepare(plan, signal());
    const refused = refusals.map(({ what }) => what);
    assert.deepEqual(
      refused,
      lab.link ? [] : ['cut-off'],
      'where there is no network to cut, and only there',
    );
    for (const { reason, hint } of refusals) {
      assert.ok(reason.length > 10 && hint.length > 3, `${reason} / ${hint}`);
    }
  },

  'brings everything up': async ({ lab }) => {
    await lab.postgres.provision({ address: 'same' }, signal());
    await migrate(lab);
    await Promise.all(lab.kong.map((node) => node.provision({}, signal())));
  },

  'is reached from here, whatever runs in it': async ({ lab }) => {
    assert.equal(await lab.whyUnreachable(signal()), undefined);
  },

  'gives evidence that a component runs': async ({ lab }) => {
    for (const component of [lab.postgres, ...lab.kong]) {
      await isUp(component);
      const { evidence } = await component.state(signal());
      assert.ok(evidence.length >= 2, 'the engine and the network are asked');
    }
  },

  'proxies to the echo, over HTTP and TLS, and leads every name to it': async ({ lab }) => {
    const stranger = { host: `orders.${randomHex(4)}.example.com`, port: 8_125 };
    const own = await addRoute(lab, { host: lab.echo.host, port: lab.echo.port });
    const foreign = await addRoute(lab, stranger);
    const secure = await addRoute(lab, { ...stranger, protocol: 'https' });
    for (const path of [own, foreign, secure]) {
      const body = await eventually(() => askProxy(lab.kong[0], path));
      assert.deepEqual([body.nonce, body.tls], [path, path === secure]);
    }
  },
};
