// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "broken_world.h"
#include "unit/app/old_database.h"

namespace crossdock::app::doctor {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// One thing that is wrong, and what a person must hear of it.
struct Case {
    const char* name;
    std::function<void(BrokenWorld&)> broken;
    Severity severity;
    const char* code;
    const char* what;
    const char* next_step;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

platform::User stranger() { return {4242, "crossdock", {4242}}; }

void patch_file(const std::string& file, std::streamoff at, const std::string& bytes) {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(at);
    out << bytes;
}

/// A row for each thing that the rows tell. Times: 2026-11-20T12:00Z is 1795176000000.
void sql(BrokenWorld& world, const std::string& text) { world.run_sql(text); }

std::string problem_sql() {
    return "INSERT INTO problems (account_id, channel_id, subject, subject_key, code, message, first_seen_at_ms, "
           "last_seen_at_ms, times) SELECT account_id, id, 'order', "
           "'1001', 'currency_unknown', 'the currency XYZ is not known', 1, 1, 1 FROM channels";
}

net::HttpResponse at_time(Timestamp time) { return {200, {{"Date", format_http_date(time)}}, "{}"}; }

const Case kCases[] = {
    // -- config and secrets
    {"UnknownKey", [](BrokenWorld& w) { w.write_config("[server]\nlitsen = \"127.0.0.1:1\"\n"); }, Severity::error,
     "config_invalid", "did you mean \"listen\"?", "crossdock check"},
    {"NoConfig", [](BrokenWorld& w) { fs::remove(w.config_file()); }, Severity::error, "config_invalid",
     "does not exist", "crossdock check"},
    {"RestIsNotChecked", [](BrokenWorld& w) { w.write_config("[server\n"); }, Severity::info, "rest_not_checked",
     "nothing else was looked at", "crossdock doctor"},
    {"NoChannel", [](BrokenWorld& w) { w.write_config("[database]\npath = \"data/hub.db\"\n"); }, Severity::info,
     "no_channel", "names no channel yet", "[[channel]]"},
    {"BadServerCertificate",
     [](BrokenWorld& w) {
         for (const char* file : {"tls.crt", "tls.key"}) {
             write_text(w.folder / file, "nonsense");
             fs::permissions(w.folder / file, fs::perms::owner_read);
         }
         w.write_config(
             "[server.tls]\ncertificate = \"tls.crt\"\nprivate_key = \"tls.key\"\n[database]\npath = "
             "\"data/hub.db\"\n");
     },
     Severity::error, "certificate_invalid", "certificate", "crossdock check"},
    {"SecretForAll",
     [](BrokenWorld& w) {
         w.write_config("[database]\npath = \"data/hub.db\"\n" + BrokenWorld::channel("\"shpat_0123456789abcdef\""));
         fs::permissions(w.config_file(), fs::perms::owner_read | fs::perms::others_read);
     },
     Severity::warning, "config_warning", "every user of this machine can read", "crossdock check --strict"},
    {"VariableUnset", [](BrokenWorld& w) { w.environment.clear(); }, Severity::warning, "secret_unset",
     "needs the environment variable SHOPIFY_TOKEN, which is not set", "/etc/crossdock/environment"},
    {"VariableOfTheHub",
     [](BrokenWorld& w) {
         w.environment.clear();
         with_running_hub(w);
     },
     Severity::info, "secret_of_hub", "the hub that runs has it", "reload_refused"},
    {"SecretFileMissing", [](BrokenWorld& w) { w.write_config(BrokenWorld::channel("\"file:token\"")); },
     Severity::error, "secret_missing", "which is not there", "sudo install -m 600"},
    {"ServiceCredentialMissing",
     [](BrokenWorld& w) {
         w.write_config(BrokenWorld::channel("\"file:${CREDENTIALS_DIRECTORY}/channels_shop-token\""));
     },
     Severity::error, "secret_missing", "credentials/shop-token, which is not there", "sudo install -m 600 /dev/stdin"},
    {"ServiceCredential",
     [](BrokenWorld& w) {
         w.write_config(BrokenWorld::channel("\"file:${CREDENTIALS_DIRECTORY}/channels_shop-token\""));
         fs::create_directory(w.folder / "credentials");
         write_text(w.folder / "credentials/shop-token", "shpat_0123456789abcdef");
     },
     Severity::info, "secret_of_service", "is handed by systemd to the service alone", "systemd-run"},
    // -- the hub
    {"Stopped", [](BrokenWorld&) {}, Severity::warning, "hub_stopped", "no hub runs on this database",
     "systemctl start crossdock"},
    {"Silent",
     [](BrokenWorld& w) {
         with_running_hub(w);
         w.world.ask_hub = [](const std::string&, std::string_view, const json&) -> Result<json> {
             return Error{ErrorKind::unavailable, "hub_not_reached", "it does not answer"};
         };
     },
     Severity::error, "hub_not_reached", "it does not answer", "systemctl restart crossdock"},
    {"OlderProgram",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"hub", {{"version", "0.0.9"}}}});
     },
     Severity::warning, "hub_other_version", "is version 0.0.9", "systemctl restart crossdock"},
    {"OlderCommands",
     [](BrokenWorld& w) {
         with_running_hub(w);
         w.world.ask_hub = [](const std::string&, std::string_view, const json&) -> Result<json> {
             return Error{ErrorKind::not_found, "command_unknown", "no such command"};
         };
     },
     Severity::warning, "hub_other_version", "another version", "systemctl restart crossdock"},
    {"Upgrading",
     [](BrokenWorld& w) {
         with_running_hub(w);
         w.world.ask_hub = [](const std::string&, std::string_view, const json&) -> Result<json> {
             return Error{ErrorKind::unavailable, "hub_not_reached", ""};
         };
         w.network.answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return net::HttpResponse{
                 503, {}, R"x({"message":"upgrading the database: 41 % (making a copy)","percent":41})x"};
         };
     },
     Severity::info, "hub_upgrading", "upgrading the database: 41 %", "crossdock status"},
    {"LongWork",
     [](BrokenWorld& w) {
         with_running_hub(
             w, {{"work", {{{"what", "reading orders"}, {"channel", "shop"}, {"words", "41 % · about 12 min left"}}}}});
     },
     Severity::info, "work_under_way", "reading orders: 41 % · about 12 min left", "nothing to do"},
    {"FindingOfTheHub",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"findings",
                               {{{"severity", "error"},
                                 {"channel", "shop"},
                                 {"code", "orders_late"},
                                 {"message", "orders were pulled last 40 minutes ago"},
                                 {"next_step", "look at: crossdock job list"}}}}});
     },
     Severity::error, "orders_late", "40 minutes ago", "crossdock job list"},
    // -- the database
    {"NetworkDisk",
     [](BrokenWorld& w) {
         w.world.network_disk = [](const std::string&) { return std::optional<std::string>{"NFS"}; };
     },
     Severity::error, "database_network_disk", "on a network disk (NFS)", "[database] path"},
    {"NoDatabase", [](BrokenWorld& w) { fs::remove(w.database()); }, Severity::warning, "database_missing",
     "there is no database yet", "crossdock init"},
    {"DatabaseGone",
     [](BrokenWorld& w) {
         fs::remove(w.database());
         write_text(w.database() + ".running", "running");
     },
     Severity::error, "database_gone", "was there when crossdock last ran", "crossdock restore FILE"},
    {"DatabaseGoneWithItsLogThere",
     [](BrokenWorld& w) {
         fs::remove(w.database());
         write_text(w.database() + ".running", "running");
         write_text(w.database() + "-wal", "what was acknowledged last");
     },
     Severity::error, "database_gone", "with what was acknowledged last, is still there",
     "put the database file back beside its log, and leave the log where it is: together they hold everything. Only if "
     "the file is lost, the last good backup: crossdock restore FILE"},
    {"DatabaseGoneForNow",
     [](BrokenWorld& w) {
         fs::remove(w.database());
         write_text(w.database() + ".running", "running");
     },
     Severity::error, "database_gone", "was there when crossdock last ran", "put the file back in its place"},
    {"RestoreKilledInTheMiddle",
     [](BrokenWorld& w) {
         fs::rename(w.database(), w.database() + ".replaced-20261101T000000Z");
         write_text(w.database() + ".replacing", "hub.db.replaced-20261101T000000Z\nhub.db.restoring\n");
         write_text(w.database() + "-wal", "what was acknowledged last");
         write_text(w.database() + ".running", "running");
     },
     Severity::warning, "restore_interrupted", "nothing is lost", "move nothing by hand"},
    {"NotOurs",
     [](BrokenWorld& w) {
         write_text(w.database(),
                    "a shopping list, and not a short one at all: milk, bread, ninety-nine red balloons and some more "
                    "than that, too");
     },
     Severity::error, "database_not_ours", "no database of crossdock", "[database] path"},
    {"Empty", [](BrokenWorld& w) { fs::resize_file(w.database(), 0); }, Severity::error, "database_not_ours",
     "is empty", "crossdock restore FILE"},
    {"CutShort", [](BrokenWorld& w) { fs::resize_file(w.database(), 4096 * 5); }, Severity::error, "database_damaged",
     "cut short", "crossdock restore FILE"},
    {"CorruptPage", [](BrokenWorld& w) { patch_file(w.database(), 4096 * 3, std::string(4096, 'x')); }, Severity::error,
     "database_damaged", "the database is damaged", "crossdock restore FILE"},
    {"NewerSchema", [](BrokenWorld& w) { patch_file(w.database(), 60, std::string("\0\0\0\x63", 4)); }, Severity::error,
     "database_newer", "has schema 99", "crossdock restore FILE"},
    {"OldSchema",
     [](BrokenWorld& w) {
         fs::remove(w.database());
         db::Options o;
         o.path = w.database();
         make_old_database(o, 7, w.clock);
     },
     Severity::info, "database_old_schema", "has schema 7; the next start brings it", "crossdock backup"},
    {"LogWithoutIndex", [](BrokenWorld& w) { write_text(w.database() + "-wal", "something"); }, Severity::info,
     "database_log_unread", "its newest commits are in the log", "never delete that file"},
    {"LongLog",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"database", {{"log_bytes", 300LL << 20U}}}});
     },
     Severity::warning, "database_log_long", "has grown to 300 MB", "systemctl restart crossdock"},
    {"HubSaysDamaged",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"database", {{"faults", {"page 7: never used"}}}}});
     },
     Severity::error, "database_damaged", "page 7: never used", "crossdock restore FILE"},
    {"DatabaseProblem",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"database", {{"problem", "disk I/O error"}}}});
     },
     Severity::warning, "database_problem", "disk I/O error", "journalctl"},
    {"TooLargeToRead",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"database", {{"faults", nullptr}, {"checked_at", "2026-11-18T03:00:00Z"}}}});
     },
     Severity::info, "database_check_skipped", "too large to be read through just now", "nothing to do"},
    // -- disks
    {"DiskFull", [](BrokenWorld& w) { w.space.free_bytes = 10ULL << 20U; }, Severity::error, "disk_full",
     "almost no room left: 10 MB", "du -xh"},
    {"DiskLow",
     [](BrokenWorld& w) {
         w.space.free_bytes = 250ULL << 20U;
         with_running_hub(w, {{"database", {{"file_bytes", 1LL << 30U}}}});
     },
     Severity::warning, "disk_low", "an upgrade needs", "du -xh"},
    {"FewFiles", [](BrokenWorld& w) { w.space.free_files = 200; }, Severity::warning, "inodes_low",
     "only 200 more files", "du --inodes"},
    {"DataOnAReadOnlyDisk", [](BrokenWorld& w) { w.space.read_only = true; }, Severity::error, "disk_read_only",
     "the disk of the data folder is mounted read-only", "mount -o remount,rw"},
    {"BackupsOnAReadOnlyDisk",
     [](BrokenWorld& w) {
         w.world.disk_space = [&w](const fs::path& place) -> Result<platform::DiskSpace> {
             auto space = w.space;
             space.read_only = place.filename() == "backups";
             return space;
         };
     },
     Severity::error, "disk_read_only", "the disk of the backup folder is mounted read-only", "mount -o remount,rw"},
    {"LogOnAReadOnlyDisk",
     [](BrokenWorld& w) {
         fs::create_directory(w.folder / "logs");
         w.write_config(BrokenWorld::good_config() + "[log]\nfile = \"logs/hub.log\"\n");
         w.world.disk_space = [&w](const fs::path& place) -> Result<platform::DiskSpace> {
             auto space = w.space;
             space.read_only = place.filename() == "logs";
             return space;
         };
     },
     Severity::error, "disk_read_only", "the disk of the folder of the log is mounted read-only",
     "mount -o remount,rw"},
    {"DiskUnknown",
     [](BrokenWorld& w) {
         w.world.disk_space = [](const fs::path&) -> Result<platform::DiskSpace> {
             return Error{ErrorKind::unavailable, "disk_unknown", "input/output error"};
         };
     },
     Severity::info, "disk_unknown", "input/output error", "df -h"},
    // -- rights
    {"ConfigOfRoot", [](BrokenWorld& w) { w.world.service_user = stranger; }, Severity::error, "config_not_readable",
     "crossdock, may not read the config file", "chmod 640"},
    {"DataOfRoot", [](BrokenWorld& w) { w.world.service_user = stranger; }, Severity::error, "data_not_writable",
     "may not write to the data folder", "sudo chown -R crossdock:"},
    {"FileOfRoot", [](BrokenWorld& w) { w.world.service_user = stranger; }, Severity::error, "data_file_not_writable",
     "may not write to it", "sudo chown crossdock:"},
    {"FolderInTheWay",
     [](BrokenWorld& w) {
         w.world.service_user = stranger;
         fs::permissions(w.folder.path(), fs::perms::owner_all);
     },
     Severity::error, "config_not_readable", "is in the way", "sudo chmod o+x"},
    {"BackupFolderOfRoot", [](BrokenWorld& w) { w.world.service_user = stranger; }, Severity::error,
     "backup_folder_not_writable", "may not write to the backup folder", "sudo chown crossdock:"},
    {"ExchangeFolderOfRoot",
     [](BrokenWorld& w) {
         w.world.service_user = stranger;
         fs::create_directory(w.folder / "exchange");
         w.write_config(BrokenWorld::good_config() + "[exchange]\nfolder = \"exchange\"\n");
     },
     Severity::error, "exchange_folder_not_writable", "may not write to the exchange folder",
     "sudo chown -R crossdock:"},
    {"LogFolderOfRoot",
     [](BrokenWorld& w) {
         w.world.service_user = stranger;
         fs::create_directory(w.folder / "logs");
         w.write_config(BrokenWorld::good_config() + "[log]\nfile = \"logs/hub.log\"\n");
     },
     Severity::error, "log_not_writable", "may not write to the folder of the log", "sudo chown crossdock:"},
    {"SecretOfRoot",
     [](BrokenWorld& w) {
         w.world.service_user = stranger;
         write_text(w.folder / "token", "shpat_0123456789abcdef");
         fs::permissions(w.folder / "token", fs::perms::owner_read);
         w.write_config(BrokenWorld::channel("\"file:token\""));
     },
     Severity::error, "secret_not_readable", "may not read a secret of channel shop", "chmod 600"},
    {"UserUnknown", [](BrokenWorld& w) { w.world.service_user = [] { return std::nullopt; }; }, Severity::info,
     "rights_not_checked", "cannot be told on this system", "crossdock service install"},
    {"NoDataFolder", [](BrokenWorld& w) { fs::remove_all(w.folder / "data"); }, Severity::error, "data_folder_missing",
     "the data folder is not there", "sudo install -d -m 750"},
    {"DataForAll", [](BrokenWorld& w) { fs::permissions(w.database(), fs::perms::owner_all | fs::perms::others_read); },
     Severity::warning, "data_open", "every user of this machine can read the database", "sudo chmod 600"},
    {"KeyForAll",
     [](BrokenWorld& w) {
         write_text(w.folder / "data/crossdock.key", "x");
         fs::permissions(w.folder / "data/crossdock.key", fs::perms::owner_all | fs::perms::others_read);
     },
     Severity::warning, "sealing_key_open", "can read the key", "sudo chmod 600"},
    {"ControlForAll",
     [](BrokenWorld& w) {
         write_text(w.database() + ".control", "{}");
         fs::permissions(w.database() + ".control", fs::perms::owner_all | fs::perms::others_read);
     },
     Severity::warning, "control_open", "can give commands", "sudo chmod 600"},
    // -- backups and what is left over
    {"BackupOnTheSameDisk", [](BrokenWorld&) {}, Severity::info, "backup_same_disk", "on the same disk as the database",
     "crossdock backup /media/usb/"},
    {"NoBackupFolder", [](BrokenWorld& w) { fs::remove(w.folder / "backups"); }, Severity::warning,
     "backup_folder_missing", "is not there", "mounted?"},
    {"NoBackupPlanned", [](BrokenWorld& w) { w.write_config("[database]\npath = \"data/hub.db\"\n"); }, Severity::info,
     "backup_not_planned", "makes none by itself", "under [backup]"},
    {"BackupGone",
     [](BrokenWorld& w) {
         with_running_hub(w, {{"backup", {{"file", "/nowhere/at/all.db"}}}});
     },
     Severity::warning, "backup_gone", "is not there any more", "crossdock backup"},
    {"NeverBackedUp", [](BrokenWorld& w) { w.clock.advance(48h); }, Severity::warning, "no_backup",
     "there is no backup of this database", "crossdock backup FILE"},
    {"HalfACopy", [](BrokenWorld& w) { write_text(w.folder / "backups/hub-1.db.unfinished", "half"); },
     Severity::warning, "leftover", "left unfinished", "sudo rm"},
    {"TheJournalOfHalfACopy",
     [](BrokenWorld& w) { write_text(w.folder / "backups/hub-20261101T000000Z.db.unfinished-journal", "half"); },
     Severity::warning, "leftover", "left unfinished", "sudo rm"},
    {"HalfARestore", [](BrokenWorld& w) { write_text(w.database() + ".restoring", "half"); }, Severity::warning,
     "leftover", "the database is as it was", "crossdock restore FILE once more"},
    {"LessThanHalfARestore", [](BrokenWorld& w) { write_text(w.database() + ".restoring.unfinished", "half"); },
     Severity::warning, "leftover", "the database is as it was", "sudo rm"},
    {"FailedUpgrade", [](BrokenWorld& w) { write_text(w.database() + ".failed-upgrade-20261101T000000Z", "old"); },
     Severity::info, "earlier_copies", "1 copy of the database from before a restore or upgrade is kept", "ls -l"},
    {"EarlierCopies", [](BrokenWorld& w) { write_text(w.database() + ".replaced-20261101T000000Z", "old"); },
     Severity::info, "earlier_copies", "1 copy of the database from before", "ls -l"},
    {"Crashed", [](BrokenWorld& w) { write_text(w.database() + ".crash", "11"); }, Severity::warning, "crashed",
     "ended by its own fault", "crossdock support-bundle"},
    // -- what the rows tell
    {"OldKey", [](BrokenWorld& w) { w.clock.advance(std::chrono::hours{24 * 91}); }, Severity::warning, "key_old",
     "is 91 days old", "crossdock key rotate"},
    {"UnusedKey",
     [](BrokenWorld& w) {
         sql(w, "UPDATE api_keys SET last_used_at_ms = NULL");
         w.clock.advance(std::chrono::hours{24 * 31});
     },
     Severity::warning, "key_never_used", "was made 31 days ago and never used", "crossdock key revoke"},
    {"NoKey", [](BrokenWorld& w) { sql(w, "DELETE FROM api_keys"); }, Severity::warning, "no_key",
     "no API key with which an ERP could read orders", "crossdock key create"},
    {"DeniedChannel",
     [](BrokenWorld& w) {
         sql(w,
             "UPDATE channels SET state = 'stopped', state_code = 'shopify_denied', state_message = 'the access token "
             "is refused'");
     },
     Severity::error, "shopify_denied", "the access token is refused", "crossdock channel test shop"},
    {"KeptForAChannelThatIsGone",
     [](BrokenWorld& w) {
         w.write_config("[database]\npath = \"data/hub.db\"\n");
         sql(w,
             "UPDATE channels SET enabled = 0; INSERT INTO inventory_updates (account_id, channel_id, sku, target, "
             "quantity, status, created_at_ms) SELECT account_id, id, 'x', 'x', 1, 'pending', 1 FROM channels");
     },
     Severity::warning, "pushes_wait", "1 stock update waits for the channel, which is not in the config file",
     "crossdock channel discard-pushes shop"},
    {"ProblemOrder", [](BrokenWorld& w) { sql(w, problem_sql()); }, Severity::warning, "currency_unknown",
     "order 1001: the currency XYZ", "crossdock order why shop:1001"},
    {"DeadJob",
     [](BrokenWorld& w) {
         sql(w,
             "INSERT INTO jobs (account_id, channel_id, lane, kind, unique_key, args, state, run_at_ms, created_at_ms, "
             "finished_at_ms, last_error_code, last_error) SELECT account_id, id, 'push', 'push_shipment', 'k', '{}', "
             "'dead', 1, 1, 1, 'gone', 'the order is gone' FROM channels");
     },
     Severity::error, "job_dead", "was given up: the order is gone", "crossdock job retry"},
    {"SubscriptionMissing",
     [](BrokenWorld& w) {
         w.write_config("[server]\npublic_url = \"https://hub.example.com\"\n" + BrokenWorld::good_config().substr(9));
         sql(w,
             "INSERT INTO hook_subscriptions (channel_id, topic, provider_id, address, checked_at_ms, repairs, "
             "fault_code, fault, fault_at_ms) SELECT id, 'orders/create', '', 'https://hub.example.com/hooks/shop', "
             "1795176000000, 0, 'x', 'the address was refused', 1 FROM channels");
     },
     Severity::warning, "subscription_missing", "orders/create: the address was refused", "crossdock channel list"},
    {"WebhookFailing",
     [](BrokenWorld& w) {
         sql(w,
             "INSERT INTO webhook_endpoints (account_id, public_id, url, events, state, state_since_ms, from_seq, "
             "failed_at_ms, failing_since_ms, notices, last_error, created_at_ms, updated_at_ms) SELECT account_id, "
             "'whe_1', 'https://erp.example/', '*', 'active', 1, 0, 1795172400000, 1795172400000, 1, 'it answered "
             "500', 1, 1 FROM channels");
     },
     Severity::warning, "webhook_failing",
     "nothing but failures since 2026-11-20T11:00:00Z; the last one: it answered 500", "crossdock webhook show whe_1"},
    {"KeyFileGone",
     [](BrokenWorld& w) {
         sql(w,
             "INSERT INTO sealed_secrets (channel_id, name, key_id, sealed, updated_at_ms) SELECT id, 'refresh', 'k1', "
             "'x', 1 FROM channels");
     },
     Severity::error, "sealing_key_missing", "sealed with key k1, and the file is gone", "put crossdock.key back"},
    // -- the address and the channels
    {"PortTaken",
     [](BrokenWorld& w) {
         w.world.address_free = [](const std::string&, int) -> Status {
             return Error{ErrorKind::conflict, "port_taken", "taken"};
         };
         w.world.listener_of = [](int) { return std::optional<platform::Listener>{{812, "nginx"}}; };
     },
     Severity::error, "port_taken", "nginx, process 812", "[server] listen"},
    {"AddressOfNobody",
     [](BrokenWorld& w) {
         w.world.address_free = [](const std::string&, int) -> Status {
             return Error{ErrorKind::invalid, "bad_address", "not of this machine"};
         };
     },
     Severity::error, "address_unusable", "not of this machine", "ip -br address"},
    {"NoName",
     [](BrokenWorld& w) {
         w.world.resolve = [](const std::string&, int) -> Status {
             return Error{ErrorKind::unavailable, "net_not_sent", "no such name"};
         };
     },
     Severity::error, "channel_dns", "demo-shop.myshopify.com cannot be looked up: no such name", "resolvectl query"},
    {"NoConnection",
     [](BrokenWorld& w) {
         w.network.answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return Error{ErrorKind::unavailable, "net_not_sent", "connection refused"};
         };
     },
     Severity::error, "channel_unreachable", "cannot be reached: connection refused", "curl -sv"},
    {"BadCertificate",
     [](BrokenWorld& w) {
         w.network.answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return Error{
                 ErrorKind::unavailable, "net_not_sent",
                 "TLS with demo-shop.myshopify.com failed: its certificate is not accepted: certificate has expired"};
         };
     },
     Severity::error, "channel_tls", "certificate has expired", "ca-certificates"},
    {"NoAnswer",
     [](BrokenWorld& w) {
         w.network.answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return Error{ErrorKind::unavailable, "net_no_answer", "the deadline passed"};
         };
     },
     Severity::warning, "channel_silent", "did not answer", "crossdock doctor"},
    {"ClockOff",
     [](BrokenWorld& w) {
         w.network.answer = [&w](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return at_time(w.clock.now() - 90s);
         };
     },
     Severity::warning, "clock_off", "s ahead of that of demo-shop", "timedatectl"},
    {"ClockWrong",
     [](BrokenWorld& w) {
         w.network.answer = [&w](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return at_time(w.clock.now() + 1h);
         };
     },
     Severity::error, "clock_wrong", "behind that of demo-shop", "timedatectl"},
    {"NoTime",
     [](BrokenWorld& w) {
         w.network.answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
             return net::HttpResponse{200, {}, ""};
         };
     },
     Severity::info, "clock_not_compared", "none said what time it is", "timedatectl"},
};

class Doctor : public ::testing::TestWithParam<Case> {};

TEST_P(Doctor, NamesWhatIsWrongAndTheNextStep) {
    const Case& one = GetParam();
    BrokenWorld world;
    world.make_database();
    one.broken(world);
    const Report report = world.examine();
    const Finding* finding = find(report, one.code);
    ASSERT_NE(finding, nullptr) << all_of(report);
    EXPECT_EQ(finding->severity, one.severity) << all_of(report);
    EXPECT_THAT(finding->what, HasSubstr(one.what));
    EXPECT_THAT(finding->next_step, HasSubstr(one.next_step));
    // Every finding but good news has a next step, and none tells a secret.
    for (const Finding& any : report.findings) {
        EXPECT_EQ(any.next_step.empty(), any.severity == Severity::ok) << any.code;
        EXPECT_FALSE(any.what.empty() || any.code.empty());
    }
    EXPECT_EQ(to_json(report).dump().find(kToken), std::string::npos);
    // The reference page knows it.
    static const std::string page = file_text(CROSSDOCK_SOURCE_DIR "/docs/ops/doctor.md");
    for (const Finding& any : report.findings) {
        if (any.code == "shopify_denied" || any.code == "currency_unknown") continue;
        EXPECT_THAT(page, HasSubstr("`" + any.code + "`"));
    }
}

INSTANTIATE_TEST_SUITE_P(World, Doctor, ::testing::ValuesIn(kCases),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace crossdock::app::doctor
