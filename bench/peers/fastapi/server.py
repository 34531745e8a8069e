"""The peer in Python: FastAPI, asyncpg and PyJWT on uvloop and httptools, as one would tune them. The same table, policies and tokens
as maitred. asyncpg has no pipelines, so a request is three round trips: settings (with begin), the prepared read, commit; the
pool's own reset, a fourth, is left out, because every setting ends with its transaction."""
import functools
import json
import os

import asyncpg
import jwt
from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import UJSONResponse
from uuid import UUID

SCHEMA = os.environ["PEER_SCHEMA"]
SELECT = f"select id::text, full_name, email, phone, created_at::text from {SCHEMA}.customers "
SETTINGS = (
    f"begin; select set_config('search_path','{SCHEMA}, api, app, public',true),set_config('statement_timeout','8000',true),"
    "set_config('transaction_read_only','on',true),set_config('role','authenticated',true),set_config('request.jwt.claims','%s',true)"
)
app = FastAPI(openapi_url=None)


class Connection(asyncpg.Connection):
    def get_reset_query(self):
        return ""


@app.on_event("startup")
async def open_pool():
    app.state.pool = await asyncpg.create_pool(
        host=os.environ["PGHOST"], user="authenticator", database="maitred", min_size=8, max_size=8, connection_class=Connection
    )


@functools.lru_cache(10000)
def verified(token):
    claims = jwt.decode(token, os.environ["PEER_SECRET"], algorithms=["HS256"], options={"verify_aud": False})
    return json.dumps(claims).replace("'", "''")


async def read(authorization, where, *values):
    try:
        claims = verified(authorization.removeprefix("Bearer "))
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, str(error))
    async with app.state.pool.acquire() as connection:
        try:
            await connection.execute(SETTINGS % claims)
            rows = await connection.fetch(SELECT + where, *values)
        finally:
            await connection.execute("commit")
    return UJSONResponse([dict(row) for row in rows])


@app.get("/customers/{id}")
async def one(id: UUID, authorization: str = Header("")):
    return await read(authorization, "where id = $1", id)


@app.get("/customers")
async def some(authorization: str = Header("")):
    return await read(authorization, "limit 100")
