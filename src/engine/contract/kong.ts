/** Kong nodes: stopped, killed, frozen, lost, reloaded, and one that cannot start. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import { isDown, isUp, serves, urlsOf } from './checks.js';
import { signal } from './opened.js';
import type { Requirements } from './opened.js';

export const kong: Requirements = {
  'stops, kills and freezes one Kong node and not the other; it comes back where it was': async ({ lab }) => {
    const [first, second] = lab.kong;
    assert.ok(first && second);
    const urls = urlsOf(first);
    await first.stop(signal());
    await isDown(first, { running: false, frozen: false, dataPresent: true });
    await first.start(signal());
    await first.kill(signal());
    await isDown(first, { running: false, frozen: false, dataPresent: true });
    await first.start(signal());
    await first.freeze(signal());
    await isDown(first, { running: true, frozen: true, dataPresent: true });
    await isUp(second);
    await first.thaw(signal());
    await isUp(first);
    assert.deepEqual(urlsOf(first), urls);
    await serves(first);
  },

  'loses a Kong node and makes it anew, where it was': async ({ lab }) => {
    const [, node] = lab.kong;
    assert.ok(node);
    const urls = urlsOf(node);
    await node.lose(signal());
    await isDown(node, { running: false, frozen: false, dataPresent: false });
    await node.provision({}, signal());
    assert.deepEqual(urlsOf(node), urls);
    await serves(node);
  },

  'reloads a Kong node': async ({ lab }) => {
    const [node] = lab.kong;
    assert.ok(node);
    const result = await node.reload(signal());
    assert.ok(result.ok, `${result.failure} ${result.stderr}`);
    await isUp(node);
  },

  'says why a Kong did not start': async ({ lab, logFolder }) => {
    const [node] = lab.kong;
    assert.ok(node);
    await node.kill(signal());
    await lab.postgres.stop(signal());
    await assert.rejects(node.start(signal()), (error: unknown) => {
      assert.ok(error instanceof DrillError);
      assert.match(error.message, /kong-1/);
      assert.ok(error.hint.length > 3);
      return true;
    });
    assert.ok((await stat(join(logFolder, 'kong-1.log'))).size > 0);
    await lab.postgres.start(signal());
    await node.start(signal());
    await serves(node);
  },
};
