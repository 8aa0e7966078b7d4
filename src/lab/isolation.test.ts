import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foreignAddresses } from './isolation.js';

const addressesIn = (text: string) => foreignAddresses(text).map((found) => found.address);

test('foreign addresses - found wherever a destination can stand', () => {
  const places = [
    'host: 10.1.2.3',
    '{"host":"10.1.2.3"}',
    'url: http://10.1.2.3:8080/path',
    'url: http://10.1.2.3/8',
    'target: 10.1.2.3:8000',
    'target:10.1.2.3',
    'see 10.1.2.3.',
    'http://user:secret@10.1.2.3',
    "'10.1.2.3',",
  ];
  for (const text of places) assert.deepEqual(addressesIn(text), ['10.1.2.3'], text);
});

test('foreign addresses - IPv6, in brackets, short, with a quad in it', () => {
  assert.deepEqual(addressesIn('url: http://[2001:db8::1]:80/'), ['2001:db8::1']);
  assert.deepEqual(addressesIn('host: "fe80::1"'), ['fe80::1']);
  assert.deepEqual(addressesIn('host: ::ffff:10.0.0.1'), ['::ffff:10.0.0.1']);
  assert.deepEqual(addressesIn('host: 2001:0db8:0000:0000:0000:0000:0000:0001 x'), [
    '2001:0db8:0000:0000:0000:0000:0000:0001',
  ]);
});

test("foreign addresses - this machine's own are none", () => {
  assert.deepEqual(
    addressesIn('127.0.0.1 127.8.8.8 0.0.0.0 ::1 [::1]:80 :: 0:0:0:0:0:0:0:1 ::ffff:127.0.0.1'),
    [],
  );
});

test('foreign addresses - networks, times, versions and fingerprints are none', () => {
  const harmless = [
    'allow: [10.0.0.0/8, 2001:db8::/32]',
    'at: 12:30:45',
    '1.2.3.4.5',
    'v1.2.3.4',
    'kong-1.2.3.4-rc',
    'aa:bb:cc:dd:ee:ff',
    'Foo::Bar',
    'std::cafe',
    '999.1.1.1',
    'ab:cd:ef:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d',
  ];
  for (const text of harmless) assert.deepEqual(addressesIn(text), [], text);
});

test('foreign addresses - the place is line and column, counted from 1', () => {
  assert.deepEqual(foreignAddresses('a: 1\nhost: 10.0.0.1\n\n  ip: 10.0.0.2 10.0.0.3'), [
    { address: '10.0.0.1', line: 2, column: 7 },
    { address: '10.0.0.2', line: 4, column: 7 },
    { address: '10.0.0.3', line: 4, column: 16 },
  ]);
});

test('foreign addresses - any address between quotes is found, unless it is our own', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.string(), (address, before) => {
      const found = addressesIn(`${before}\n"${address}"`).includes(address);
      const own = /^(?:127\.|0\.0\.0\.0$)|^[0:]*:(?:0*1)?$|^::ffff:(?:127\.|0\.0\.0\.0)/i.test(address);
      assert.equal(found, !own);
    }),
  );
});
