import type { Json } from '../json.js';
import type { Field, Named, RecordSchema } from './model.js';

/** Parts of Kong's schemas that `/schemas` does not show: they depend on another field's value. */
const none = (err: string, field: Field): Field => ({ ...field, eq: null, err });
const set: Field = { type: 'set', elements: { type: 'string' } };
const list: Field = { type: 'array', elements: { type: 'string' } };
const addresses: Field = {
  type: 'set',
  elements: {
    type: 'record',
    fields: [{ ip: { type: 'string' } }, { port: { type: 'integer', between: [0, 65535] } }],
  },
};
const headers: Field = { type: 'map', keys: { type: 'string' }, values: list };

const atLeastOne = (protocol: string, withSni: string[], without: string[]): Named<Json>[] => [
  {
    conditional_at_least_one_of: {
      if_field: 'protocols',
      if_match: { contains: `${protocol}s` },
      then_at_least_one_of: withSni,
      then_err: `must set one of %s when 'protocols' is '${protocol}s'`,
      else_match: { contains: protocol },
      else_then_at_least_one_of: without,
      else_then_err: `must set one of %s when 'protocols' is '${protocol}'`,
    },
  },
];

const forHttp = "when 'protocols' is 'http' or 'https'";
const http: RecordSchema = {
  fields: [
    { sources: none(`cannot set 'sources' ${forHttp}`, addresses) },
    { destinations: none(`cannot set 'destinations' ${forHttp}`, addresses) },
  ],
  entity_checks: atLeastOne(
    'http',
    ['methods', 'hosts', 'headers', 'paths', 'snis'],
    ['methods', 'hosts', 'headers', 'paths'],
  ),
};

const forGrpc = "when 'protocols' is 'grpc' or 'grpcs'";
const grpc: RecordSchema = {
  fields: [
    {
      strip_path: {
        type: 'boolean',
        required: true,
        default: false,
        ne: true,
        err: `cannot set 'strip_path' ${forGrpc}`,
      },
    },
    { methods: none(`cannot set 'methods' ${forGrpc}`, set) },
    { sources: none(`cannot set 'sources' ${forGrpc}`, addresses) },
    { destinations: none(`cannot set 'destinations' ${forGrpc}`, addresses) },
  ],
  entity_checks: atLeastOne('grpc', ['hosts', 'headers', 'paths', 'snis'], ['hosts', 'headers', 'paths']),
};

const forStream = "when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'";
const stream: RecordSchema = {
  fields: [
    { methods: none(`cannot set 'methods' ${forStream}`, set) },
    { hosts: none(`cannot set 'hosts' ${forStream}`, list) },
    { paths: none(`cannot set 'paths' ${forStream}`, list) },
    { headers: none(`cannot set 'headers' ${forStream}`, headers) },
  ],
  entity_checks: [
    {
      conditional_at_least_one_of: {
        if_field: 'protocols',
        if_match: { elements: { type: 'string', one_of: ['tcp', 'tls', 'udp'] } },
        then_at_least_one_of: ['sources', 'destinations', 'snis'],
        then_err: "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'",
      },
    },
  ],
};

/** By the first protocol of a route that has a part. */
export const routeParts: Record<string, RecordSchema> = {
  http,
  https: http,
  grpc,
  grpcs: grpc,
  tcp: stream,
  tls: stream,
  udp: stream,
  tls_passthrough: stream,
};

export const vaultParts: Record<string, RecordSchema> = {
  env: {
    fields: [{ config: { type: 'record', required: true, fields: [{ prefix: { type: 'string' } }] } }],
  },
};
