/* maitred serve */
#include "serve/serve.h"

#include "command/cli.h"

enum exit_code command_serve(struct cli *cli)
{
    const struct serve_request request = {
        .config_file = cli->config_file, .options = cli->setting_options, .option_count = cli->setting_option_count};
    struct error error = {0};
    return serve_run(&request, cli->arena, &error) == OK ? EXIT_DONE : cli_fail(&error);
}
