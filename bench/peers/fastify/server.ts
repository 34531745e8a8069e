// The peer in Node: Fastify, pg and fast-jwt, as one would tune them. The same table, policies and tokens as maitred.
//
// Each request is one transaction: role, claims and search_path, then the read. pg has no pipelines, so there are two ways: all in one simple
// query, one round trip, planned anew each time; or a prepared statement (PEER_PREPARED=1) between begin and commit, three round trips.
// peers.sh tries both and keeps the faster one.
import cluster from 'node:cluster';
import Fastify from 'fastify';
import pg from 'pg';
import { createVerifier } from 'fast-jwt';

const env = process.env as Record<string, string>;
const workers = Number(env.PEER_WORKERS);
const columns = 'id,full_name,email,phone,created_at';
const table = `${env.PEER_SCHEMA}.customers`;

// Also with one worker: the primary only waits.
if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork();
} else {
  pg.types.setTypeParser(1184, (text) => text); // an instant stays text: no Date is made and printed again
  const pool = new pg.Pool({ host: env.PGHOST, user: 'authenticator', database: 'maitred', max: 8 });
  const verify = createVerifier({ key: env.PEER_SECRET, algorithms: ['HS256'], cache: 10000 });
  const settings =
    `select set_config('search_path','${env.PEER_SCHEMA}, api, app, public',true),set_config('statement_timeout','8000',true),` +
    `set_config('transaction_read_only','on',true),set_config('role','authenticated',true),set_config('request.jwt.claims',`;

  const read = async (authorization: string | undefined, where: string, values: unknown[]) => {
    const claims = JSON.stringify(verify((authorization ?? '').slice('Bearer '.length)));
    if (!env.PEER_PREPARED) {
      const literals = where.replace(/\$(\d+)/g, (_, n) => pg.escapeLiteral(String(values[n - 1])));
      const results = await pool.query(`${settings}${pg.escapeLiteral(claims)},true); select ${columns} from ${table} ${literals}`);
      return (results as unknown as pg.QueryResult[])[1]!.rows;
    }
    const client = await pool.connect();
    try {
      await client.query(`begin; ${settings}${pg.escapeLiteral(claims)},true)`);
      const result = await client.query({ name: where, text: `select ${columns} from ${table} ${where}`, values });
      await client.query('commit');
      client.release();
      return result.rows;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };

  // Fastify compiles the serializer from the schema: faster than JSON.stringify.
  const text = { type: 'string', nullable: true };
  const properties = Object.fromEntries(columns.split(',').map((name) => [name, text]));
  const schema = { response: { 200: { type: 'array', items: { type: 'object', properties } } } };
  const app = Fastify({ logger: false, keepAliveTimeout: 60_000 });
  app.setErrorHandler((error: { code?: string; message: string }, _request, reply) => {
    reply.code(error.code?.startsWith('FAST_JWT') ? 401 : 500).send({ message: error.message });
  });
  app.get<{ Params: { id: string } }>('/customers/:id', { schema }, (request) => read(request.headers.authorization, 'where id = $1', [request.params.id]));
  app.get('/customers', { schema }, (request) => read(request.headers.authorization, 'limit 100', []));
  await app.listen({ port: Number(env.PEER_PORT), host: '127.0.0.1' });
}
