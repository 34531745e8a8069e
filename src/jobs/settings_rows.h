/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_JOBS_SETTINGS_ROWS_H
#define MAITRED_JOBS_SETTINGS_ROWS_H

#define JOBS_SETTINGS(X) X(jobs_concurrency, NUMBER, "4", 1, 64, "jobs", "jobs one job worker runs at once")

#endif
