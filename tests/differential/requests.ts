// What is asked of both servers: each line is METHOD path, then headers (name: value) separated by ` | `, then a body behind ` << `.
// Writes run with Prefer: tx=rollback, so that both sides always see the same rows.

const reads = `
clients?select=id,name
clients
clients?select=id,name,secret
clients?select=*
orders?select=*
orders?select=id::text,total::int
orders?select=number:id,sum:total
orders?select=nope
orders?select=id&nope=eq.1
orders?id=eq.1
orders?id=eq.x
orders?id=neq.1&select=id
orders?id=gt.1&id=lt.4&select=id
orders?id=gte.2&total=lte.20&select=id
orders?note=like.f*&select=id
orders?note=ilike.F*&select=id
orders?note=match.^f&select=id
orders?note=imatch.^F&select=id
orders?note=is.null&select=id
orders?note=not.is.null&select=id
orders?note=is.nope&select=id
orders?note=in.("a,b",first)&select=id
orders?id=in.(1,2)&select=id
orders?id=not.in.(1,2)&select=id
orders?id=in.()&select=id
orders?id=in.1&select=id
orders?note=in.("(x)")&select=id
orders?note=isdistinct.first&select=id
orders?note=not.isdistinct.first&select=id
orders?id=eq(any).{1,2}&select=id
orders?id=gt(all).{1,2}&select=id
orders?note=like(any).{f*,a*}&select=id
orders?note=ilike(all).{*A*,*B*}&select=id
orders?id=foo.1
orders?id=1
orders?id=eq
orders?id.eq=1
orders?or=(id.eq.1,id.eq.2)&select=id
orders?and=(id.gt.1,or(note.is.null,status.eq.void))&select=id
orders?not.or=(id.eq.1,id.eq.2)&select=id
orders?or=(id.eq.1,not.and(id.gt.1,total.gt.1))&select=id
orders?or=(note.eq."a,b",note.eq."(x)")&select=id
orders?or=(id.in.(1,2),note.in.("a,b"))&select=id
orders?or=()
orders?or=(id.eq.1
orders?or=id.eq.1
orders?order=total.desc&select=id,total
orders?order=note.asc.nullsfirst,id.desc&select=id,note
orders?order=note.desc.nullslast&select=id
orders?order=nope
orders?order=id.sideways
orders?order=&select=id
orders?limit=2&select=id&order=id
orders?limit=2&offset=1&select=id&order=id
orders?offset=2&select=id&order=id
orders?offset=10&select=id
orders?limit=0
orders?limit=x
orders?limit=-1
orders?offset=-1
orders?select=id&order=id | Range: 0-1
orders?select=id&order=id | Range: 1-
orders?select=id&order=id | Range: 5-1
orders?select=id&order=id | Prefer: count=exact
orders?select=id&order=id&limit=2 | Prefer: count=exact
orders?select=id&order=id&limit=2&offset=10 | Prefer: count=exact
orders?select=id&order=id&limit=2&offset=4 | Prefer: count=exact
orders?select=id&id=eq.99 | Prefer: count=exact
orders?select=id&order=id&limit=2&offset=1 | Prefer: count=exact | Range: 0-1
orders?select=id,client:clients(name)&order=id
orders?select=id,clients(*)&order=id
orders?select=id,client_id(name)&order=id
orders?select=id,clients!client_id(name)&order=id
orders?select=id,clients!orders_client_id_fkey(name)&order=id
orders?select=id,clients!inner(name)&clients.name=eq.Ann&order=id
orders?select=id,clients(name)&clients.name=eq.Ann&order=id
orders?select=id,addresses(street)
orders?select=id,addresses!orders_billing(street)&order=id
orders?select=id,billing:addresses!orders_billing(street),shipping:addresses!orders_shipping(street)&order=id
orders?select=id,orders_billing(street)&order=id
orders?select=id,addresses!billing_id(street)&order=id
orders?select=id,addresses!nope(street)&order=id
orders?select=id,nope(street)
orders?select=id,client(street)
orders?select=id,details(*)&order=id
orders?select=id,details!inner(*)&order=id
orders?select=id,details()&details=is.null&order=id
orders?select=id,order_lines()&order_lines=not.is.null&order=id
orders?select=id,order_lines(*)&order_lines=is.null&order=id
orders?select=id,order_lines(quantity,products(name,price))&order=id&order_lines.order=quantity.desc
orders?select=id,products(name)&order=id&products.order=name
orders?select=id,products!inner(name)&products.name=eq.Tea&order=id
orders?select=id,order_lines(quantity)&order_lines.quantity=gt.1&order=id
orders?select=id,order_lines(quantity)&order_lines.limit=1&order_lines.order=quantity.desc&order=id
orders?select=id,order_lines(product_id,quantity)&order_lines.or=(quantity.eq.5,product_id.eq.1)&order=id
orders?select=id,lines:order_lines(quantity)&lines.quantity=gt.1&order=id
orders?select=id&lines.quantity=gt.1
orders?select=id,...clients(client_name:name)&order=id
orders?select=id,...clients(name,boss_id)&order=id
orders?select=id,...order_lines(quantity)&order=id
orders?select=id,clients(name)&order=clients(name).desc,id
orders?select=id,clients(name)&order=clients(id).desc,id
orders?select=id,order_lines(quantity)&order=order_lines(quantity)
orders?select=id&order=clients(name)
orders?select=id,clients(name)&clients=eq.1
orders?select=id,clients(name,orders(id,order_lines(product_id)))&id=eq.1&clients.orders.order=id
orders?select=count()
orders?select=status,count()&order=status
orders?select=status,total.sum(),total.avg(),total.min(),total.max()&order=status
orders?select=status,n:id.count(),s:total.sum()::text&order=status
orders?select=total.sum()::int
orders?select=clients(name),total.sum()
orders?select=...clients(name),total.sum()&order=total
orders?select=total.nope()
clients?select=id,orders(count)&order=id
clients?select=id,orders(total.sum())&order=id
clients?select=id,shout&order=id
clients?select=shout&shout=eq.ANN
clients?select=id,name&order=shout.desc
clients?select=id,clients(name)
clients?select=id,boss:clients!boss_id(name)&order=id
clients?select=id,boss:boss_id(name)&order=id
clients?select=id,staff:clients!clients_boss_id_fkey(name)&order=id
clients?select=id,big_orders(id,total)&order=id&big_orders.order=id
orders?select=id,buyer(name)&order=id
products?select=id,tag_list&order=id
products?select=id,data->a->b&order=id
products?select=id,data->a->b->0&order=id
products?select=id,data->a->b->>0&order=id
products?select=id,data->>k&order=id
products?select=id,key:data->>k&order=id
products?select=id,data->k::text&order=id
products?select=id,worth->>currency&order=id
products?select=id,tags->0&order=id
products?data->>k=eq.v&select=id
products?data->a->b->>0=eq.30&select=id
products?data->a->b=eq.[30]&select=id
products?data->a=is.null&select=id&order=id
products?order=data->>k&select=id
products?data=cs.{"k":"v"}&select=id
products?tags=cs.{hot}&select=id&order=id
products?tags=cd.{hot,cold}&select=id&order=id
products?tags=ov.{cold,hot}&select=id&order=id
products?tags=eq.{}&select=id
products?valid=cs.2026-01-15&select=id
products?valid=ov.[2026-01-15,2026-02-15)&select=id&order=id
products?valid=sl.[2026-03-01,2026-04-01)&select=id&order=id
products?valid=sr.[2025-03-01,2025-04-01)&select=id&order=id
products?valid=nxr.[2026-01-01,2026-02-01)&select=id&order=id
products?valid=nxl.[2026-01-01,2026-02-01)&select=id&order=id
products?valid=adj.[2025-12-01,2026-01-01)&select=id&order=id
products?search=fts.hot&select=id&order=id
products?search=fts(english).hot&select=id&order=id
products?search=plfts.hot bean&select=id&order=id
products?search=phfts(simple).hot&select=id&order=id
products?search=wfts.hot -bean&select=id&order=id
products?search=not.fts.hot&select=id&order=id
products?search=fts(nope).hot&select=id
products?feel=eq.happy&select=id
products?feel=eq.angry&select=id
products?feel=in.(happy,"so so")&select=id&order=id
products?price=gt.3.9&select=id,price&order=price.desc
products?select=id,orders(id)&order=id&orders.order=id
kinds?order=id
kinds?order=id&select=b,i8,f8,n,tstz,ts,d,ia,ta,comp,r
kinds?select=id,jb->b,j->0&order=id
kinds?b=is.true&select=id
kinds?b=not.is.true&select=id&order=id
kinds?b=is.unknown&select=id
kinds?ts=gt.2020-01-01&select=id&order=id
"odd names"?select=*
odd names?select=*
odd%20names?select=*&order=a b
odd%20names?select="a b",select&order="a b"
odd%20names?select="quo\\"te"
odd%20names?"quo\\"te"=eq.quo&select="a b"
odd%20names?"a.b"=eq.dot&select="a b"
odd%20names?ünï=eq.üü&select=ünï
odd%20names?"select"=eq.sel&select="select"
open_orders?select=*&order=id
open_orders?select=id,clients(name)&order=id
deep_orders?select=*,clients(name)&order=order_number
client_names?select=*,orders(id)&order=id
client_names?select=*&order=id
order_totals?select=*&order=client_id
order_totals?select=*,clients(name)&order=client_id
clients?select=id,open_orders(id)&order=id
guarded?select=*
nokey?select=*&order=b
nope
NOKEY
clients?select=id,name&id=eq.1 | Accept: application/vnd.pgrst.object+json
clients?select=id,name&id=eq.99 | Accept: application/vnd.pgrst.object+json
clients?select=id,name | Accept: application/vnd.pgrst.object+json
orders?select=id,note,billing_id,clients(name,boss_id)&order=id | Accept: application/vnd.pgrst.array+json;nulls=stripped
orders?select=id,note,billing_id&id=eq.2 | Accept: application/vnd.pgrst.object+json;nulls=stripped
orders?select=id,note,created_at&order=id | Accept: text/csv
products?select=id,tags,data&order=id | Accept: text/csv
orders?select=id&id=eq.99 | Accept: text/csv
orders?select=id&order=id | Accept: application/xml
orders?select=id&order=id | Accept: text/html, */*;q=0.5
orders?select=id&order=id | Accept: text/plain
orders?select=id&order=id | Accept: application/json;q=0.5, text/csv
orders?select=id | Prefer: handling=strict, nope=1
orders?select=id&order=id | Prefer: handling=lenient, nope=1
orders?select=id,created_at&id=eq.1 | Prefer: timezone=Europe/Brussels
orders?select=id,created_at&id=eq.1 | Prefer: timezone=Nope/Nope
orders?select=id,created_at&id=eq.1 | Prefer: handling=strict, timezone=Nope/Nope
things | Accept-Profile: annex
things?select=* | Accept-Profile: nope
clients?select=id | Accept-Profile: shop
clients?select=id&select=name
orders?select=id,
orders?select=(id)
orders?select=id,clients(name
orders?select=id,clients)name(
orders?select=clients!inner!left(name)&order=id
orders?select=id::nope
orders?select=a::b::c
orders?id=eq.1&id=eq.2
orders?select=id&id=eq.1;drop table orders
orders?select=id&note=eq.'
orders?select=id&"id; drop"=eq.1
`;

const calls = `
GET rpc/add?a=1&b=2
GET rpc/add?a=1
GET rpc/add?a=1&b=x
GET rpc/add
GET rpc/ad?a=1&b=2
GET rpc/nope
POST rpc/add << {"a":1,"b":2}
POST rpc/add << {"a":1,"b":2,"c":3}
POST rpc/add << {"a":1
POST rpc/add <<
GET rpc/greet
GET rpc/greet?name=Bob
GET rpc/greet?name=Bob&loud=true
POST rpc/greet << {"name":"Bob","loud":true}
POST rpc/greet << {}
POST rpc/greet | Content-Type: application/x-www-form-urlencoded << name=Bob&loud=true
GET rpc/many?n=3
GET rpc/many?n=3&limit=2
GET rpc/expensive?p_least=5&select=id,clients(name)&order=id
GET rpc/expensive?p_least=5&total=lt.100&select=id&order=id
GET rpc/expensive?p_least=5&select=id&order=id&limit=1 | Prefer: count=exact
POST rpc/expensive?select=id&order=id | Prefer: count=exact << {"p_least":5}
POST rpc/expensive?select=id&order=id&limit=1&offset=1 << {"p_least":5}
GET rpc/expensive?p_least=5&select=id&order=id | Range: 0-0
GET rpc/one_order?p_id=1
GET rpc/one_order?p_id=1&select=id,clients(name)
GET rpc/one_order?p_id=99
GET rpc/pair
GET rpc/pair?select=x&y=eq.two
GET rpc/pair?select=nope
GET rpc/out_pair
POST rpc/nothing <<
GET rpc/nothing
POST rpc/raw_json << {"any":[1,2]}
POST rpc/raw_json << [1,2]
POST rpc/raw_text | Content-Type: text/plain << hello "you"
POST rpc/raw_bytes | Content-Type: application/octet-stream | Accept: application/octet-stream << bytes
GET rpc/get_json
GET rpc/get_null
GET rpc/get_array
GET rpc/get_time
GET rpc/greet | Accept: text/plain
GET rpc/join_all?words=a&words=b
GET rpc/join_all?words={a,b}
POST rpc/join_all << {"words":["a","b"]}
GET rpc/join_all?words=a
GET rpc/overloaded?a=1
GET rpc/overloaded?a=1&b=2
GET rpc/unclear?a=1
POST rpc/unclear << {"a":1}
POST rpc/takes << {"arr":[1,2],"obj":{"x":1}}
POST rpc/takes << {"arr":[1,2],"obj":{"x":1},"feel":"sad","worth":{"currency":"EUR","cents":3}}
GET rpc/takes?arr={1,2}&obj={"x":1}
GET rpc/with_status
POST rpc/with_status <<
POST rpc/fails <<
POST rpc/fails_pt <<
POST rpc/fails_pgrst <<
GET rpc/write_note?p_id=1&p_note=x
POST rpc/write_note?select=id,note << {"p_id":1,"p_note":"x"}
POST rpc/write_note?select=id,note | Accept: application/vnd.pgrst.object+json << {"p_id":1,"p_note":"x"}
POST rpc/write_note?select=id,note | Accept: application/vnd.pgrst.object+json << {"p_id":99,"p_note":"x"}
PUT rpc/add << {"a":1,"b":2}
DELETE rpc/add
PATCH rpc/add << {}
GET rpc/request_header?name=x-thing | X-Thing: here
GET rpc/odd%20fn?a b=4
POST rpc/odd%20fn << {"a b":4}
GET rpc/private_one
GET rpc/annexed | Accept-Profile: annex
POST rpc/annexed | Content-Profile: annex <<
HEAD rpc/many?n=3
HEAD orders?select=id
HEAD orders?select=id | Prefer: count=exact
`;

const writes = `
POST serials << {"name":"a"}
POST serials | Prefer: return=representation << {"name":"a","id":77}
POST serials?select=id,name | Prefer: return=representation << {"name":"a","id":77}
POST serials | Prefer: return=representation << [{"name":"a","id":77},{"name":"b","id":78}]
POST serials | Prefer: return=headers-only << {"name":"a","id":77}
POST serials | Prefer: return=headers-only << [{"name":"a","id":77},{"name":"b","id":78}]
POST serials | Prefer: return=minimal << {"name":"a","id":77}
POST serials | Prefer: return=representation << [{"name":"a","id":77},{"id":78}]
POST serials?columns=id,name&select=id,name,n | Prefer: return=representation << [{"name":"a","id":77},{"id":78,"extra":1}]
POST serials?columns=id,name,n&select=id,name,n | Prefer: return=representation, missing=default << [{"name":"a","id":77},{"id":78,"n":1}]
POST serials?columns=nope | Prefer: return=representation << [{"name":"a","id":77}]
POST serials << {"nope":1}
POST serials << []
POST serials | Prefer: return=representation << []
POST serials <<
POST serials << {
POST serials << "text"
POST serials << 5
POST serials << [1]
POST defaults_only?select=name | Prefer: return=representation << {}
POST defaults_only?select=name | Prefer: return=representation << [{},{}]
POST serials?select=name,n | Prefer: return=representation | Content-Type: text/csv << id,name,n\\n901,a,1\\n902,"b,c",NULL
POST serials?select=name,n | Prefer: return=representation | Content-Type: text/csv << id,name\\n901
POST serials?select=name | Prefer: return=representation | Content-Type: application/x-www-form-urlencoded << id=901&name=form+data
POST serials?select=name | Prefer: return=representation | Content-Type: application/xml << <a/>
POST serials?select=id | Prefer: return=representation | Accept: application/vnd.pgrst.object+json << {"id":901}
POST serials?select=id | Prefer: return=representation | Accept: application/vnd.pgrst.object+json << [{"id":901},{"id":902}]
POST serials?select=id | Prefer: return=representation | Accept: text/csv << [{"id":901},{"id":902}]
POST serials?select=id | Prefer: return=representation,count=exact << [{"id":901},{"id":902}]
POST products?select=id,name | Prefer: return=representation << {"id":1,"name":"dup"}
POST products?select=id,name | Prefer: return=representation, resolution=merge-duplicates << {"id":1,"name":"dup"}
POST products?select=id,name | Prefer: return=representation, resolution=merge-duplicates << [{"id":1,"name":"dup"},{"id":99,"name":"new"}]
POST products?select=id,name | Prefer: return=representation, resolution=ignore-duplicates << [{"id":1,"name":"dup"},{"id":99,"name":"new"}]
POST products?select=id,name | Prefer: return=representation, resolution=ignore-duplicates << [{"id":1,"name":"dup"}]
POST products?select=id,price&on_conflict=name | Prefer: return=representation, resolution=merge-duplicates << {"id":1,"name":"Tea","price":9}
POST products?on_conflict=nope | Prefer: return=representation, resolution=merge-duplicates << {"id":1,"name":"Tea","price":9}
POST products | Prefer: resolution=merge-duplicates << {"id":1,"name":"dup"}
POST products?select=tags,data,worth,valid,feel | Prefer: return=representation << {"id":50,"name":"x","tags":["a","b"],"data":{"x":[1]},"worth":{"currency":"EUR","cents":1},"valid":"[2026-01-01,2026-01-02)","feel":"sad"}
POST order_lines?select=*,products(name),orders(note) | Prefer: return=representation << {"order_id":4,"product_id":2,"quantity":3}
POST order_lines | Prefer: return=headers-only << {"order_id":4,"product_id":2,"quantity":3}
POST order_lines << {"order_id":4,"product_id":2,"quantity":0}
POST order_lines << {"order_id":404,"product_id":2}
POST nokey | Prefer: return=headers-only << {"a":9,"b":"n"}
POST guarded | Prefer: return=representation << {"id":9,"body":"b"}
POST guarded << {"id":9,"owner":"authenticated","body":"b"}
POST clients << {"id":50,"name":"n","secret":"s"}
POST clients?select=id,name | Prefer: return=representation << {"id":50,"name":"n"}
POST clients | Prefer: return=representation << {"id":50,"name":"n"}
POST clients << {"id":50,"name":"n","email":"no-at"}
POST addresses << {"id":50,"street":"n"}
POST "odd names"?select=* | Prefer: return=representation << {"a b":9,"select":"s","quo\\"te":"q","ünï":"u","a.b":"d"}
POST odd%20names?select=* | Prefer: return=representation << {"a b":9,"select":"s","quo\\"te":"q","ünï":"u","a.b":"d"}
PATCH orders?id=eq.1 << {"note":"new"}
PATCH orders?id=eq.1&select=id,note,clients(name) | Prefer: return=representation << {"note":"new"}
PATCH orders?id=eq.1 | Prefer: return=headers-only << {"note":"new"}
PATCH orders?id=eq.2&select=id | Prefer: return=representation, count=exact << {"note":"new"}
PATCH orders?id=eq.99 | Prefer: return=representation << {"note":"new"}
PATCH orders?id=eq.99 << {"note":"new"}
PATCH orders?id=eq.1 << {}
PATCH orders?id=eq.1&select=id | Prefer: return=representation << {}
PATCH orders?id=eq.1 << {"nope":1}
PATCH orders?id=eq.1 << {"status":"lost"}
PATCH orders?id=eq.1&columns=note&select=note,total | Prefer: return=representation << {"note":"new","total":7}
PATCH orders?id=gt.1&select=id | Prefer: return=representation, handling=strict, max-affected=1 << {"note":"n"}
PATCH orders?id=eq.1&select=id | Prefer: return=representation, handling=strict, max-affected=1 << {"note":"n"}
PATCH orders?id=gt.1&select=id | Prefer: return=representation | Accept: application/vnd.pgrst.object+json << {"note":"n"}
PATCH orders?id=eq.1&select=id | Prefer: return=representation | Accept: application/vnd.pgrst.object+json << {"note":"n"}
PATCH products?id=eq.1&select=data,tags,worth | Prefer: return=representation << {"data":{"deep":[{"x":null}]},"tags":[],"worth":null}
PATCH nope?id=eq.1 << {"a":1}
PATCH guarded?id=eq.2&select=id | Prefer: return=representation << {"body":"stolen"}
PUT products?id=eq.1 << {"id":1,"name":"Tea2"}
PUT products?id=eq.1&select=id,name | Prefer: return=representation << {"id":1,"name":"Tea2"}
PUT products?id=eq.60&select=id,name | Prefer: return=representation << {"id":60,"name":"New"}
PUT products?id=eq.60 << {"id":60,"name":"New"}
PUT products?id=eq.60 << {"id":61,"name":"New"}
PUT products?id=gt.1 << {"id":1,"name":"x"}
PUT products?name=eq.Tea << {"id":1,"name":"x"}
PUT products << {"id":1,"name":"x"}
PUT products?id=eq.1&limit=1 << {"id":1,"name":"x"}
PUT products?id=eq.1 << {"name":"x"}
PUT products?id=eq.1 << [{"id":1,"name":"x"},{"id":2,"name":"y"}]
DELETE order_lines?order_id=eq.1
DELETE order_lines?order_id=eq.1&select=product_id&order=product_id | Prefer: return=representation
DELETE order_lines?order_id=eq.1 | Prefer: count=exact
DELETE order_lines?order_id=eq.1&select=product_id,products(name)&order=product_id | Prefer: return=representation, count=exact
DELETE order_lines?order_id=eq.77 | Prefer: return=representation
DELETE order_lines?order_id=eq.1 | Prefer: handling=strict, max-affected=1
DELETE products?id=eq.1
DELETE guarded?id=eq.2 | Prefer: return=representation
DELETE nope?id=eq.1
DELETE addresses?id=eq.1
`;

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | null;
  line: string;
}

function parse(line: string, method: string, rollback: boolean): Request {
  const [head = '', ...rest] = line.split(' << ');
  const bodyless = head.endsWith(' <<');
  const parts = (bodyless ? head.slice(0, -3) : head).split(' | ');
  let path = parts[0] ?? '';
  const space = /^(GET|HEAD|POST|PUT|PATCH|DELETE) (.*)$/.exec(path);
  if (space) [, method, path] = space as unknown as [string, string, string];
  const headers: Record<string, string> = {};
  for (const part of parts.slice(1)) {
    const colon = part.indexOf(':');
    headers[part.slice(0, colon).trim()] = part.slice(colon + 1).trim();
  }
  if (rollback) headers['Prefer'] = [headers['Prefer'], 'tx=rollback'].filter(Boolean).join(', ');
  const body = rest.length ? rest.join(' << ').replaceAll('\\n', '\n') : null;
  if (body !== null && !headers['Content-Type']) headers['Content-Type'] = 'application/json';
  const escaped = encodeURI(path.replaceAll('%20', ' ')).replaceAll('%5B', '[').replaceAll('%5D', ']');
  return { method, path: escaped, headers, body, line };
}

const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

export const requests: Request[] = [
  ...lines(reads).map((line) => parse(line, 'GET', false)),
  ...lines(calls).map((line) => parse(line, 'GET', false)),
  ...lines(writes).map((line) => parse(line, 'POST', true)),
];
