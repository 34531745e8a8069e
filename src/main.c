/* maitred: the daemon that runs the floor, and its commands (src/command). */
#include "command/command.h"

#include <locale.h>

int main(int argc, char **argv)
{
    (void)setlocale(LC_CTYPE, ""); /* widths of characters; numbers and sorting stay the same everywhere */
    return command_main(argc, argv);
}
