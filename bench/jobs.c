/* A job worker that knows one kind, `empty`, which does nothing: what the queue itself costs (bench/jobs.sh).
 *   jobs CONNINFO CONCURRENCY       until SIGTERM */
#include "jobs/jobs.h"

#include <stdio.h>

static enum work_result run_empty(struct job *job, struct error *out)
{
    (void)job;
    (void)out;
    return WORK_DONE;
}

int main(int argc, char **argv)
{
    static const struct job_kind kinds[] = {{"empty", run_empty, 30, 0, false}, {0}};
    static const struct job_kind *const tables[] = {kinds, NULL};
    struct settings settings;
    struct error error;
    if (argc != 3)
        return 2;
    struct arena *arena = arena_new();
    const struct setting_option options[] = {{"jobs_concurrency", argv[2]}, {"log_level", "error"}};
    if (settings_load(arena, "/dev/null", options, 2, &settings, &error) != OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    const struct jobs_options work = {.settings = &settings, .owner_conninfo = argv[1], .kinds = tables};
    int code = jobs_run(&work);
    arena_free(arena);
    return code;
}
