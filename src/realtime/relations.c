#include "realtime/relations.h"

#include "base/clock.h"

#include <stdlib.h>
#include <uthash.h>

enum { SHAPE_MAX_BYTES = 1 << 20 }; /* 1,600 columns of 63 bytes each, and their types */

struct type {
    UT_hash_handle hh;
    uint32_t id;
    char name[];
};

/* The columns of one or many tables. */
struct shape {
    UT_hash_handle hh; /* in relations->shapes while `shared` */
    struct relations *home;
    int references;
    int count;
    struct change_column *columns; /* names point into the key */
    size_t key_bytes;
    char key[]; /* per column: key?, type, name, its type's name */
};

struct told {
    struct relation relation; /* first: a relation is told as such */
    UT_hash_handle hh;
    int references;
    bool hidden;
    struct shape *shape;
    char names[]; /* schema and table */
};

struct relations {
    struct told *tables;
    struct type *types;
    struct shape *shapes;
    uint32_t version;
};

static void *memory(size_t bytes)
{
    void *at = calloc(1, bytes);
    if (!at)
        abort(); /* as the arena does */
    return at;
}

struct relations *relations_new(void)
{
    struct relations *r = memory(sizeof *r);
    r->version = (uint32_t)clock_now_s(); /* so that versions grow from one process to the next, too */
    return r;
}

static void shape_unref(struct shape *shape)
{
    if (--shape->references)
        return;
    if (shape->home)
        HASH_DELETE(hh, shape->home->shapes, shape);
    free(shape->columns);
    free(shape);
}

const struct relation *relation_ref(const struct relation *relation)
{
    ((struct told *)(uintptr_t)relation)->references++;
    return relation;
}

void relation_unref(const struct relation *relation)
{
    struct told *told = (struct told *)(uintptr_t)relation;
    if (--told->references)
        return;
    shape_unref(told->shape);
    free(told);
}

bool relation_is_hidden(const struct relation *relation)
{
    return ((const struct told *)(const void *)relation)->hidden;
}

void relations_free(struct relations *r)
{
    struct told *told, *next_told;
    struct type *type, *next_type;
    struct shape *shape, *next_shape;
    if (!r)
        return;
    HASH_ITER (hh, r->tables, told, next_told) {
        HASH_DELETE(hh, r->tables, told);
        relation_unref(&told->relation);
    }
    HASH_ITER (hh, r->shapes, shape, next_shape) {
        HASH_DELETE(hh, r->shapes, shape);
        shape->home = NULL; /* held by a relation that is held */
    }
    HASH_ITER (hh, r->types, type, next_type) {
        HASH_DELETE(hh, r->types, type);
        free(type);
    }
    free(r);
}

static const char *type_name(struct relations *r, uint32_t id)
{
    struct type *type;
    HASH_FIND(hh, r->types, &id, sizeof id, type);
    return type ? type->name : "unknown";
}

void relations_name_type(struct relations *r, uint32_t id, const char *name)
{
    struct type *type;
    HASH_FIND(hh, r->types, &id, sizeof id, type);
    if (type && text_eq(type->name, name))
        return;
    if (type) {
        HASH_DELETE(hh, r->types, type);
        free(type); /* shapes have copies */
    }
    type = memory(sizeof *type + strlen(name) + 1);
    type->id = id;
    strcpy(type->name, name);
    HASH_ADD(hh, r->types, id, sizeof type->id, type);
}

static struct shape *shape_of(struct relations *r, const struct pgoutput_message *m)
{
    struct shape *shape = NULL;
    struct buf key;
    buf_init(&key, SHAPE_MAX_BYTES);
    for (int i = 0; i < m->relation.count; i++) {
        const struct pgoutput_column *c = &m->relation.columns[i];
        const char *type = type_name(r, c->type);
        buf_char(&key, c->key ? 1 : 0);
        buf_add(&key, &c->type, sizeof c->type);
        buf_add(&key, c->name, strlen(c->name) + 1);
        buf_add(&key, type, strlen(type) + 1);
    }
    HASH_FIND(hh, r->shapes, key.at ? key.at : "", key.len, shape);
    if (!shape) {
        shape = memory(sizeof *shape + key.len + 1);
        shape->home = r;
        shape->count = m->relation.count;
        shape->columns = memory(((size_t)shape->count + 1) * sizeof *shape->columns);
        shape->key_bytes = key.len;
        if (key.len)
            memcpy(shape->key, key.at, key.len);
        const char *at = shape->key;
        for (int i = 0; i < shape->count && !key.overflow; i++) {
            struct change_column *c = &shape->columns[i];
            c->key = *at++ != 0;
            memcpy(&c->type, at, sizeof c->type);
            at += sizeof c->type;
            c->name = at;
            at += strlen(at) + 1;
            c->type_name = at;
            at += strlen(at) + 1;
        }
        HASH_ADD_KEYPTR(hh, r->shapes, shape->key, shape->key_bytes, shape);
    }
    shape->references++;
    buf_release(&key);
    return shape;
}

static bool starts_hidden(const char *schema)
{
    return text_eq(schema, "maitred") || !strncmp(schema, "pg_", 3) || text_eq(schema, "information_schema");
}

const struct relation *relations_tell(struct relations *r, const struct pgoutput_message *m)
{
    uint32_t id = m->relation.id;
    const char *schema = *m->relation.schema ? m->relation.schema : "pg_catalog";
    struct told *told;
    struct shape *shape = shape_of(r, m);
    HASH_FIND(hh, r->tables, &id, sizeof id, told);
    /* Also when it looks the same: PostgreSQL describes a table anew when its policies or rights have changed, and who
     * keeps what follows from those must hear of it. */
    if (told) {
        HASH_DELETE(hh, r->tables, told);
        relation_unref(&told->relation);
    }
    size_t schema_bytes = strlen(schema) + 1, table_bytes = strlen(m->relation.table) + 1;
    told = memory(sizeof *told + schema_bytes + table_bytes);
    memcpy(told->names, schema, schema_bytes);
    memcpy(told->names + schema_bytes, m->relation.table, table_bytes);
    told->references = 1;
    told->hidden = starts_hidden(schema);
    told->shape = shape;
    told->relation = (struct relation){.id = id,
                                       .version = ++r->version,
                                       .schema = told->names,
                                       .table = told->names + schema_bytes,
                                       .column_count = shape->count,
                                       .columns = shape->columns};
    HASH_ADD(hh, r->tables, relation.id, sizeof told->relation.id, told);
    return &told->relation;
}

const struct relation *relations_find(struct relations *r, uint32_t id)
{
    struct told *told;
    HASH_FIND(hh, r->tables, &id, sizeof id, told);
    return told ? &told->relation : NULL;
}
