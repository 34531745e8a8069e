/* The commands. To add one: its function in a file of its own, its prototype in cli.h, one row here; help, completion
 * and the manual page are made from this table. A longer name wins: "tenant list" is found before "tenant". */
#include "command/cli.h"

#define NO_OPTIONS NULL

static const struct cli_option migrate_up_options[] = {
    {"tenant", 't', "TENANT", "only this one (schema or domain)"},
    {"module", 'm', "MODULE", "only this one; \"platform\" for what all tenants share"},
    {"to", 0, "NUMBER", "up to this migration of the module"},
    {"accept-edits", 0, NULL, "take applied migrations that were edited since as they are"},
    {0}};
static const struct cli_option migrate_down_options[] = {
    {"tenant", 't', "TENANT", "only this one (schema or domain)"},
    {"module", 'm', "MODULE", "only this one; \"platform\" for what all tenants share"},
    {"to", 0, "NUMBER", "take back everything of the module above this migration; 0: all of it"},
    {0}};
static const struct cli_option tenant_filter[] = {{"tenant", 't', "TENANT", "only this one (schema or domain)"}, {0}};
static const struct cli_option create_options[] = {
    {"schema", 's', "NAME", "schema of its tables; default tenant_ and the name"},
    {"modules", 'm', "LIST", "modules, separated by commas; default all; core and payments always"},
    {"theme", 0, "JSON", "branding: {\"primary_color\": …}"},
    {"admin-email", 'e', "ADDRESS", "of the first administrator; default owner@ and the domain"},
    {"admin-password", 'p', "PASSWORD",
     "- reads it from standard input; default: MAITRED_ADMIN_PASSWORD, or one is made and printed once"},
    {"admin-name", 'n', "NAME", "full name of the administrator"},
    {"currency", 0, "CODE", "of the first organization, such as EUR"},
    {"timezone", 0, "ZONE", "of the first organization, such as Europe/Rome"},
    {"locale", 0, "LOCALE", "of the first organization, such as de"},
    {"bare", 0, NULL, "tables alone: no organization, no administrator, no default data"},
    {0}};
static const struct cli_option show_options[] = {{"keys", 'k', NULL, "with API keys"}, {0}};
static const struct cli_option rename_options[] = {{"name", 'n', "NAME", "its new name"},
                                                   {"domain", 'd', "DOMAIN", "its new domain"},
                                                   {"theme", 0, "JSON", "its new branding"},
                                                   {0}};
static const struct cli_option types_options[] = {
    {"schema", 's', "NAME", "instead of the tenant's own, one that its REST door shows besides it; may be repeated"},
    {0}};
static const struct cli_option drop_options[] = {{"yes", 'y', NULL, "do not ask"}, {0}};
static const struct cli_option export_options[] = {{"force", 'f', NULL, "write over a file that is there"}, {0}};
static const struct cli_option import_options[] = {
    {"domain", 'd', "DOMAIN", "another domain than it had"},
    {"schema", 's', "NAME", "a copy under this schema, with an id and keys of its own"},
    {0}};
static const struct cli_option user_options[] = {
    {"role", 'r', "ROLE",
     "owner, admin, manager, finance, staff, waiter, kitchen, customer, super_admin; default staff"},
    {"password", 'p', "PASSWORD", "asked for, or read from standard input, when absent or -"},
    {"name", 'n', "NAME", "full name"},
    {"organization", 'o', "NAME", "name, slug or id; default the tenant's only one"},
    {"department", 'd', "NAME", "for staff; default service, or kitchen for the kitchen"},
    {0}};
static const struct cli_option integration_options[] = {
    {"organization", 'o', "NAME", "name, slug or id; default the tenant's only one"},
    {"base-url", 'u', "URL", "where the other system answers"},
    {"settings", 0, "JSON", "what is no secret"},
    {"bot", 'b', "NAME", "the account of this bot (name or id) on a platform: TYPE is telegram, whatsapp or web"},
    {0}};
static const struct cli_option psql_options[] = {
    {"role", 'r', "ROLE", "work as anon, authenticated or service_role, under row security"},
    {"as", 'a', "USER", "work as this user (e-mail or id): role authenticated with the user's claims"},
    {"command", 'c', "SQL", "run this and end; may be repeated"},
    {"file", 'f', "FILE", "run this file and end; may be repeated"},
    {0}};
static const struct cli_option jobs_options[] = {{"status", 's', "STATUS", "waiting, running, done, dead or cancelled"},
                                                 {"kind", 'k', "KIND", "such as send_mail"},
                                                 {"tenant", 't', "SCHEMA", "of this tenant"},
                                                 {"limit", 'n', "NUMBER", "at most so many; default 100"},
                                                 {0}};
static const struct cli_option config_options[] = {{"changed", 'c', NULL, "only what is not the default"}, {0}};

/*   name, arguments, summary, details, options, least, most arguments, function, takes --json */
const struct command commands[] = {
    {"serve", NULL, "run the daemon",
     "Starts the private PostgreSQL (or uses DATABASE_URL), migrates, listens, and runs until SIGTERM or Ctrl-C.\n"
     "SIGHUP reads the settings again without losing a request.",
     NO_OPTIONS, 0, 0, command_serve, false},
    {"migrate up", NULL, "apply what is pending",
     "Platform, private functions, tenants (several at once, each in its own transaction), public functions. A tenant "
     "that\n"
     "fails is left as it was and reported; the others go on (exit code 6). Run it again to resume.",
     migrate_up_options, 0, 0, command_migrate_up, true},
    {"migrate down", NULL, "take migrations back",
     "Without --to: the newest migration of each tenant. Data in what is dropped is lost.", migrate_down_options, 0, 0,
     command_migrate_down, true},
    {"migrate status", NULL, "show what is applied and pending", NULL, tenant_filter, 0, 0, command_migrate_status,
     true},
    {"tenant create", "NAME DOMAIN", "make a tenant",
     "In one transaction, with an organization, its owner and what each module starts with: all of it, or nothing.",
     create_options, 2, 2, command_tenant_create, true},
    {"tenant list", NULL, "list tenants", NULL, NO_OPTIONS, 0, 0, command_tenant_list, true},
    {"tenant show", "TENANT", "show one tenant",
     "TENANT is a schema (with or without tenant_), a domain or an id, here and everywhere.", show_options, 1, 1,
     command_tenant_show, true},
    {"tenant suspend", "TENANT", "refuse a tenant's requests", "Its data stays, its jobs wait.", NO_OPTIONS, 1, 1,
     command_tenant_suspend, true},
    {"tenant resume", "TENANT", "answer a suspended tenant again", NULL, NO_OPTIONS, 1, 1, command_tenant_resume, true},
    {"tenant rename", "TENANT", "change name, domain or theme", "The schema stays: policies and tokens carry its name.",
     rename_options, 1, 1, command_tenant_rename, true},
    {"tenant drop", "TENANT", "delete a tenant and all its data", NULL, drop_options, 1, 1, command_tenant_drop, true},
    {"tenant add-module", "TENANT MODULE …", "give a tenant more modules", NULL, NO_OPTIONS, 2, -1,
     command_tenant_add_module, true},
    {"tenant export", "TENANT FILE", "write one tenant into a file",
     "A tar file with its row, keys and ledger (tenant.json) and its schema (schema.dump, for pg_restore).",
     export_options, 2, 2, command_tenant_export, false},
    {"tenant import", "FILE", "bring an exported tenant back",
     "Schema and domain must be free; keys and tokens stay valid.", import_options, 1, 1, command_tenant_import, true},
    {"user create", "TENANT EMAIL", "make a user of a tenant", NULL, user_options, 2, 2, command_user_create, true},
    {"integration set", "TENANT TYPE", "store the account at another system, sealed",
     "TYPE is iiko, stripe, sendgrid …; the secret is a line of JSON on standard input, such as {\"api_key\": …}, and "
     "is\n"
     "never shown again.",
     integration_options, 2, 2, command_integration_set, true},
    {"integration list", "TENANT", "what is stored, without the secrets", NULL, NO_OPTIONS, 1, 1,
     command_integration_list, true},
    {"integration test", "TENANT PROVIDER", "ask a payment provider what the account may do",
     "Key, account, webhook and card terminals, without changing anything. Exit code 6: something does not work.",
     NO_OPTIONS, 2, 2, command_integration_test, true},
    {"secrets turn", NULL, "seal all secrets with a new key",
     "Secrets of integrations, payment accounts, webhooks, second factors, sign-in providers and signing keys, of all "
     "tenants.\n"
     "The daemon may run. Keys before this one stay and still open what they sealed. Takes a quarter of a minute.",
     NO_OPTIONS, 0, 0, command_secrets_turn, true},
    {"user import", "TENANT FILE", "take the users of a Supabase project over",
     "One JSON object a line, as docs/from-supabase.md exports them; - is standard input. Password hashes and "
     "identities come along.",
     NO_OPTIONS, 2, 2, command_user_import, true},
    {"types", "TENANT", "print the TypeScript of its tables, functions and answers",
     "In the form that supabase-js takes: createClient<Database>(…). The same database gives the same text, so that a\n"
     "file of it in a repository can be compared.",
     types_options, 1, 1, command_types, false},
    {"psql", "TENANT [ARGUMENT …]", "work inside a tenant with psql",
     "The search_path is the tenant's, so that functions and tables need no schema. Further arguments go to psql.",
     psql_options, 1, -1, command_psql, false},
    {"demo", "[NAME …]", "make the demo tenants (pizza, resort, escape)",
     "With a believable past. Those that exist stay as they are.", NO_OPTIONS, 0, -1, command_demo, true},
    {"jobs list", NULL, "list jobs, newest first", NULL, jobs_options, 0, 0, command_jobs_list, true},
    {"jobs retry", "JOB", "run a dead or cancelled job again", NULL, NO_OPTIONS, 1, 1, command_jobs_retry, true},
    {"jobs cancel", "JOB", "take a waiting job back", NULL, NO_OPTIONS, 1, 1, command_jobs_cancel, true},
    {"jobs kinds", NULL, "list the kinds of job that this program does", NULL, NO_OPTIONS, 0, 0, command_jobs_kinds,
     true},
    {"jobs work", NULL, "run jobs and nothing else",
     "A job worker of its own, beside the one of \"serve\": on this machine or another one with the same "
     "DATABASE_URL.\n"
     "Until SIGTERM or Ctrl-C; jobs under way may end.",
     NO_OPTIONS, 0, 0, command_jobs_work, false},
    {"jobs run-once", NULL, "run what is due now, and end", NULL, NO_OPTIONS, 0, 0, command_jobs_run_once, true},
    {"config", NULL, "show settings with value and origin", NULL, config_options, 0, 0, command_config, true},
    {"doctor", NULL, "check this installation", "Looks at what new users stumble over and says what to do.", NO_OPTIONS,
     0, 0, command_doctor, true},
    {"completion", "bash|zsh|fish", "print shell completion",
     "bash: source <(maitred completion bash)\nfish: maitred completion fish | source", NO_OPTIONS, 1, 1,
     command_completion, false},
    {"version", NULL, "print the version", NULL, NO_OPTIONS, 0, 0, command_version, true},
    {"help", "[COMMAND]", "explain a command", NULL, NO_OPTIONS, 0, 2, command_help, false},
    {0},
};
