/* maitred: the daemon that runs the floor, and its commands (src/command). */
#include "command/command.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

int main(int argc, char **argv)
{
    /* Widths of characters; numbers and sorting stay the same everywhere. Our texts are UTF-8, also where nothing says
     * so. */
    (void)setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    return command_main(argc, argv);
}
