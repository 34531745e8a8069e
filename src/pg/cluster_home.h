/* The private cluster's home: directories, the user who runs it, its programs, initdb, its configuration. */
#ifndef MAITRED_PG_CLUSTER_HOME_H
#define MAITRED_PG_CLUSTER_HOME_H

#include "pg/cluster.h"

/* Fills paths and user of `cluster` and makes the directories. */
enum err cluster_home_prepare(struct cluster *cluster, const struct settings *settings, struct error *out) MUST_CHECK;

/* Finds the programs, runs initdb when there is no data directory yet, writes maitred.conf. */
enum err cluster_home_fill(struct cluster *cluster, struct error *out) MUST_CHECK;

/* Removes the oldest of PostgreSQL's log files beyond a hundred megabytes or two hundred files. */
void cluster_home_trim_logs(const struct cluster *cluster);

/* Starts a program as the cluster's user, detached from our terminal, output appended to `log` (a path, opened as that
 * user). Returns the child or -1. */
pid_t cluster_spawn(const struct cluster *cluster, const char *log, const char *const argv[]);

/* Why a program that wrote `log` gave up, in one line: its last FATAL message, or its last line. */
const char *cluster_reason(const struct cluster *cluster, const char *log);

#endif
