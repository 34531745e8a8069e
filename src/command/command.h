/* The command line: finds the command, reads settings and options, runs it. */
#ifndef MAITRED_COMMAND_COMMAND_H
#define MAITRED_COMMAND_COMMAND_H

/* The body of main. Returns the exit code. */
int command_main(int argc, char **argv);

#endif
