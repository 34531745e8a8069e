/* Help texts, made from the tables of commands and settings. */
#ifndef MAITRED_COMMAND_HELP_H
#define MAITRED_COMMAND_HELP_H

#include "command/cli.h"

#include <stdio.h>

void help_all(FILE *out);
void help_group(const char *group, FILE *out);
void help_command(const struct command *command);

#endif
