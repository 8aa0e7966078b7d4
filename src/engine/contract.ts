/**
 * What an engine must pass. A test file calls `engineContract` with an engine; each requirement becomes a test of its own.
 * They share one lab and run in order; each leaves it as it found it: everything up.
 */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { randomHex } from '../system/random.js';
import { beginning } from './contract/beginning.js';
import { end } from './contract/end.js';
import { kong } from './contract/kong.js';
import { limitMs, openShared } from './contract/opened.js';
import type { ContractSubject, Opened, Requirements } from './contract/opened.js';
import { postgres } from './contract/postgres.js';
import { tools } from './contract/tools.js';
import { walArchive } from './contract/wal-archive.js';

const requirements: Requirements = { ...beginning, ...postgres, ...kong, ...tools, ...walArchive, ...end };

export function engineContract(name: string, subject: ContractSubject): void {
  describe(`engine ${name}`, { timeout: 20 * limitMs }, () => {
    let opened: Opened | undefined;
    let reason: string | undefined;

    before(async () => {
      reason = await subject.unavailable?.();
      if (reason !== undefined) return;
      opened = await openShared({ ...subject, runId: `contract-${randomHex(4)}`, secrets: [] });
    });
    after(async () => {
      await opened?.lab[Symbol.asyncDispose]();
      if (opened) await rm(opened.folder, { recursive: true });
    });
    for (const [requirement, check] of Object.entries(requirements)) {
      test(`engine ${name} - ${requirement}`, { timeout: 3 * limitMs }, async (context) => {
        if (reason !== undefined) context.skip(reason);
        else if (opened) await check(opened, context);
        else assert.fail('the lab did not open');
      });
    }
  });
}
